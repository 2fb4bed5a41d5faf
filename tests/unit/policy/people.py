"""People, guests and plans for policy's tests."""

from bot.model.guest import GuestRef, GuestSummary, Identity, Kind
from bot.model.intent import Timing
from bot.model.people import Person, Roster
from bot.model.plan import Change, Effect, Plan, Target
from bot.model.policy import Decision, Quorum
from bot.model.refusal import Refusal
from bot.model.unit import Unit, Value
from bot.model.verdict import Verdict, VerdictClass
from bot.policy import Circumstances, Policy, Rule, UpTo, When
from bot.policy import decide as decide_by

GIB = 1024
ANA = Person(team_id="T1", user_id="U0ANA")
BOB = Person(team_id="T1", user_id="U0BOB")
CYR = Person(team_id="T1", user_id="U0CYR")
DAN = Person(team_id="T1", user_id="U0DAN")
ROSTER = Roster(
    groups={
        "ops": frozenset({"U0ANA", "U0BOB"}),
        "dba": frozenset({"U0BOB", "U0CYR"}),
        "role:web team": frozenset({"U0DAN"}),
        "role:administrators": frozenset({"U0ANA"}),
    },
    as_of=0,
)
OPS = (Quorum(groups=("ops",), needed=1),)
DBA = (Quorum(groups=("dba",), needed=1),)


NOON = Circumstances(now=1_795_694_400_000, decided_at=1_795_694_400_000)
"""Thursday, 2026-11-26 12:00 UTC; nothing was granted of late."""


def decide(
    rules: Policy, roster: Roster, requester: Person, asked: Plan, when: Circumstances = NOON
) -> Decision | Refusal:
    """Decide at noon of a quiet day, unless told otherwise."""
    return decide_by(rules, roster, requester, asked, when)


def policy(*rules: Rule) -> Policy:
    """Return a policy of these rules."""
    return Policy(rules=rules, approvals_channel="C0APPROVALS", default_expires_ms=1_000)


def guest(vmid: int, *, tags: tuple[str, ...] = (), pool: str = "") -> GuestSummary:
    """Return a guest of the inventory."""
    ref = GuestRef(cluster="paris", kind=Kind.CT, vmid=vmid)
    return GuestSummary(
        ref=ref, name=f"guest-{vmid}", node="pve1", status="running", tags=tags, pool=pool
    )


def change(word: str, before: Value, after: Value, unit: Unit = Unit.MIB, *more: str) -> Change:
    """Return a change whose words are its field's, with `less` where it lowers."""
    lower = isinstance(before, int) and isinstance(after, int) and after < before
    words = {word, *more} | ({"less"} if lower else set())
    return Change(
        field=word,
        unit=unit,
        before=before,
        after=after,
        effect=Effect.LIVE,
        words=frozenset(words),
    )


def plan(
    *changes: Change,
    verdict: VerdictClass = VerdictClass.FITS,
    tags: tuple[str, ...] = (),
    pool: str = "",
) -> Plan:
    """Return a judged plan for guest 104."""
    target = Target(
        ref=GuestRef(cluster="paris", kind=Kind.CT, vmid=104),
        name="db1",
        node="pve1",
        identity=Identity(),
        tags=tags,
        pool=pool,
    )
    return Plan(
        target=target,
        operation="resources",
        timing=Timing(),
        changes=changes,
        steps=(),
        claims=(),
        notes=(),
        verdict=Verdict(verdict=verdict),
        planned_at=0,
    )


MORE_MEMORY = change("memory", 4 * GIB, 6 * GIB)
LESS_MEMORY = change("memory", 6 * GIB, 4 * GIB)
START = change("start", "stopped", "running", Unit.TEXT)


def up_to(word: str, gib: int) -> UpTo:
    """Return a bound in GiB."""
    return UpTo(word=word, amount=gib * 1024**3, is_size=True)


def rule(name: str, when: When | None = None, quorums: tuple[Quorum, ...] = ()) -> Rule:
    """Return a rule."""
    return Rule(name=name, when=when or When(), quorums=quorums)
