"""Plans and requests on the founding host: a request in every state."""

from dataclasses import replace

from bot.model.guest import GuestRef, Identity, Kind
from bot.model.intake import OpenEnd
from bot.model.intent import Amount, Ask, How, Timing
from bot.model.people import SYSTEM, Person
from bot.model.plan import Change, Effect, Expect, Plan, Step, Target, Where
from bot.model.plan import Claim as Holding
from bot.model.policy import Decision, Quorum, RuleAsk, Vote
from bot.model.refusal import Quantity, Reason, refuse
from bot.model.request import (
    ChangeRequest,
    InForce,
    JournalEntry,
    Moved,
    Offer,
    Origin,
    Outcome,
    Progress,
    State,
)
from bot.model.unit import Unit
from bot.model.verdict import Note, NoteKind, Sum, Verdict, VerdictClass

ANA = Person(team_id="T0", user_id="U0ANA")
BOB = Person(team_id="T0", user_id="U0BOB")
CYR = Person(team_id="T0", user_id="U0CYR")
T = 1_795_444_200_000  # 2026-11-23 14:30:00 UTC
MINUTE = 60_000
GIB = 1024**3
DB1 = GuestRef(cluster="home", kind=Kind.CT, vmid=104)
APP1 = GuestRef(cluster="home", kind=Kind.VM, vmid=101)


def gib(figure: float) -> Quantity:
    """Return an amount of memory."""
    return Quantity(amount=int(figure * 1024), unit="MiB")


MEMORY = Change(
    field="memory",
    unit=Unit.MIB,
    before=4096,
    after=6144,
    effect=Effect.LIVE,
    words=frozenset({"memory"}),
)
WAITING_MEMORY = replace(MEMORY, after=8192, effect=Effect.AT_RESTART)
DISK = Change(
    field="scsi0",
    unit=Unit.BYTES,
    before=32 * GIB,
    after=52 * GIB,
    effect=Effect.LIVE,
    words=frozenset({"disk"}),
    final=True,
    guest_work="grow partition",
)
STEP = Step(
    name="config",
    method="PUT",
    path="config",
    params={"memory": "6144"},
    expects=(Expect(where=Where.IN_FORCE, key="memory", value=6144),),
)
SHUTDOWN = replace(STEP, name="shutdown", path="status/shutdown", asks_guest=True)
PROMISED = Sum(
    name="promised memory",
    unit=Unit.MIB,
    before=18432,
    after=20480,
    room=15872,
    warn_at=15872,
    hard_at=25395,
    notes={"guests": 7, "missing_if_all": gib(4.5)},
)
IN_USE = Sum(
    name="in use",
    unit=Unit.MIB,
    before=11264,
    after=13722,
    room=14234,
    warn_at=12099,
    hard_at=14234,
    notes={
        "limit": gib(6),
        "limit_before": gib(4),
        "used": gib(3.6),
        "total": gib(15.5),
        "free_after": gib(2.1),
    },
)
VERDICT = Verdict(verdict=VerdictClass.WHILE_OTHERS_STAY_BELOW, sums=(PROMISED, IN_USE))
NO_ROOM = Verdict(
    verdict=VerdictClass.DOES_NOT_FIT,
    sums=(replace(IN_USE, after=17408, notes={}),),
    largest=4506,
    largest_field="memory",
)
TARGET = Target(ref=DB1, name="db1", node="pve1", identity=Identity(uuid="u-1"), pool="prod")
PLAN = Plan(
    target=TARGET,
    operation="resources",
    timing=Timing(),
    changes=(MEMORY,),
    steps=(STEP,),
    claims=(Holding(place="node/pve1", resource="memory", guest=DB1, before=4096, after=6144),),
    notes=(Note(kind=NoteKind.NO_BACKUP),),
    verdict=VERDICT,
    planned_at=T,
)
APP_PLAN = replace(
    PLAN,
    target=replace(TARGET, ref=APP1, name="app1"),
    changes=(WAITING_MEMORY,),
    claims=(Holding(place="node/pve1", resource="memory", guest=APP1, before=4096, after=8192),),
    notes=(),
)
OPS = Quorum(groups=("ops",), needed=1)
DECISION = Decision(
    asks=(RuleAsk(rule="production", quorums=(OPS,)),), expires_ms=259_200_000, revision="r5"
)
FREE = Decision(asks=(RuleAsk(rule="small on dev", quorums=()),), expires_ms=0, revision="r5")
ASK = Ask(
    operation="resources",
    guest="db1",
    amounts={"memory": Amount(how=How.SET, amount=6144, text="6G")},
    reason="checkout is slow",
)
VOTE = Vote(team_id="T0", user_id="U0BOB", plan_rev=2, at=T + MINUTE, groups=("ops",))
PENDING = ChangeRequest(
    id="a1b2",
    handle="R-7K2M",
    requester=ANA,
    requester_name="Ana",
    origin=Origin(channel="C0WEB"),
    ask=ASK,
    plan=PLAN,
    plan_hash="h",
    plan_rev=2,
    decision=DECISION,
    state=State.PENDING,
    version=5,
    created_at=T,
    expires_at=T + 240 * MINUTE,
    not_before=T,
    execute_before=T + 1440 * MINUTE,
)
HAS_SIX = InForce(field="memory", unit=Unit.MIB, before=4096, asked=6144, value=6144)
DONE = Outcome(at=T + 3 * MINUTE, in_force=(HAS_SIX,))
ENDED: dict[str, int] = {"started_at": T + 2 * MINUTE, "ended_at": T + 3 * MINUTE}
ENTRY = JournalEntry(
    step="config", progress=Progress.SUBMITTED, at=T + 2 * MINUTE, deadline=T, node="pve1"
)
APPROVED = replace(PENDING, state=State.APPROVED, votes=(VOTE,))
RUNNING = replace(APPROVED, state=State.RUNNING, journal=(ENTRY,), started_at=T)
UNCERTAIN = replace(
    RUNNING, state=State.UNCERTAIN, journal=(replace(ENTRY, progress=Progress.UNKNOWN),)
)
SUCCEEDED = replace(
    APPROVED,
    state=State.SUCCEEDED,
    outcome=DONE,
    started_at=T + 2 * MINUTE,
    ended_at=T + 3 * MINUTE,
)
WAITS = replace(
    SUCCEEDED,
    plan=APP_PLAN,
    outcome=replace(
        DONE,
        in_force=(replace(HAS_SIX, asked=8192, value=4096, waiting=8192, is_waiting=True),),
    ),
)
PARTIAL = replace(
    SUCCEEDED,
    state=State.PARTIAL,
    plan=replace(APP_PLAN, changes=(replace(WAITING_MEMORY, effect=Effect.LIVE),)),
    outcome=replace(
        DONE,
        in_force=(replace(HAS_SIX, asked=8192, value=6656),),
        why=refuse(Reason.STEP_REFUSED, step="config", text="memory hotplug: out of slots"),
    ),
)
FAILED = replace(
    SUCCEEDED,
    state=State.FAILED,
    outcome=replace(
        DONE,
        in_force=(replace(HAS_SIX, value=4096),),
        why=refuse(Reason.LOCKED_TOO_LONG, guest="db1", lock="backup"),
    ),
)
DENIED = replace(
    PENDING, state=State.DENIED, ended_by=BOB, ended_at=T + MINUTE, end_text="mail needs it more"
)
CANCELLED = replace(
    PENDING,
    state=State.CANCELLED,
    ended_by=SYSTEM,
    ended_at=T + MINUTE,
    moved=Moved(at=T, why=refuse(Reason.OBSOLETE, guest="db1")),
)
EXPIRED = replace(PENDING, state=State.EXPIRED, ended_by=SYSTEM, ended_at=T + 240 * MINUTE)
EVERY_STATE = (
    PENDING,
    APPROVED,
    RUNNING,
    UNCERTAIN,
    SUCCEEDED,
    WAITS,
    PARTIAL,
    FAILED,
    DENIED,
    CANCELLED,
    EXPIRED,
)
OPEN_END = OpenEnd(
    request_id="a1b2",
    handle="R-7K2M",
    owner=ANA,
    guest=APP1,
    guest_name="app1",
    changes=(WAITING_MEMORY,),
    since=T,
    remind_at=T,
)
OFFERED = replace(
    PENDING,
    offer=Offer(
        by=BOB,
        groups=("ops",),
        ask=ASK,
        plan=replace(PLAN, changes=(replace(MEMORY, after=5120),)),
        at=T,
    ),
    moved=Moved(at=T, why=refuse(Reason.GUEST_CHANGED, guest="db1", what="memory")),
)
NOT_FITTING = replace(
    PENDING,
    plan=replace(PLAN, changes=(replace(MEMORY, after=8192),), verdict=NO_ROOM),
)
