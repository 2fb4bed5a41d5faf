"""Load: the file, the environment, every mistake in both, then Settings."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.config.alerts import alerts_of, hooks_of
from bot.config.build import features_of, limits_of, policy_of, requests_of
from bot.config.checks import cross_checks
from bot.config.incidents import incidents_of
from bot.config.lines import line_numbers, line_of
from bot.config.links import unfurls
from bot.config.problems import ConfigProblems, Problem
from bot.config.reading import Raw, names, table
from bot.config.secret import Secrets
from bot.config.settings import (
    ClusterSettings,
    HttpSettings,
    Settings,
    SlackSettings,
    StoreSettings,
)
from bot.config.shape import FeaturesShape, FileShape
from bot.config.shapes import amounts_apart, shaped
from bot.model.feature import Features
from bot.policy import Policy

LONGEST_FOLDER = 80
"""A Unix socket's path may have about 100 characters; the store's lies below the folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the environment gave, as far as it was there."""

    bot_token: SecretStr
    app_token: SecretStr | None
    signing_secret: SecretStr | None
    api_url: str
    redis_url: str
    tokens: Mapping[str, SecretStr]
    hooks: Mapping[str, SecretStr]


def load(
    path: Path | None,
    environ: Mapping[str, str] | None = None,
    *,
    words: frozenset[str] | None = None,
) -> Settings:
    """Return the settings of a file (None: `HEADROOM_CONFIG`) and the environment (None: ours).

    `words` are the rule words that operations declare; None leaves them unchecked. Raises
    ConfigProblems with every mistake in file and environment.
    """
    environ = os.environ if environ is None else environ
    text = _text(path, environ)
    raw = _toml(text)
    plain, amounts, problems = amounts_apart(raw)
    shape, wrong = shaped(plain)
    secrets = Secrets(environ)
    found = _environment(raw, secrets)
    folder = _folder(table(raw, "store").get("folder"), environ)
    problems = [*problems, *wrong, *cross_checks(raw, words), *_folder_problems(folder)]
    problems += secrets.problems
    if problems or shape is None:
        raise ConfigProblems(_sentences(problems, text), secrets.lacking)
    return Settings(
        mode=shape.mode,
        log_level=shape.log_level,
        slack=_slack(shape, found),
        store=_store(folder, found),
        http=HttpSettings(host=shape.http.host, port=shape.http.port),
        clusters=_clusters(shape, found),
        limits=limits_of(shape.capacity, survive_node_loss=shape.requests.survive_node_loss),
        policy=policy_of(shape, amounts),
        requests=requests_of(shape.requests),
        alerts=alerts_of(shape.alert),
        hooks=hooks_of(shape.hook),
        hook_secrets=found.hooks,
        incidents=incidents_of(shape.incidents, {c.name: c.hosts[0] for c in shape.cluster}),
        features=features_of(shape.features, links=bool(shape.slack.unfurl_in)),
    )


def load_policy(path: Path | None, *, words: frozenset[str] | None = None) -> Policy:
    """Return the policy of a file alone (None: `HEADROOM_CONFIG`); secrets need not be there.

    Raises ConfigProblems with every mistake in the file.
    """
    text = _text(path, os.environ)
    raw = _toml(text)
    plain, amounts, problems = amounts_apart(raw)
    shape, wrong = shaped(plain)
    problems = [*problems, *wrong, *cross_checks(raw, words)]
    if problems or shape is None:
        raise ConfigProblems(_sentences(problems, text))
    return policy_of(shape, amounts)


def load_features(raw: Raw) -> Features:
    """Return the features of a file that may not be whole yet; its other sections are not looked at.

    Raises ConfigProblems with every mistake in that section.
    """
    given = raw.get("features", {})
    wrong = [problem for problem in shaped(raw)[1] if problem.key[:1] == ("features",)]
    if wrong:
        raise ConfigProblems(problem.sentence(None) for problem in wrong)
    return features_of(FeaturesShape.model_validate(given), links=unfurls(raw))


def _text(path: Path | None, environ: Mapping[str, str]) -> str:
    named = path or Path(environ.get("HEADROOM_CONFIG", "") or ".")
    if named == Path():
        raise ConfigProblems(["no configuration: give --config FILE, or set HEADROOM_CONFIG"])
    try:
        return named.read_text(encoding="utf-8")
    except OSError as fault:
        raise ConfigProblems([f"reading {named}: {fault.strerror}"]) from fault
    except UnicodeDecodeError as fault:
        raise ConfigProblems([f"reading {named}: it is not UTF-8 text"]) from fault


def _toml(text: str) -> Raw:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigProblems([f"not TOML: {fault}"]) from fault


def _sentences(problems: list[Problem], text: str) -> tuple[str, ...]:
    """Return each problem once, in the order of the file; the environment's come last."""
    lines = line_numbers(text)
    placed = [(line_of(p.key, lines), p) for p in problems]
    placed.sort(key=lambda pair: pair[0] or len(text) + 1)
    return tuple(dict.fromkeys(p.sentence(line) for line, p in placed))


def _environment(raw: Raw, secrets: Secrets) -> _Found:
    http = table(raw, "slack").get("mode") == "http"
    return _Found(
        bot_token=secrets.slack_bot(),
        app_token=None if http else secrets.slack_app(),
        signing_secret=secrets.slack_signing() if http else None,
        api_url=secrets.slack_api(),
        redis_url=secrets.store(),
        tokens={name: secrets.proxmox(name) for name in names(raw, "cluster")},
        hooks={name: secrets.hook(name) for name in names(raw, "hook")},
    )


def _folder(given: object, environ: Mapping[str, str]) -> Path:
    """Return the state folder: the file's, systemd's, the user's, or the system's."""
    if isinstance(given, str) and given:
        return Path(given)
    if state := environ.get("STATE_DIRECTORY", "").partition(":")[0]:
        return Path(state)
    if home := environ.get("XDG_STATE_HOME", ""):
        return Path(home) / "headroom"
    if home := environ.get("HOME", ""):
        return Path(home) / ".local" / "state" / "headroom"
    return Path("/var/lib/headroom")


def _folder_problems(folder: Path) -> list[Problem]:
    if len(str(folder)) <= LONGEST_FOLDER:
        return []
    text = f"{folder} is too long for the store's socket: at most {LONGEST_FOLDER} characters"
    return [Problem(key=("store", "folder"), text=text)]


def _store(folder: Path, found: _Found) -> StoreSettings:
    return StoreSettings(folder=folder, url=SecretStr(found.redis_url) if found.redis_url else None)


def _slack(shape: FileShape, found: _Found) -> SlackSettings:
    return SlackSettings(
        mode=shape.slack.mode,
        command=shape.slack.command,
        approvals_channel=shape.slack.approvals_channel,
        copy_to=shape.slack.copy_to,
        unfurl_in=shape.slack.unfurl_in,
        sockets=shape.slack.sockets,
        api_url=found.api_url,
        bot_token=found.bot_token,
        app_token=found.app_token,
        signing_secret=found.signing_secret,
    )


def _clusters(shape: FileShape, found: _Found) -> tuple[ClusterSettings, ...]:
    return tuple(
        ClusterSettings(
            name=c.name,
            hosts=c.hosts,
            web=c.web,
            ca_file=Path(c.ca_file) if c.ca_file else None,
            fingerprint=c.fingerprint,
            token=found.tokens[c.name],
        )
        for c in shape.cluster
    )
