"""Names that people type (`#approvals`, `@ana`) to the ids that Slack knows."""

import re
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.model.errors import Fault, SlackFault
from bot.preflight.slack import Workspace
from handlers.calling import PAGE, calling, listed
from handlers.directory import refused_because

CLOSE = 70
"""Of 100: how alike two names must be to be worth suggesting."""

_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")
_MEMBER = re.compile(r"[UWS][A-Z0-9]{2,}")


class NotFound(Fault):
    """A name means nobody, or several; the text says what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An id, and how people call it."""

    id: str
    label: str


async def channel_named(there: Workspace, name: str) -> Named:
    """Return the channel of that name or id, if the bot is in it."""
    wanted = name.strip().removeprefix("#")
    known = await _channels(there)
    found = [c for c in known.values() if wanted in (c["id"], c.get("name"))]
    if not found:
        given = f"looking for {'' if _CHANNEL.fullmatch(wanted) else '#'}{wanted}"
        close = _close(wanted, [str(c.get("name", "")) for c in known.values()], "#")
        raise NotFound(given, f"no such channel that the bot can see{close}; {_private(there)}")
    channel = found[0]
    if not channel.get("is_member"):
        raise NotFound(
            f"looking for #{channel['name']}",
            f"the bot is not in it: type /invite @{there.bot_name} there",
        )
    return Named(id=str(channel["id"]), label=f"#{channel['name']}")


def _private(there: Workspace) -> str:
    return f"in a private one type /invite @{there.bot_name} first"


async def _channels(there: Workspace) -> dict[str, dict[str, Any]]:
    def page(cursor: str) -> Awaitable[AsyncSlackResponse]:
        return there.client.conversations_list(
            types="public_channel,private_channel",
            exclude_archived=True,
            limit=PAGE,
            cursor=cursor,
        )

    found = await listed("listing channels", page, "channels")
    return {str(channel["id"]): channel for channel in found}


async def members_named(there: Workspace, names: Iterable[str]) -> tuple[Named, ...]:
    """Return people and user groups by `@name` or id; NotFound for the first that is nobody."""
    wanted = [name.strip().removeprefix("@") for name in names if name.strip().removeprefix("@")]
    if not wanted:
        return ()
    people = await _people(there)
    groups = await _groups(there)
    return tuple(_one(name, people, groups) for name in wanted)


async def _people(there: Workspace) -> dict[str, dict[str, Any]]:
    """Return whoever may use the bot, by id."""

    def page(cursor: str) -> Awaitable[AsyncSlackResponse]:
        return there.client.users_list(limit=PAGE, cursor=cursor)

    users = await listed("listing people", page, "members")
    return {str(user["id"]): user for user in users if not refused_because(user, there.team_id)}


async def _groups(there: Workspace) -> dict[str, dict[str, Any]]:
    """Return the user groups that are in force, by id; none where the plan has no user groups."""
    try:
        answer = await calling("listing user groups", there.client.usergroups_list)
    except SlackFault as fault:
        if not fault.code:
            raise
        return {}
    groups = answer.get("usergroups") or ()
    return {str(group["id"]): group for group in groups if not group.get("date_delete")}


def _one(name: str, people: dict[str, dict[str, Any]], groups: dict[str, dict[str, Any]]) -> Named:
    if _MEMBER.fullmatch(name) and (name in people or name in groups):
        entry = people.get(name) or groups[name]
        return Named(id=name, label=f"@{entry.get('handle') or entry.get('name')}")
    folded = name.casefold()
    hits = [g for g in groups.values() if folded == str(g.get("handle", "")).casefold()]
    hits += [user for user in people.values() if folded in _calls(user)]
    if len(hits) == 1:
        return Named(id=str(hits[0]["id"]), label=f"@{name}")
    if hits:
        several = ", ".join(f"{hit['id']} ({hit.get('real_name') or hit['name']})" for hit in hits)
        raise NotFound(f"looking for @{name}", f"several are called so, write one's id: {several}")
    calls = [call for user in people.values() for call in _calls(user)]
    calls += [str(group.get("handle", "")) for group in groups.values()]
    raise NotFound(
        f"looking for @{name}", f"nobody who may use the bot is called so{_close(name, calls, '@')}"
    )


def _calls(user: dict[str, Any]) -> set[str]:
    profile = user.get("profile") or {}
    names = (user.get("name"), profile.get("display_name"), user.get("real_name"))
    return {str(name).casefold() for name in names if name}


def _close(name: str, known: Iterable[str], sign: str) -> str:
    """Return a did-you-mean for the end of a sentence, or nothing."""
    close = process.extractOne(
        name.casefold(), sorted(known), scorer=fuzz.ratio, score_cutoff=CLOSE
    )
    return f" (did you mean {sign}{close[0]}?)" if close else ""
