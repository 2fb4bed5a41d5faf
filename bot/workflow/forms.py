"""Views that a job fills: the request form with its preview, and a request's details."""

from dataclasses import replace

from bot.inventory import PICTURE_MS
from bot.model.button import Action
from bot.model.errors import HypervisorFault
from bot.model.guest import GuestRef, GuestSummary
from bot.model.intake import Intake
from bot.model.notice import Declined, DetailsView, Notice, OfferForm, Preview, RequestForm
from bot.model.refusal import Reason, Refusal
from bot.model.request import ChangeRequest, State
from bot.model.review import Review
from bot.model.samples import Evidence, Window, evidence_of
from bot.workflow.closing import closed_of
from bot.workflow.parts import Asker, Parts, asker, find_guest, find_request, guests_for, held_up
from bot.workflow.pointers import split
from bot.workflow.submit import origin_of, preview

OVER = frozenset(
    {
        Reason.ALREADY_DECIDED,
        Reason.ALREADY_RUNNING,
        Reason.EXPIRED,
        Reason.NOT_A_MEMBER,
        Reason.NOT_ELIGIBLE,
        Reason.NOT_YOURS,
        Reason.OLD_CARD,
        Reason.OWN_REQUEST,
        Reason.UNKNOWN_BUTTON,
        Reason.UNKNOWN_REQUEST,
    }
)
"""Refusals that no other value in the form can mend."""

NEIGHBOURS = 8
"""Guests named in the details, those with the most unused memory first."""


async def fill_form(parts: Parts, intake: Intake) -> Notice:
    """Fill the request form: the chosen guest's values, and what the ask so far would do."""
    words, ask = intake.intent.words, intake.intent.ask
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    editing = await _editing(parts, who, words.get("editing", ""))
    if isinstance(editing, Refusal):
        return Declined(refusal=editing)
    named = words.get("guest") or (editing.plan.target.ref.key if editing else "")
    if ask is not None and editing is not None:
        ask = replace(ask, guest=editing.plan.target.ref.key)
    form = RequestForm(
        metadata=words.get("metadata", ""), ask=ask, editing=editing, features=parts.features
    )
    if not named:
        return form
    guest = await find_guest(parts, who, named, "request")
    if isinstance(guest, Refusal):
        return replace(form, preview=Preview(refusal=guest))
    facts = await parts.assessor.guest(guest.ref)
    origin = editing.origin if editing else await origin_of(parts, intake)
    seen = await preview(parts, who, ask, origin) if ask is not None else None
    if problem := intake.intent.problem:
        seen = Preview(refusal=problem)
    return replace(form, guest=facts, preview=seen)


async def _editing(parts: Parts, who: Asker, pointer: str) -> ChangeRequest | Refusal | None:
    if not pointer:
        return None
    return await find_request(parts, who, split(pointer)[0])


async def refused_form(parts: Parts, intake: Intake, refusal: Refusal) -> Notice:
    """Return the form as it was submitted, with what was wrong; the refusal if it is of no use."""
    if refusal.reason in OVER:
        return Declined(refusal=refusal)
    ask = intake.intent.ask
    if intake.intent.verb == "offer":
        request = await parts.store.request(split(intake.intent.words["pointer"])[0])
        if request is None or request.state is not State.PENDING:
            return Declined(refusal=refusal)
        return OfferForm(request=request, ask=ask, problem=refusal, features=parts.features)
    guest = ask.guest if ask else ""
    words = dict(intake.intent.words) | {"guest": guest}
    form = await fill_form(
        parts, replace(intake, intent=replace(intake.intent, ask=None, words=words))
    )
    if not isinstance(form, RequestForm):
        return form
    return replace(form, ask=ask, preview=Preview(refusal=refusal))


async def show_details(parts: Parts, intake: Intake) -> Notice:
    """Show a request in full to one viewer, with what they may do."""
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    name, _ = split(intake.intent.words["pointer"])
    request = await find_request(parts, who, name)
    if isinstance(request, Refusal):
        return Declined(refusal=request)
    end = await parts.store.open_end(request.id)
    graph = frozenset({Action.GRAPH}) if await _sees_guest(parts, who, request) else frozenset()
    return DetailsView(
        request=request,
        closed=await closed_of(parts, request, end),
        may=actions_of(
            request, who, await parts.store.review(request.id), parts.policy().break_glass
        )
        | graph,
        neighbours=await _neighbours(parts, who, request),
        history=await parts.store.audit_of(request.id),
        pauses=await held_up(parts, request),
        evidence=await _evidence(parts, request.plan.target.ref),
    )


async def _sees_guest(parts: Parts, who: Asker, request: ChangeRequest) -> bool:
    """Return whether this person may see the guest beyond the request, as who decides may not."""
    ref = request.plan.target.ref
    return any(guest.ref == ref for guest in await guests_for(parts, who))


async def _evidence(parts: Parts, ref: GuestRef) -> Evidence | None:
    """Return what a guest used over the last week; None where Proxmox does not tell."""
    try:
        node = await parts.inventory.locate(ref, PICTURE_MS)
        return evidence_of(await parts.hypervisor.guest_samples(ref, node, Window.WEEK))
    except HypervisorFault:
        return None


def actions_of(
    request: ChangeRequest, who: Asker, review: Review | None, break_glass: tuple[str, ...]
) -> frozenset[Action]:
    """Return what this person may do with the request beyond the card's buttons.

    `break_glass` are the groups that may approve alone.
    """
    may: set[Action] = set()
    if review and review.waits_for(who.person, who.groups):
        may.add(Action.REVIEWED)
    if request.state is State.PENDING and set(who.groups) & set(break_glass):
        may.add(Action.BREAK_GLASS)
    waiting = request.state in {State.PENDING, State.APPROVED}
    eligible = bool(set(who.groups) & set(request.decision.stoppers))
    if waiting and who.person == request.requester:
        may.add(Action.CANCEL)
        if request.state is State.PENDING:
            may.add(Action.EDIT)
    elif waiting and eligible:
        may.add(Action.VETO)
    if request.state is State.PENDING and who.person in request.voters():
        may.add(Action.WITHDRAW)
    return frozenset(may)


async def _neighbours(parts: Parts, who: Asker, request: ChangeRequest) -> tuple[GuestSummary, ...]:
    node = request.plan.target.node
    others = [
        g
        for g in await guests_for(parts, who)
        if g.node == node and g.ref != request.plan.target.ref and g.running
    ]
    others.sort(key=lambda g: (g.used_mib or 0) - (g.memory_mib or 0))
    return tuple(others[:NEIGHBOURS])
