"""Pausing: nothing new begins while a pause stands; what runs finishes, what is approved waits."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.model.audit import AuditEntry
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.pause import Pause, standing
from bot.model.people import Person
from bot.model.refusal import Detail, Moment, Reason, Refusal, refuse
from bot.model.request import State
from bot.model.save import Save
from bot.model.tell import Tell
from bot.policy import may_ask
from bot.ports import Clock, RequestStore, Wake
from bot.workflow.contended import insist
from bot.workflow.parts import Parts, asker

EVERYTHING = "everything"
"""How the audit calls the pause that is of no cluster."""


def scope_of(text: str, clusters: tuple[str, ...]) -> tuple[str, str]:
    """Return the cluster that a text begins with (empty: all of them), and the rest of it."""
    first, _, rest = text.strip().partition(" ")
    return (first, rest.strip()) if first in clusters else ("", text.strip())


async def begin(
    store: RequestStore,
    wake: Wake,
    clock: Clock,
    text: str,
    clusters: tuple[str, ...],
    actor: Person,
) -> Pause | Refusal:
    """Pause what the text names, for the reason in it. Said twice by one person it is said once."""
    cluster, why = scope_of(text, clusters)
    if not why:
        return refuse(Reason.REASON_NEEDED, verb="pause")

    def wanted(pause: Pause, at: int) -> Pause | Refusal:
        if pause.stands and (pause.by, pause.why) == (actor, why):
            return pause
        return replace(pause, stands=True, by=actor, at=at, why=why)

    return await _change(store, wake, clock, cluster, wanted)


async def lift(
    store: RequestStore,
    wake: Wake,
    clock: Clock,
    cluster: str,
    clusters: tuple[str, ...],
    actor: Person,
    asked_at: int,
) -> Pause | Refusal:
    """End a pause that was there when this was asked; what waited goes on."""
    if cluster and cluster not in clusters:
        return refuse(Reason.UNKNOWN_CLUSTER, cluster=cluster, known=clusters)
    others = standing(await store.pauses("", *clusters))
    named = tuple(other.cluster or EVERYTHING for other in others if other.cluster != cluster)

    def wanted(pause: Pause, at: int) -> Pause | Refusal:
        if pause.stands and (pause.at <= asked_at or pause.by == actor):
            return replace(pause, stands=False, by=actor, at=at, why="")
        if pause.stands and pause.by is not None:
            since = Moment(epoch_ms=pause.at)
            return refuse(Reason.PAUSED_SINCE, by=pause.by, since=since, text=pause.why)
        if pause.by == actor and pause.at >= asked_at:
            return pause
        return refuse(Reason.NOT_PAUSED, cluster=cluster or EVERYTHING, paused=named)

    return await _change(store, wake, clock, cluster, wanted)


async def _change(
    store: RequestStore,
    wake: Wake,
    clock: Clock,
    cluster: str,
    wanted: Callable[[Pause, int], Pause | Refusal],
) -> Pause | Refusal:
    """Make of a pause what is wanted, again if somebody else was first."""

    async def attempt() -> Pause | Refusal:
        (pause,) = await store.pauses(cluster)
        after = wanted(pause, await store.now())
        if not isinstance(after, Refusal) and after != pause:
            await _save(store, wake, after)
        return after

    return await insist(store, clock, attempt)


async def _save(store: RequestStore, wake: Wake, pause: Pause) -> None:
    """Save it with its audit entry; cards of what it concerns follow, and so do the requests."""
    scope = pause.cluster or EVERYTHING
    entry = AuditEntry(
        at=pause.at,
        actor=pause.by or Person(team_id="", user_id=""),
        what="pause" if pause.stands else "unpause",
        request_id="",
        handle="",
        accepted=True,
        why=f"{scope}: {pause.why}" if pause.why else scope,
        version_before=pause.version,
        version_after=pause.version + 1,
    )
    await keep(store, wake, pause, entry, goes_on=not pause.stands)


async def keep(
    store: RequestStore,
    wake: Wake,
    pause: Pause,
    entry: AuditEntry,
    *,
    goes_on: bool,
) -> None:
    """Save a pause with its entry; VersionConflict if somebody else did first.

    The cards of what is approved in its cluster follow; with `goes_on` the requests are looked at, too.
    """
    concerned = [
        request.id
        for request in await store.open_requests()
        if request.state is State.APPROVED
        and pause.cluster in {"", request.plan.target.ref.cluster}
    ]
    members = [f"card:{each}" for each in concerned]
    members += [f"request:{each}" for each in concerned] if goes_on else []
    await store.save(Save(pauses=(pause,), audit=entry, due=dict.fromkeys(members, entry.at)))
    for member in members:
        await wake.wake(member)


def told(pause: Pause) -> Told:
    """Return what is said of a pause that was set or lifted."""
    details: dict[str, Detail] = {"cluster": pause.cluster or EVERYTHING, "text": pause.why}
    return Told(what=Tell.PAUSED if pause.stands else Tell.UNPAUSED, details=details)


async def pause(parts: Parts, intake: Intake) -> Notice:
    """Pause everything or one cluster, for those who may operate."""
    text, clusters = intake.intent.words["reason"], parts.hypervisor.clusters()

    async def step(actor: Person) -> Pause | Refusal:
        return await begin(parts.store, parts.wake, parts.clock, text, clusters, actor)

    return await _by_operator(parts, intake, step)


async def unpause(parts: Parts, intake: Intake) -> Notice:
    """Let everything or one cluster go on, for those who may operate."""
    cluster, clusters = intake.intent.words.get("cluster", ""), parts.hypervisor.clusters()

    async def step(actor: Person) -> Pause | Refusal:
        return await lift(parts.store, parts.wake, parts.clock, cluster, clusters, actor, intake.at)

    return await _by_operator(parts, intake, step)


async def _by_operator(
    parts: Parts, intake: Intake, step: Callable[[Person], Awaitable[Pause | Refusal]]
) -> Notice:
    who, verb = await asker(parts, intake.actor), intake.intent.verb
    if isinstance(who, Refusal):
        no = who
    elif may_ask(parts.policy(), who.roster, who.person, None, "operate"):
        done = await step(who.person)
        return Declined(refusal=done) if isinstance(done, Refusal) else told(done)
    else:
        no = refuse(Reason.MAY_NOT_OPERATE, verb=verb)
    refused = AuditEntry(
        at=await parts.store.now(),
        actor=intake.actor,
        what=verb,
        request_id="",
        handle="",
        accepted=False,
        why=no.reason.value,
    )
    await parts.store.note(refused)
    return Declined(refusal=no)
