"""Rehearsal of a policy: what it would decide of requests that were made, and where that differs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.assess import OWN_END
from bot.model.audit import AuditEntry
from bot.model.errors import StoreFault
from bot.model.people import Roster
from bot.model.policy import Decision
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest
from bot.policy import WEEK_MS, Circumstances, Grant, Policy, decide, grants_of
from bot.redis_store.codec import SCHEMA, decode
from bot.redis_store.folding import folded

SUBMIT = "submit"
"""The audit's word for a request being made; its entry holds the whole record."""


class Unreadable(Exception):
    """The file is no text, or a line of it no audit entry; the text says which, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One request that was made, and what the policy would decide of it at that moment.

    `outcome` is the request as it ended, or as it is, by the same file.
    """

    request: ChangeRequest
    outcome: ChangeRequest
    now: Decision | Refusal

    @property
    def differs(self) -> bool:
        """Return whether others would be asked, or it would wait, be reviewed or be refused otherwise."""
        if isinstance(self.now, Refusal):
            return True
        return _asked(self.request.decision) != _asked(self.now)


def _asked(decision: Decision) -> tuple[object, ...]:
    """Return what a decision asks, whatever its rules are called."""
    quorums = {q for ask in decision.asks for q in ask.quorums if q.needed}
    bounded = {(frozenset(q.groups), q.needed) for q in quorums}
    return (frozenset(bounded), decision.wait_ms, decision.vetoers, decision.reviews)


def in_text(file: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a file. Unreadable if it is no text, as one that is compressed."""
    try:
        yield from file
    except UnicodeDecodeError as fault:
        raise Unreadable("it is no UTF-8 text; unpack it first if it is compressed") from fault


def entries(lines: Iterable[str]) -> Iterable[AuditEntry]:
    """Return the entries of an export: `{"entry": {…}}` a line, as `headroom audit export` writes it."""
    for number, line in enumerate(in_text(lines), start=1):
        if line.strip():
            yield _entry(number, line)


def _entry(number: int, line: str) -> AuditEntry:
    try:
        stored = json.loads(line)["entry"]
        whole = stored if "schema" in stored else {"schema": SCHEMA, "record": stored}
        return decode(AuditEntry, json.dumps(whole, ensure_ascii=False, separators=(",", ":")))
    except (ValueError, KeyError, TypeError, StoreFault) as fault:
        raise Unreadable(f"line {number} is no entry of an audit export: {fault}") from fault


def rehearse(
    policy: Policy, found: Iterable[AuditEntry], members: Mapping[str, frozenset[str]]
) -> tuple[Rehearsed, ...]:
    """Return what the policy decides of every request that the entries tell of, oldest first.

    Left out is what no policy decides: taking back what waits on one's own behalf; and what came from an
    incident, for the file does not tell how that stood.

    `members` are the people of groups whose Slack user groups cannot be asked here; a group that is not
    in it, and has such members, is unknown. Sums of a week are those of the same file.
    """
    by_request: dict[str, list[AuditEntry]] = {}
    for entry in found:
        if entry.accepted and entry.request_id:
            by_request.setdefault(entry.request_id, []).append(entry)
    whole = [
        (made, ended)
        for each in by_request.values()
        if each[0].what == SUBMIT and (made := folded(each[:1])) and (ended := folded(each))
        if made.decision.rule != OWN_END and not made.origin.incident
    ]
    whole.sort(key=lambda pair: pair[0].created_at)
    roster = offline_roster(policy, members)
    rehearsed: list[Rehearsed] = []
    for made, ended in whole:
        circumstances = _then(made, rehearsed)
        decision = decide(policy, roster, made.requester, made.plan, circumstances)
        rehearsed.append(Rehearsed(request=made, outcome=ended, now=decision))
    return tuple(rehearsed)


def _then(made: ChangeRequest, before: list[Rehearsed]) -> Circumstances:
    """Return the circumstances at the moment a request was made, as far as the file tells of them."""
    at = made.created_at
    granted: list[Grant] = []
    for each in before:
        request = each.outcome
        over_at = request.ended_at
        if over_at is not None and over_at <= at - WEEK_MS:
            continue
        came_to = request if over_at is not None and over_at <= at else each.request
        granted += grants_of(came_to)
    return Circumstances(now=at, decided_at=at, granted=tuple(granted))


def offline_roster(policy: Policy, members: Mapping[str, frozenset[str]]) -> Roster:
    """Return who is in which group without Slack: people by id, and who is named."""
    groups: dict[str, frozenset[str]] = {}
    unknown: set[str] = set()
    for group in policy.groups:
        if group.name in members:
            groups[group.name] = members[group.name]
            continue
        groups[group.name] = frozenset(m for m in group.members if not m.startswith("S"))
        if any(member.startswith("S") for member in group.members):
            unknown.add(group.name)
    return Roster(groups=groups, as_of=0, unknown=frozenset(unknown))
