"""Records to save, as small as their types allow."""

from dataclasses import replace
from typing import Any

from bot.model.audit import AuditEntry
from bot.model.guest import GuestRef, Identity, Kind
from bot.model.intake import AnswerTo, Card, Intake, OpenEnd
from bot.model.intent import Amount, Ask, How, Intent, Timing
from bot.model.ledger import Ledger
from bot.model.people import Person
from bot.model.plan import Change, Claim, Effect, Expect, Plan, Step, Target, Where
from bot.model.policy import Decision, Quorum, RuleAsk
from bot.model.request import ChangeRequest, Origin, State
from bot.model.save import Save
from bot.model.unit import Unit
from bot.model.verdict import Verdict, VerdictClass

ALICE = Person(team_id="T1", user_id="UALICE")
BOB = Person(team_id="T1", user_id="UBOB")
GUEST = GuestRef(cluster="paris", kind=Kind.VM, vmid=104)
PLACE = "node/pve1"
AT = 1_700_000_000_000

CHANGE = Change(
    field="memory",
    unit=Unit.MIB,
    before=4096,
    after=6144,
    effect=Effect.LIVE,
    words=frozenset({"memory", "more"}),
)
CLAIM = Claim(place=PLACE, resource="memory", guest=GUEST, before=4096, after=6144)

PLAN = Plan(
    target=Target(ref=GUEST, name="web", node="pve1", identity=Identity(uuid="u-1")),
    operation="resources",
    timing=Timing(),
    changes=(CHANGE,),
    steps=(
        Step(
            name="config",
            method="POST",
            path="config",
            params={"memory": "6144"},
            expects=(Expect(where=Where.IN_FORCE, key="memory", value=6144),),
        ),
    ),
    claims=(CLAIM,),
    notes=(),
    verdict=Verdict(verdict=VerdictClass.FITS),
    planned_at=AT,
)

DECISION = Decision(
    asks=(RuleAsk(rule="big", quorums=(Quorum(groups=("ops",), needed=1),)),),
    expires_ms=3_600_000,
    revision="r1",
)

ASK = Ask(
    operation="resources",
    guest="web",
    amounts={"memory": Amount(how=How.SET, amount=6144, text="6G")},
    reason="more users",
)


def pending(number: int = 1, **changes: Any) -> ChangeRequest:
    """Return a new request; `number` tells its id, handle and time of creation from others'."""
    fresh = ChangeRequest(
        id=f"{number:032x}",
        handle=f"R-{number:04X}",
        requester=ALICE,
        requester_name="Alice",
        origin=Origin(channel="C1"),
        ask=ASK,
        plan=PLAN,
        plan_hash=PLAN.hash,
        plan_rev=1,
        decision=DECISION,
        state=State.PENDING,
        version=1,
        created_at=AT + number,
        expires_at=AT + 3_600_000,
        not_before=AT,
        execute_before=AT + 7_200_000,
    )
    return replace(fresh, **changes)


def following(request: ChangeRequest, **changes: Any) -> ChangeRequest:
    """Return the request one version on."""
    return replace(request, version=request.version + 1, **changes)


def entry(request: ChangeRequest | None = None, what: str = "submit", **changes: Any) -> AuditEntry:
    """Return an audit entry for that version of a request."""
    plain = AuditEntry(
        at=AT,
        actor=ALICE,
        what=what,
        request_id=request.id if request else "",
        handle=request.handle if request else "",
        accepted=True,
        version_before=request.version - 1 if request else 0,
        version_after=request.version if request else 0,
    )
    return replace(plain, **changes)


def save_of(request: ChangeRequest, **parts: Any) -> Save:
    """Return the save of a request made from the version before."""
    whole = {"expected": request.version - 1, "audit": entry(request), **parts}
    return Save(request=request, **whole)


def ledger_for(request: ChangeRequest, ledger: Ledger) -> Ledger:
    """Return the ledger holding the sample claim for the request."""
    return ledger.holding(request.id, request.handle, (CLAIM,))


def asked(delivery: str = "D1", **changes: Any) -> Intake:
    """Return an ask as it arrives."""
    plain = Intake(
        delivery=delivery,
        actor=ALICE,
        actor_name="Alice",
        intent=Intent(verb="set", ask=ASK),
        answer_to=AnswerTo(person=ALICE, channel="C1", response_url="https://hooks.test/1"),
        at=AT,
    )
    return replace(plain, **changes)


def card(request: ChangeRequest, **changes: Any) -> Card:
    """Return the main card of a request."""
    return replace(Card(request_id=request.id, role="card", channel="C1", ts="1.0"), **changes)


def open_end(request: ChangeRequest) -> OpenEnd:
    """Return the open end of a request."""
    return OpenEnd(
        request_id=request.id,
        handle=request.handle,
        owner=ALICE,
        guest=GUEST,
        guest_name="web",
        changes=(CHANGE,),
        since=AT,
        remind_at=AT + 1,
    )
