"""Secrets: from the environment, or from files that `…_FILE` names; never from the configuration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.config.problems import Problem
from bot.model.address import StoreAddress

SLACK_API = "https://slack.com/api/"
STORE = "redis://:PASSWORD@HOST:6379/0"

_BASE = re.compile(r"https?://(?:[^\s/?#@:\[\]]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?(?:/[^\s?#]*)?")
_PROXMOX_TOKEN = re.compile(r"[^@\s!=]+@[^@\s!=]+![^\s!=]+=\S+")


def cluster_variable(cluster: str) -> str:
    """Return the variable that holds a cluster's token."""
    return "PROXMOX_TOKEN_" + cluster.upper().replace("-", "_")


def hook_variable(hook: str) -> str:
    """Return the variable that holds a hook's secret."""
    return "HOOK_SECRET_" + hook.upper().replace("-", "_")


@dataclass(slots=True)
class Secrets:
    """Reads secrets and collects what is wrong with them; values are never put into a sentence.

    `lacking` are the variables of those that are needed and not there, or are none.
    """

    environ: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    lacking: set[str] = field(default_factory=set)

    def _wrong(self, text: str) -> None:
        self.problems.append(Problem(key=(), text=text))

    def optional(self, name: str) -> str:
        """Return the variable's value, or the named file's content; empty if neither is set."""
        value, file = self.environ.get(name, ""), self.environ.get(f"{name}_FILE", "")
        if value and file:
            self._wrong(f"{name} and {name}_FILE are both set: keep one")
        if not file or value:
            return value.strip()
        try:
            return Path(file).read_text().strip()
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "not text"
            self._wrong(f"{name}_FILE: reading {file}: {reason}")
            return "unreadable"

    def needed(self, name: str, why: str, form: str, pattern: str) -> SecretStr:
        """Return a secret that must be there and look like `form`."""
        before = len(self.problems)
        value = self.optional(name)
        if not value:
            self._wrong(f"{name} is not set: {why} ({form}), or name a file in {name}_FILE")
        elif len(self.problems) == before and not re.fullmatch(pattern, value):
            self._wrong(f"{name} does not look like {form}")
        if len(self.problems) > before:
            self.lacking.add(name)
        return SecretStr(value)

    def store(self) -> str:
        """Return the address of the store; empty for the embedded one."""
        before = len(self.problems)
        url = self.optional("REDIS_URL")
        try:
            if url and len(self.problems) == before:
                StoreAddress.of(url)
        except ValueError as error:
            self._wrong(f"REDIS_URL is no address: {error}; write {STORE}")
        return url

    def slack_api(self) -> str:
        """Return the base address of Slack's API, with a slash at its end."""
        base = self.environ.get("SLACK_API_URL", "").strip() or SLACK_API
        if not _BASE.fullmatch(base):
            self._wrong(f"SLACK_API_URL is no address: write it as {SLACK_API}, or leave it out")
        return base.rstrip("/") + "/"

    def slack_bot(self) -> SecretStr:
        """Return the bot token."""
        return self.needed("SLACK_BOT_TOKEN", "the bot speaks with it", "xoxb-…", r"xoxb-\S+")

    def slack_app(self) -> SecretStr:
        """Return the app-level token of Socket Mode."""
        return self.needed("SLACK_APP_TOKEN", "Socket Mode needs it", "xapp-…", r"xapp-\S+")

    def slack_signing(self) -> SecretStr:
        """Return the signing secret of HTTP mode."""
        return self.needed(
            "SLACK_SIGNING_SECRET", "HTTP mode needs it", "a line of letters and digits", r"\S{8,}"
        )

    def proxmox(self, cluster: str) -> SecretStr:
        """Return the cluster's API token."""
        return self.needed(
            cluster_variable(cluster),
            f"cluster {cluster} needs an API token",
            "user@realm!id=secret",
            _PROXMOX_TOKEN.pattern,
        )

    def hook(self, name: str) -> SecretStr:
        """Return the secret that Proxmox sends with what it notifies of."""
        return self.needed(
            hook_variable(name),
            f"hook {name} is for who knows it",
            "at least 16 letters and digits",
            r"\S{16,}",
        )
