"""Laws of policy, over rules and changes that nobody would write."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bot.model.people import Person, Roster
from bot.model.plan import Change
from bot.model.policy import Decision, Quorum, RuleAsk, Vote, quorum_met
from bot.model.unit import Unit
from bot.model.verdict import VerdictClass
from bot.policy import Case, Hours, Rule, When, missed, reachable
from bot.policy.hours import WEEK
from tests.unit.policy.people import DAN, NOON, ROSTER, change, decide, plan, policy, up_to

WORDS = ("memory", "disk", "start", "less")
PEOPLE = ("U0ANA", "U0BOB", "U0CYR", "U0DAN")
GROUPS = ("ops", "dba", "net")

quorums = st.lists(
    st.builds(
        Quorum,
        groups=st.lists(st.sampled_from(GROUPS), min_size=1, max_size=2).map(tuple),
        needed=st.integers(min_value=0, max_value=2),
    ),
    max_size=2,
).map(tuple)
minutes = st.integers(min_value=0, max_value=1439)
hours = st.builds(Hours, start=minutes, end=minutes, days=st.just(WEEK))
whens = st.builds(
    When,
    operations=st.lists(st.sampled_from(WORDS), max_size=3).map(tuple),
    up_to=st.lists(
        st.builds(up_to, st.sampled_from(("memory", "disk")), st.integers(0, 8)), max_size=2
    ).map(tuple),
    verdicts=st.lists(st.sampled_from(VerdictClass), max_size=2).map(tuple),
    requesters=st.lists(st.sampled_from(("ops", "dba")), max_size=1).map(tuple),
    hours=st.lists(hours, max_size=1).map(tuple),
    per_week=st.lists(st.integers(0, 4).map(lambda g: up_to("", g)), max_size=1).map(tuple),
)
rules = st.builds(
    Rule,
    name=st.sampled_from("abcdef"),
    when=whens,
    quorums=quorums,
    refuse=st.sampled_from(("", "", "No.")),
    expires_ms=st.none() | st.integers(min_value=1, max_value=10_000),
)
changes = st.one_of(
    st.builds(
        change,
        st.sampled_from(("memory", "disk")),
        st.integers(0, 9).map(lambda g: g * 1024),
        st.integers(0, 9).map(lambda g: g * 1024),
    ),
    st.just(change("start", "stopped", "running", Unit.TEXT)),
)
files = st.lists(rules, max_size=6)
plans = st.lists(changes, min_size=1, max_size=3)
verdicts = st.sampled_from(VerdictClass)


@given(files, plans, verdicts)
def test_the_first_match_of_each_change_and_nothing_else_decides(
    drawn: list[Rule], several: list[Change], verdict: VerdictClass
) -> None:
    """A request is what its changes would be alone: all asks, or one of the refusals."""
    file, asked = policy(*drawn), plan(*several, verdict=verdict)
    whole = decide(file, ROSTER, DAN, asked)
    alone = [decide(file, ROSTER, DAN, plan(c, verdict=verdict)) for c in several]
    if isinstance(whole, Decision):
        parts = [p for p in alone if isinstance(p, Decision)]
        assert len(parts) == len(alone)
        assert set(whole.asks) == {ask for part in parts for ask in part.asks}
        needing = [p.expires_ms for p in parts if p.needs_approval]
        assert whole.expires_ms == min(needing, default=file.default_expires_ms)
    else:
        assert whole in alone


@given(files, changes, verdicts)
def test_rules_after_the_match_change_nothing(
    drawn: list[Rule], one: Change, verdict: VerdictClass
) -> None:
    """Cutting the file after the rule that matched gives the same asks."""
    asked = plan(one, verdict=verdict)
    case = Case(plan=asked, person=DAN, groups=frozenset(), circumstances=NOON)
    hits = [i for i, r in enumerate(drawn) if missed(r, one, case) is None]
    whole = decide(policy(*drawn), ROSTER, DAN, asked)
    if not hits:
        assert not isinstance(whole, Decision)
        return
    cut = decide(policy(*drawn[: hits[0] + 1]), ROSTER, DAN, asked)
    assert isinstance(cut, Decision) is isinstance(whole, Decision)
    if isinstance(cut, Decision) and isinstance(whole, Decision):
        assert cut.asks == whole.asks


@given(files, plans)
def test_what_cannot_be_told_needs_a_person(drawn: list[Rule], several: list[Change]) -> None:
    """No file lets an unknown verdict pass without approvals."""
    found = decide(policy(*drawn), ROSTER, DAN, plan(*several, verdict=VerdictClass.CANNOT_TELL))
    if isinstance(found, Decision):
        assert all(any(q.needed for q in ask.quorums) for ask in found.asks)


@given(whens, changes)
def test_a_rule_with_names_matches_only_what_it_names(when: When, one: Change) -> None:
    """Within its amounts, and a decrease only by naming `less`."""
    case = Case(plan=plan(one), person=DAN, groups=frozenset({"ops", "dba"}), circumstances=NOON)
    found = missed(Rule(name="r", when=when, refuse="No."), one, case) is None
    if not found or not (when.operations or when.up_to):
        return
    named = {*when.operations, *(u.word for u in when.up_to)}
    assert one.words & named
    if "less" in one.words:
        assert "less" in when.operations
        return
    for bound in when.up_to:
        if bound.word in one.words:
            assert one.delta is not None
            assert one.delta * 1024**2 <= bound.amount


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Draw who is in which group."""
    members = st.frozensets(st.sampled_from(PEOPLE))
    return Roster(groups={group: draw(members) for group in GROUPS}, as_of=0)


@given(rosters(), st.lists(quorums, min_size=1, max_size=2), st.sampled_from(PEOPLE))
def test_reachable_is_that_some_set_of_others_meets_it(
    roster: Roster, several: list[tuple[Quorum, ...]], requester: str
) -> None:
    """Compared with trying every set of other people."""
    asks = tuple(RuleAsk(rule=str(i), quorums=q) for i, q in enumerate(several))
    found = Decision(asks=asks, expires_ms=1, revision="x")
    votes = [
        Vote(
            team_id="T1",
            user_id=user,
            plan_rev=1,
            at=0,
            groups=roster.groups_of(Person(team_id="T1", user_id=user)),
        )
        for user in PEOPLE
        if user != requester
    ]
    possible = any(
        quorum_met(found, chosen)
        for size in range(len(votes) + 1)
        for chosen in combinations(votes, size)
    )
    refusal = reachable(roster, found, Person(team_id="T1", user_id=requester))
    assert (refusal is None) is possible
