"""Slack's people: do they exist, may they use the bot, are there enough of them to approve?"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.errors import SlackFault
from bot.model.policy import LEAD
from bot.policy import Policy, Rule
from bot.preflight.finding import Finding, fine, problem, warning
from bot.preflight.slack import Workspace
from handlers.calling import calling
from handlers.directory import refused_because

MOST_ASKED = 100
"""People asked for at once: users.info allows a hundred and more a minute (Tier 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What Slack said: user groups by id (None: it could not be asked), and who is out, and why."""

    usergroups: Mapping[str, Mapping[str, Any]] | None
    out: Mapping[str, str]

    def people(self, members: Iterable[str]) -> set[str]:
        """Return the people among and behind these ids that may use the bot."""
        found: set[str] = set()
        for member in members:
            group = (self.usergroups or {}).get(member)
            if not member.startswith("S"):
                found.add(member)
            elif group is not None and not group.get("date_delete"):
                found.update(str(user) for user in group.get("users") or ())
        return found - set(self.out)


async def people(policy: Policy, there: Workspace) -> list[Finding]:
    """Look at everybody whom groups, roles and rules name."""
    named = _named(policy)
    if not named:
        return []
    wants_groups = any(member.startswith("S") for member in named)
    usergroups = await _usergroups(there) if wants_groups else {}
    inside = {str(u) for g in named for u in (usergroups or {}).get(g, {}).get("users") or ()}
    alone = {member for member in named if not member.startswith("S")}
    asked = sorted(alone) + sorted(inside - alone)
    asked = asked[:MOST_ASKED]
    answers = await asyncio.gather(*(_why_out(member, there) for member in asked))
    told = {member: why for member, why in zip(asked, answers, strict=True) if why is not None}
    seen = _Seen(usergroups=usergroups, out={member: why for member, why in told.items() if why})
    found = [_group(member, places, seen) for member, places in named.items() if member[0] == "S"]
    found += [_person(m, named[m], seen.out[m]) for m in sorted(alone & seen.out.keys())]
    found += _counted(alone, told)
    if usergroups is None:
        return found
    members = {group.name: group.members for group in policy.groups}
    return found + [
        f for r in policy.rules for f in (*_quorums(r, members, seen), *_others(r, members, seen))
    ]


def _counted(alone: set[str], told: Mapping[str, str]) -> list[Finding]:
    """Say how many of those named one by one may use the bot, and of how many nobody knows."""
    found = []
    if good := sum(not told.get(member, "?") for member in alone):
        found.append(fine("people", f"{good} of {len(alone)} named people may use the bot"))
    if silent := len(alone - told.keys()):
        text = f"{silent} of {len(alone)} were not looked at: Slack does not tell"
        found.append(warning("people", text))
    return found


def _named(policy: Policy) -> dict[str, list[str]]:
    """Return id → where it is named."""
    named: dict[str, list[str]] = {}
    groups = {group.name for group in policy.groups}
    places = [(f"group {group.name!r}", group.members) for group in policy.groups]
    places += [(f"role {role.name!r}", role.members) for role in policy.roles]
    for place, members in places:
        for member in members:
            if member not in groups:
                named.setdefault(member, []).append(place)
    return named


async def _usergroups(there: Workspace) -> dict[str, Mapping[str, Any]] | None:
    """Return all user groups, disabled ones too; None if Slack does not tell."""
    try:
        answer = await calling(
            "reading the user groups",
            lambda: there.client.usergroups_list(include_disabled=True, include_users=True),
        )
    except SlackFault:
        return None
    return {str(group["id"]): group for group in answer.get("usergroups") or ()}


async def _why_out(member: str, there: Workspace) -> str | None:
    """Return why somebody cannot use the bot; empty: they can; None: Slack does not tell."""
    try:
        answer = await calling(
            f"asking who {member} is", lambda: there.client.users_info(user=member)
        )
    except SlackFault as fault:
        return "no such person" if fault.code in {"user_not_found", "user_not_visible"} else None
    return refused_because(answer["user"], there.team_id)


def _group(member: str, places: list[str], seen: _Seen) -> Finding:
    about = f"user group {member} ({', '.join(places)})"
    if seen.usergroups is None:
        return warning(about, "not looked at: Slack does not tell the user groups")
    group = seen.usergroups.get(member)
    if group is None:
        return problem(about, "no such user group", "take the id from the group's details (S…)")
    name = f"@{group.get('handle', '')}"
    if group.get("date_delete"):
        return problem(
            about, f"{name} is disabled: it grants nothing", "enable it, or name another"
        )
    count = len(seen.people([member]))
    if not count:
        return problem(about, f"nobody in {name} may use the bot", "add members of the workspace")
    return fine(about, f"{name}, {count} {'person' if count == 1 else 'people'}")


def _person(member: str, places: list[str], why: str) -> Finding:
    text = "no such person in this workspace" if why == "no such person" else f"is {why}"
    return problem(
        f"person {member} ({', '.join(places)})", text, "take the id from the profile's ⋮ menu (U…)"
    )


Members = Mapping[str, tuple[str, ...]]
"""Ids by the name of a configured group."""


def _quorums(rule: Rule, members: Members, seen: _Seen) -> Iterator[Finding]:
    """Say where a rule asks for more people than there are; nobody approves their own request."""
    about = f"rule {rule.name!r}"
    for quorum in (q for q in rule.quorums if LEAD not in q.groups):
        who = seen.people(m for group in quorum.groups for m in members.get(group, ()))
        names = ", ".join(quorum.groups)
        if len(who) < quorum.needed:
            text = f"asks for {quorum.needed} of {names}, and there are {len(who)}"
            yield problem(about, text, "add people to the group, or lower approvals")
        elif len(who) == quorum.needed:
            text = f"{names} has {len(who)} in all: nobody can approve what its own members ask for"
            yield warning(about, text, "add one more person to the group")


def _others(rule: Rule, members: Members, seen: _Seen) -> Iterator[Finding]:
    """Say where nobody is there, or only who asks, to stop, to review, or to be asked later."""
    roles = [("vetoers", rule.vetoers, "stop"), ("review", (rule.review,), "review")]
    roles += [("then", tier.groups, "") for tier in rule.tiers]
    for key, groups, does in roles:
        who = seen.people(m for group in groups for m in members.get(group, ()))
        about, names = f"rule {rule.name!r}", ", ".join(filter(None, groups))
        if names and not who:
            text = f"nobody in {names} ({key}) may use the bot"
            yield problem(about, text, f"add people to the group, or name another in {key}")
        elif names and does and len(who) == 1:
            text = f"{names} ({key}) has one person, who cannot {does} what they ask for themselves"
            yield warning(about, text, "add one more person to the group")
