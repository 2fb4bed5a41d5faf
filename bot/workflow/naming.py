"""Names of guests in channels: only where everybody there may know them, else their numbers."""

from collections.abc import Collection
from dataclasses import replace

import structlog

from bot.model.errors import HypervisorFault
from bot.model.estate import ClusterPicture
from bot.model.guest import GuestRef, GuestSummary
from bot.model.people import Person, Roster
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest
from bot.policy import may_ask
from bot.workflow.parts import Parts

log = structlog.get_logger(__name__)


async def pictures_of(parts: Parts, refs: Collection[GuestRef]) -> dict[str, ClusterPicture]:
    """Return the pictures of these guests' clusters, of those that answer."""
    found = {}
    for cluster in sorted({ref.cluster for ref in refs}):
        try:
            found[cluster] = await parts.inventory.picture(cluster)
        except HypervisorFault as fault:
            log.info("no figures for a channel now", cluster=cluster, fault=str(fault))
    return found


async def named_in(
    parts: Parts, channel: str, team_id: str, refs: Collection[GuestRef]
) -> frozenset[GuestRef]:
    """Return the guests whose names everybody in a channel may know; without roles, all of them.

    None of them where Slack does not tell who is there.
    """
    if not parts.policy().roles or not refs:
        return frozenset(refs)
    roster = await parts.directory.roster(last_known=True)
    there = await parts.directory.in_channel(channel)
    if there is None:
        return frozenset()
    pictures = await pictures_of(parts, refs)
    people = [Person(team_id=team_id, user_id=user) for user in there - {parts.channels.own_id}]
    known = {ref: pictures[ref.cluster].guest(ref) for ref in refs if ref.cluster in pictures}
    return frozenset(
        ref for ref, now in known.items() if now and _all_see(parts, roster, people, now)
    )


def _all_see(parts: Parts, roster: Roster, people: list[Person], guest: GuestSummary) -> bool:
    return all(may_ask(parts.policy(), roster, person, guest, "view") for person in people)


def nameless(request: ChangeRequest) -> ChangeRequest:
    """Return a request as it is shown where its guest's name is not for everybody."""
    plan, number = request.plan, request.plan.target.ref.word
    target = replace(plan.target, name=number)
    moved, outcome = request.moved, request.outcome
    if moved is not None:
        moved = replace(moved, why=_of(number, moved.why))
    if outcome is not None and outcome.why is not None:
        outcome = replace(outcome, why=_of(number, outcome.why))
    return replace(request, plan=replace(plan, target=target), moved=moved, outcome=outcome)


def _of(number: str, why: Refusal) -> Refusal:
    """Return a reason that calls the guest by its number."""
    if not isinstance(why.details.get("guest"), str):
        return why
    return replace(why, details={**why.details, "guest": number})


async def as_seen_in(parts: Parts, channel: str, request: ChangeRequest) -> ChangeRequest:
    """Return a request as it is shown in a channel."""
    ref = request.plan.target.ref
    named = await named_in(parts, channel, request.requester.team_id, [ref])
    return request if ref in named else nameless(request)
