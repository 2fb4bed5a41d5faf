"""App Home: what waits for a person, what they asked for, how the nodes are, what they may do.

A view, like a card: published when somebody opens it, and again for whoever looked lately when a
request has moved; only if it would show something else.
"""

from bot.model.errors import HypervisorFault
from bot.model.feature import Feature
from bot.model.intent import Intent
from bot.model.notice import Declined, Notice
from bot.model.people import Person
from bot.model.refusal import Refusal
from bot.model.request import State
from bot.model.terms import HOUR
from bot.model.view import HeadroomView, HomeView, NodeRoom, StatusView, WhoAmI
from bot.workflow import reads
from bot.workflow.parts import Asker, Parts, asker, may_see

LOOKED_LATELY = HOUR
MOST_VIEWERS = 30
"""So many Homes follow a change by themselves; Slack takes about a hundred a minute (FACTS §9)."""

SETTLE_MS = 2_000
"""Changes within it are one edit."""

ATTENTION = frozenset({State.RUNNING, State.UNCERTAIN})


def member_of(person: Person) -> str:
    """Return the due-set's member for a person's Home."""
    return f"home:{person.team_id}:{person.user_id}"


async def opened(parts: Parts, person: Person) -> None:
    """Somebody looks at their Home: show it now, and keep it up to date for a while."""
    now = await parts.store.now()
    await parts.store.open_home(person, now)
    await parts.store.call(member_of(person), now + SETTLE_MS)


async def refresh_homes(parts: Parts) -> None:
    """File a look at the Home of everybody who looked lately."""
    if not parts.features.has(Feature.HOME):
        return
    now = await parts.store.now()
    for person in await parts.store.home_viewers(now - LOOKED_LATELY, MOST_VIEWERS):
        await parts.store.put_due(member_of(person), now + SETTLE_MS)


async def show_home(parts: Parts, key: str) -> None:
    """Publish a person's Home if it would show something else than it does."""
    team, _, user = key.rpartition(":")
    person = Person(team_id=team, user_id=user)
    due = await parts.store.due_at(member_of(person))
    if not parts.features.has(Feature.HOME):
        await parts.store.move_due(member_of(person), due, None)
        return
    notice = await _home(parts, person)
    shown = await parts.store.home_shown(person)
    mark = await parts.messenger.publish_home(person, notice, shown)
    await parts.store.put_home_shown(person, mark)
    await parts.store.move_due(member_of(person), due, None)


async def _home(parts: Parts, person: Person) -> Notice:
    who = await asker(parts, person)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    found = await parts.store.open_requests()
    seen = [r for r in found if await may_see(parts, who, r)]
    health = await reads.status(parts, who, Intent(verb="status"))
    rights = await reads.whoami(parts, who, Intent(verb="whoami"))
    if not isinstance(health, StatusView) or not isinstance(rights, WhoAmI):
        raise AssertionError("status and whoami answer with their own views")
    return HomeView(
        waiting=tuple(r for r in seen if reads.waits_for(r, who)),
        mine=tuple(r for r in seen if r.requester == person),
        attention=tuple(r for r in seen if r.state in ATTENTION),
        open_ends=tuple(e for e in await parts.store.open_ends() if e.owner == person),
        rooms=await _rooms(parts, who),
        rights=rights,
        health=health,
        to_review=tuple(await reads.to_review_by(parts, who)),
        incidents=await parts.store.open_incidents(),
    )


async def _rooms(parts: Parts, who: Asker) -> tuple[NodeRoom, ...]:
    """Return the headroom of the nodes, none while every cluster is silent."""
    try:
        view = await reads.headroom(parts, who, Intent(verb="headroom"))
    except HypervisorFault:
        return ()
    return view.rooms if isinstance(view, HeadroomView) else ()
