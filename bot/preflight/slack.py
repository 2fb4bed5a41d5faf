"""Slack: are the tokens good, are the scopes there, are channels what cards need?"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import SystemClock
from bot.config import Settings
from bot.model.errors import SlackFault
from bot.model.feature import EVERYTHING, Features
from bot.preflight.finding import Finding, fine, problem, warning
from bot.preflight.times import of_header, skewed
from handlers.calling import calling
from handlers.manifest import SCOPES, scopes

ABOUT = "slack"
REINSTALL = (
    "headroom manifest: paste it under App Manifest at api.slack.com/apps, reinstall the app"
)
ADVICE: Mapping[str, str] = {
    "account_inactive": "the app was removed or its user deactivated: install it again",
    "token_revoked": "it was revoked: install the app again and take the new token",
    "token_expired": "it expired: turn token rotation off in the manifest, install again",
    "invalid_auth": "take the Bot User OAuth Token (xoxb-) of OAuth & Permissions",
    "not_authed": "take the Bot User OAuth Token (xoxb-) of OAuth & Permissions",
    "not_allowed_token_type": "take the Bot User OAuth Token (xoxb-) of OAuth & Permissions",
}
"""What helps against errors of auth.test."""
TROUBLED = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)
"""Slack's words for trouble of its own, whatever the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace that answered: our client, its team and what is found so far."""

    client: AsyncWebClient
    team_id: str
    bot_name: str
    findings: tuple[Finding, ...]


async def introduced(
    client: AsyncWebClient, features: Features = EVERYTHING
) -> Workspace | Finding:
    """Ask who we are, and compare our scopes with the manifest's; a Finding if we are nobody."""
    clock = SystemClock()
    before = clock.now()
    try:
        known = await calling("asking who we are", client.auth_test)
    except SlackFault as fault:
        return _unknown(fault, client.base_url)
    here = (before + clock.now()) // 2
    name, team = str(known.get("user", "")), str(known.get("team", ""))
    said = {str(key).lower(): str(value) for key, value in (known.headers or {}).items()}
    at = of_header(said.get("date", ""))
    late = skewed(ABOUT, "Slack", at, here, ours=True) if at is not None else []
    welcome = fine(ABOUT, f"the bot token is @{name} of {team}")
    return Workspace(
        client=client,
        team_id=str(known.get("team_id") or ""),
        bot_name=name,
        findings=(welcome, *_scopes(said.get("x-oauth-scopes"), features), *late),
    )


def _unknown(fault: SlackFault, address: str) -> Finding:
    if not fault.code or fault.code in TROUBLED:
        return _away(fault, address)
    text = f"the bot token in SLACK_BOT_TOKEN was not accepted ({fault.code})"
    return problem(ABOUT, text, ADVICE.get(fault.code, REINSTALL))


def _away(fault: SlackFault, address: str) -> Finding:
    """Say that the token is not to blame: no answer came, or one that is about something else."""
    if fault.code:
        text = f"{address} answers {fault.code}"
        return problem(ABOUT, text, "it is no fault of the token: check again in a while")
    text = f"{address} cannot be reached ({fault.detail})"
    return problem(ABOUT, text, "let this host reach it (https, port 443), then check again")


def _scopes(header: str | None, features: Features) -> list[Finding]:
    """Compare `x-oauth-scopes` with what the features need."""
    if header is None:
        return [warning(ABOUT, "it does not say which scopes we have: compare them by hand")]
    held = {scope.strip() for scope in header.split(",")}
    needed = scopes(features)
    missing = [scope for scope in needed if scope.name not in held]
    found = [problem(ABOUT, f"the scope {s.name} is missing ({s.why})") for s in missing]
    if found:
        return [*found[:-1], problem(ABOUT, found[-1].text, REINSTALL)]
    return [fine(ABOUT, f"all {len(needed)} scopes are there"), *_unneeded(held, features)]


def _unneeded(held: set[str], features: Features) -> list[Finding]:
    """Say which scopes the token still has for features that are off."""
    more = [s for s in SCOPES if s.name in held and not features.has(s.feature)]
    named = ", ".join(f"{scope.name} (features.{scope.feature})" for scope in more)
    text = f"the token has scopes only for what is switched off: {named}"
    return [warning(ABOUT, text, REINSTALL)] if more else []


async def app_level(settings: Settings, client: AsyncWebClient) -> Finding:
    """Look at what lets Slack reach us: the app-level token, or the signing secret."""
    token = settings.slack.app_token
    if settings.slack.mode == "http" or token is None:
        text = (
            "HTTP mode: that Slack reaches us and the signing secret fits shows the first command"
        )
        return warning(ABOUT, text, f"type {settings.slack.command} help once headroom runs")
    try:
        await calling(
            "asking for a socket",
            lambda: client.apps_connections_open(app_token=token.get_secret_value()),
        )
    except SlackFault as fault:
        if not fault.code or fault.code in TROUBLED:
            return _away(fault, client.base_url)
        text = f"no socket with SLACK_APP_TOKEN ({fault.code or fault.detail})"
        first = "Basic Information, App-Level Tokens: make one with the scope connections:write"
        return problem(ABOUT, text, first, "Socket Mode: turn it on (the manifest does)")
    return fine(ABOUT, "the app-level token opens sockets")


async def channels(settings: Settings, there: Workspace) -> list[Finding]:
    """Look at every channel that cards, copies, alerts or notifications go to."""
    uses: dict[str, list[str]] = {settings.slack.approvals_channel: ["slack.approvals_channel"]}
    for key in ("copy_to", "unfurl_in"):
        for channel in getattr(settings.slack, key):
            uses.setdefault(channel, []).append(f"slack.{key}")
    for rule in settings.policy.rules:
        if rule.channel:
            uses.setdefault(rule.channel, []).append(f"rule {rule.name!r}")
    for alert in settings.alerts:
        uses.setdefault(alert.channel, []).append(f"alert {alert.name!r}")
    for hook in settings.hooks:
        uses.setdefault(hook.channel, []).append(f"hook {hook.name!r}")
    found = await asyncio.gather(
        *(_channel(channel, ", ".join(use), there) for channel, use in uses.items())
    )
    return list(found)


async def _channel(channel: str, use: str, there: Workspace) -> Finding:
    about = f"channel {channel} ({use})"
    try:
        answer = await calling(
            f"reading {channel}", lambda: there.client.conversations_info(channel=channel)
        )
    except SlackFault as fault:
        return _no_channel(about, fault, there.bot_name)
    return _judged(about, answer["channel"], there.bot_name)


def _no_channel(about: str, fault: SlackFault, bot_name: str) -> Finding:
    if fault.code == "channel_not_found":
        return problem(
            about,
            "no such channel, or a private one without the bot",
            "take the id from the channel's details (C…)",
            f"in a private channel type /invite @{bot_name}",
        )
    if fault.code == "missing_scope":
        return warning(about, "not looked at: the scopes named above are missing")
    return problem(about, f"cannot be read ({fault.code or fault.detail})", "check again")


def _judged(about: str, channel: Mapping[str, Any], bot_name: str) -> Finding:
    name = f"#{channel.get('name', '')}"
    if channel.get("is_archived"):
        return problem(about, f"{name} is archived", "unarchive it, or name another channel")
    if not channel.get("is_member"):
        return problem(about, f"the bot is not in {name}", f"in {name} type /invite @{bot_name}")
    if channel.get("is_ext_shared"):
        text = f"{name} is shared with another organisation: they would read guests' names"
        return warning(about, text, "name a channel of your own")
    return fine(about, f"{name}, and the bot is in it")
