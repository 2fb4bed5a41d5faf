"""One delivery, one effect: what to answer when an ask led to a save before its answer went out."""

from dataclasses import replace

from bot.model.guards import already
from bot.model.intake import Intake
from bot.model.notice import Declined, Notice, Told
from bot.model.people import Person
from bot.model.plan import Plan
from bot.model.policy import Decision
from bot.model.quantity import format_change
from bot.model.refusal import Detail, Moment, Refusal
from bot.model.request import ChangeRequest, State
from bot.model.tell import Tell
from bot.policy import eligible, others_in
from bot.workflow.parts import Asker, Parts, asker

TOLD = {
    "deny": Tell.DENIED,
    "withdraw": Tell.VOTE_WITHDRAWN,
    "offer": Tell.OFFER_MADE,
    "accept": Tell.OFFER_ACCEPTED,
    "edit": Tell.EDITED,
    "cancel": Tell.CANCELLED,
    "veto": Tell.VETOED,
    "resolve": Tell.RESOLVED,
    "reviewed": Tell.REVIEWED,
    "break": Tell.GLASS_BROKEN,
}
"""What somebody is told of a decision that was saved, by its verb."""


def bound(parts: Parts, delivery: str) -> Parts:
    """Return the parts for one delivery: its first save marks it, and there is no second."""
    return replace(parts, committer=replace(parts.committer, delivery=delivery))


async def done_already(parts: Parts, intake: Intake) -> Notice | None:
    """Return the answer to an ask that led to a save before; None if it did not."""
    kept = await parts.store.intake(intake.delivery)
    if kept is None or not kept.request_id:
        return None
    request = await parts.store.request(kept.request_id)
    if request is None:
        return None
    who = await asker(parts, intake.actor)
    if isinstance(who, Refusal):
        return Declined(refusal=who)
    return answer_of(parts, intake, who, request)


def answer_of(parts: Parts, intake: Intake, who: Asker, request: ChangeRequest) -> Notice:
    """Return what somebody is told of what their ask led to."""
    verb, target = intake.intent.verb, request.plan.target.name
    alone = request.glass.by if request.glass else None
    if (verb == "vote" and who.person not in request.voters()) or (
        verb == "break" and who.person != alone
    ):
        return _not_counted(request)
    if verb == "vote":
        waits = request.state is State.PENDING
        counted: dict[str, Detail] = {
            "handle": request.handle,
            "guest": target,
            "have": len(request.voters()),
            "needed": request.decision.needed,
        }
        return Told(what=Tell.VOTE_COUNTED if waits else Tell.APPROVED, details=counted)
    if verb in TOLD:
        details: dict[str, Detail] = {
            "handle": request.handle,
            "guest": target,
            "requester": request.requester,
            "state": request.state.value,
        }
        return Told(what=TOLD[verb], details=details)
    return recorded(parts, who, request)


def _not_counted(request: ChangeRequest) -> Notice:
    """Return what became of a vote that does not stand: asked anew, taken back, or all over."""
    if request.moved is not None:
        return Declined(refusal=request.moved.why)
    if request.state is State.PENDING:
        return Told(what=Tell.VOTE_WITHDRAWN, details={"handle": request.handle})
    return Declined(refusal=already(request))


def deciders(who: Asker, decision: Decision, requester: Person) -> tuple[Person, ...]:
    """Return who may approve, other than the requester."""
    names = eligible(who.roster, decision, requester)
    return tuple(Person(team_id=requester.team_id, user_id=name) for name in names)


def in_short(plan: Plan) -> str:
    """Return the figures that a plan changes, as `memory 2 → 4 GiB, cores 2 → 3`."""
    figures = [c for c in plan.changes if isinstance(c.after, int)]
    spans = [(c.field, format_change(c.before, c.after, c.unit)) for c in figures]
    return ", ".join(f"{field} {span.removesuffix(f' {field}')}" for field, span in spans)


def _born_approved(parts: Parts, who: Asker, request: ChangeRequest) -> Notice:
    """Return what the requester is told where nobody has to approve."""
    decision = request.decision
    details: dict[str, Detail] = {
        "handle": request.handle,
        "guest": request.plan.target.name,
        "rule": decision.rule,
        "change": in_short(request.plan),
        "groups": decision.reviews,
    }
    if not decision.wait_ms:
        return Told(what=Tell.BORN_APPROVED, details=details)
    names = others_in(who.roster, decision.vetoers, request.requester)
    details |= {
        "people": tuple(Person(team_id=request.requester.team_id, user_id=n) for n in names),
        "at": Moment(epoch_ms=request.not_before),
        "channel": decision.channel or parts.policy().approvals_channel,
    }
    return Told(what=Tell.WAITS_FOR_VETO, details=details)


def recorded(parts: Parts, who: Asker, request: ChangeRequest) -> Notice:
    """Return what the requester is told of a request that was just saved."""
    if request.state is State.APPROVED:
        return _born_approved(parts, who, request)
    return Told(
        what=Tell.RECORDED,
        details={
            "handle": request.handle,
            "guest": request.plan.target.name,
            "change": in_short(request.plan),
            "people": deciders(who, request.decision, request.requester),
            "until": Moment(epoch_ms=request.expires_at),
            "channel": request.decision.channel or parts.policy().approvals_channel,
        },
    )
