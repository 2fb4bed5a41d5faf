"""Look at everything at once: configuration, store, Slack, every cluster."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from bot.config import ClusterSettings, ConfigProblems, Settings, load
from bot.config.secret import cluster_variable
from bot.operations import OPERATIONS
from bot.preflight.cluster import Look, cluster
from bot.preflight.finding import Finding, counted, fine, problem, warning
from bot.preflight.names import names
from bot.preflight.people import people
from bot.preflight.slack import Workspace, app_level, channels, introduced
from bot.preflight.store import store
from bot.preflight.switched import contradictions
from bot.wiring import slack_client

NOT_LOOKED_AT = "not looked at without the secret that is named above"
WORDS = frozenset(word for operation in OPERATIONS.values() for word in operation.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """The settings (None: not even without secrets) and every mistake in file and environment.

    `lacking` are the variables of secrets in whose place something stands that nothing accepts.
    """

    settings: Settings | None
    mistakes: tuple[Finding, ...] = ()
    lacking: frozenset[str] = frozenset()


def configured(path: Path | None, environ: Mapping[str, str]) -> Configured:
    """Return the settings, also where secrets are missing or wrong, and a problem for every mistake."""
    try:
        return Configured(settings=load(path, environ, words=WORDS))
    except ConfigProblems as problems:
        mistakes = tuple(problem("configuration", sentence) for sentence in problems.sentences)
        lacking = problems.lacking
    there = {k: value for k, value in environ.items() if k.removesuffix("_FILE") not in lacking}
    try:
        settings = load(path, there | {name: _stand_in(name) for name in lacking}, words=WORDS)
    except ConfigProblems:
        return Configured(settings=None, mistakes=mistakes)
    return Configured(settings=settings, mistakes=mistakes, lacking=lacking)


def _stand_in(variable: str) -> str:
    """Return what looks like the secret of a variable."""
    tokens = {"SLACK_BOT_TOKEN": "xoxb-0", "SLACK_APP_TOKEN": "xapp-0"}
    is_cluster = variable.startswith(cluster_variable(""))
    return tokens.get(variable, "a@b!c=0" if is_cluster else "0" * 32)


async def examine(settings: Settings, lacking: Collection[str] = ()) -> list[Finding]:
    """Return what was found, in the order of the report; what needs a lacking secret is not asked."""
    stored, slack, looks = await asyncio.gather(
        store(settings),
        _slack(settings, lacking),
        asyncio.gather(*(_cluster(one, settings, lacking) for one in settings.clusters)),
    )
    found = [_rules(settings), *contradictions(settings), *stored, *slack]
    found += [finding for look in looks for finding in look.findings]
    return found + names(settings, looks)


async def _cluster(one: ClusterSettings, settings: Settings, lacking: Collection[str]) -> Look:
    if cluster_variable(one.name) not in lacking:
        return await cluster(one, settings.features)
    left_out = warning(f"cluster {one.name}", NOT_LOOKED_AT)
    return Look(name=one.name, findings=(left_out,))


def _rules(settings: Settings) -> Finding:
    if settings.policy.rules:
        rules = counted(len(settings.policy.rules), "rule")
        return fine("configuration", f"{rules}, {counted(len(settings.clusters), 'cluster')}")
    advice = 'add one: [[rule]] name = "all", approvals = 1, approvers = ["ops"]'
    return warning("configuration", "there is no [[rule]]: every request is refused", advice)


async def _slack(settings: Settings, lacking: Collection[str]) -> list[Finding]:
    client = slack_client(settings.slack.bot_token, settings.slack.api_url)
    client.timeout = 10
    there, reached = await asyncio.gather(
        _introduced(settings, client, lacking), _app_level(settings, client, lacking)
    )
    if not isinstance(there, Workspace):
        return list(dict.fromkeys((there, reached)))  # the same once, if neither reached Slack
    looked = await asyncio.gather(channels(settings, there), people(settings.policy, there))
    return [*there.findings, reached, *looked[0], *looked[1]]


async def _introduced(
    settings: Settings, client: AsyncWebClient, lacking: Collection[str]
) -> Workspace | Finding:
    if "SLACK_BOT_TOKEN" in lacking:
        return warning("slack", f"scopes, channels, people: {NOT_LOOKED_AT}")
    return await introduced(client, settings.features)


async def _app_level(
    settings: Settings, client: AsyncWebClient, lacking: Collection[str]
) -> Finding:
    if "SLACK_APP_TOKEN" in lacking:
        return warning("slack", f"sockets: {NOT_LOOKED_AT}")
    return await app_level(settings, client)
