"""Look at everything at once: configuration, store, Slack, every cluster."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from bot.config import ConfigProblems, Settings, load
from bot.operations import OPERATIONS
from bot.preflight.cluster import cluster
from bot.preflight.finding import Finding, counted, fine, problem, warning
from bot.preflight.names import names
from bot.preflight.people import people
from bot.preflight.slack import Workspace, app_level, channels, introduced
from bot.preflight.store import store
from bot.preflight.switched import contradictions
from bot.wiring import slack_client

WORDS = frozenset(word for operation in OPERATIONS.values() for word in operation.words)


def configured(path: Path | None, environ: Mapping[str, str]) -> Settings | list[Finding]:
    """Return the settings, or a problem for every mistake in file and environment."""
    try:
        return load(path, environ, words=WORDS)
    except ConfigProblems as problems:
        return [problem("configuration", sentence) for sentence in problems.sentences]


async def examine(settings: Settings) -> list[Finding]:
    """Return what was found, in the order of the report."""
    stored, slack, looks = await asyncio.gather(
        store(settings),
        _slack(settings),
        asyncio.gather(*(cluster(one, settings.features) for one in settings.clusters)),
    )
    found = [_rules(settings), *contradictions(settings), *stored, *slack]
    found += [finding for look in looks for finding in look.findings]
    return found + names(settings, looks)


def _rules(settings: Settings) -> Finding:
    if settings.policy.rules:
        rules = counted(len(settings.policy.rules), "rule")
        return fine("configuration", f"{rules}, {counted(len(settings.clusters), 'cluster')}")
    advice = 'add one: [[rule]] name = "all", approvals = 1, approvers = ["ops"]'
    return warning("configuration", "there is no [[rule]]: every request is refused", advice)


async def _slack(settings: Settings) -> list[Finding]:
    client = slack_client(settings.slack.bot_token, settings.slack.api_url)
    client.timeout = 10
    there, reached = await asyncio.gather(
        introduced(client, settings.features), app_level(settings, client)
    )
    if not isinstance(there, Workspace):
        return list(dict.fromkeys((there, reached)))  # the same once, if neither reached Slack
    looked = await asyncio.gather(channels(settings, there), people(settings.policy, there))
    return [*there.findings, reached, *looked[0], *looked[1]]
