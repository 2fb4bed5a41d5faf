"""The settings as the wiring takes them: frozen values; secrets show as asterisks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from bot.capacity import Limits
from bot.model.address import secrets_in
from bot.model.alert import Alert
from bot.model.feature import EVERYTHING, Features
from bot.model.hook import Hook
from bot.model.incident import IncidentTerms
from bot.policy import Policy, RequestSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """How Slack is reached. `mode` is `socket` (needs `app_token`) or `http` (`signing_secret`).

    `sockets` is how many connections one process holds in Socket Mode.
    """

    mode: str
    command: str
    approvals_channel: str
    copy_to: tuple[str, ...]
    unfurl_in: tuple[str, ...]
    sockets: int
    api_url: str
    bot_token: SecretStr
    app_token: SecretStr | None
    signing_secret: SecretStr | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreSettings:
    """Where records live: the embedded store in `folder`, or at `url` if there is one."""

    folder: Path
    url: SecretStr | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Where the one HTTP server listens; port 0 is a free one."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    """One cluster. `token` is `user@realm!id=secret`; `fingerprint` is SHA-256 in hex pairs.

    `web` are more addresses at which people open its web UI; the API is called at `hosts` alone.
    Without `ca_file` and `fingerprint` the system's certificate authorities count.
    """

    name: str
    hosts: tuple[str, ...]
    ca_file: Path | None
    fingerprint: str
    token: SecretStr
    web: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that file and environment say."""

    mode: str
    log_level: str
    slack: SlackSettings
    store: StoreSettings
    http: HttpSettings
    clusters: tuple[ClusterSettings, ...]
    limits: Limits
    policy: Policy
    requests: RequestSettings
    alerts: tuple[Alert, ...] = ()
    hooks: tuple[Hook, ...] = ()
    hook_secrets: Mapping[str, SecretStr] = field(default_factory=dict)
    incidents: IncidentTerms = field(default_factory=IncidentTerms)
    features: Features = EVERYTHING

    def secrets(self) -> Iterator[str]:
        """Yield every secret, whole and in its telling part."""
        slack = self.slack
        for secret in (slack.bot_token, slack.app_token, slack.signing_secret, self.store.url):
            if secret is not None:
                yield secret.get_secret_value()
        if self.store.url is not None:
            yield from secrets_in(self.store.url.get_secret_value())
        for cluster in self.clusters:
            token = cluster.token.get_secret_value()
            yield token
            yield token.partition("=")[2]
        for hook in self.hook_secrets.values():
            yield hook.get_secret_value()
