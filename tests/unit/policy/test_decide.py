"""Which rule decides, and what the request then needs."""

from dataclasses import replace

import pytest

from bot.model.policy import Decision, Quorum, RuleAsk
from bot.model.refusal import Reason, Refusal
from bot.model.unit import Unit
from bot.model.verdict import VerdictClass
from bot.policy import GuestFilter, Rule, UpTo, When
from tests.unit.policy.people import (
    ANA,
    DAN,
    DBA,
    GIB,
    LESS_MEMORY,
    MORE_MEMORY,
    OPS,
    ROSTER,
    START,
    change,
    decide,
    plan,
    policy,
    rule,
    up_to,
)

ANYTHING = rule("anything", quorums=OPS)


def decided(found: Decision | Refusal) -> str:
    """Return the rules of a decision, or the reason of a refusal."""
    return found.rule if isinstance(found, Decision) else found.reason.value


def test_the_first_rule_that_matches_decides() -> None:
    """Later rules are not asked."""
    rules = policy(rule("starts", When(operations=("start",)), DBA), ANYTHING)
    assert decided(decide(rules, ROSTER, DAN, plan(START))) == "starts"
    assert decided(decide(rules, ROSTER, DAN, plan(MORE_MEMORY))) == "anything"


def test_no_rule_is_a_refusal() -> None:
    """What nobody wrote a rule for does not happen; a plan without changes neither."""
    found = decide(policy(rule("s", When(operations=("start",)))), ROSTER, DAN, plan(MORE_MEMORY))
    assert found == Refusal(reason=Reason.NO_RULE, details={"what": "memory"})
    assert decided(decide(policy(ANYTHING), ROSTER, DAN, plan())) == "no rule"


def test_each_change_is_matched_on_its_own_and_all_asks_count() -> None:
    """A start and a growth by two rules need both rules' people."""
    rules = policy(rule("starts", When(operations=("start",)), DBA), ANYTHING)
    found = decide(rules, ROSTER, DAN, plan(START, MORE_MEMORY))
    assert isinstance(found, Decision)
    assert found.asks == (
        RuleAsk(rule="starts", quorums=DBA),
        RuleAsk(rule="anything", quorums=OPS),
    )


def test_two_changes_of_one_rule_ask_once() -> None:
    """Identical asks merge."""
    cores = change("cores", 2, 3, Unit.CORES)
    found = decide(policy(ANYTHING), ROSTER, DAN, plan(MORE_MEMORY, cores))
    assert isinstance(found, Decision)
    assert found.asks == (RuleAsk(rule="anything", quorums=OPS),)


def test_a_refusing_rule_wins_over_all_others() -> None:
    """With its own sentence, also over a change that no rule matches."""
    no = Rule(name="itself", when=When(operations=("start",)), refuse="Use the web UI.")
    found = decide(policy(no), ROSTER, DAN, plan(MORE_MEMORY, START))
    assert found == Refusal(
        reason=Reason.POLICY_REFUSES, details={"rule": "itself", "why": "Use the web UI."}
    )


@pytest.mark.parametrize(
    ("operations", "matched"),
    [
        ((), True),
        (("less",), True),
        (("memory", "less"), True),
        (("memory",), False),
        (("cores", "less"), False),
        (("start",), False),
    ],
)
def test_a_decrease_needs_a_rule_that_names_less(
    operations: tuple[str, ...], *, matched: bool
) -> None:
    """Alone `less` is every decrease; beside other words it is decreases of what they name."""
    rules = policy(rule("r", When(operations=operations), OPS))
    found = decide(rules, ROSTER, DAN, plan(LESS_MEMORY))
    assert decided(found) == ("r" if matched else "no rule")


def test_less_alone_matches_no_increase() -> None:
    """A rule for giving back does not let anybody take."""
    rules = policy(rule("r", When(operations=("less",)), OPS))
    assert decided(decide(rules, ROSTER, DAN, plan(MORE_MEMORY))) == "no rule"


@pytest.mark.parametrize(("gib", "matched"), [(1, False), (2, True), (3, True)])
def test_amounts_bound_increases(gib: int, *, matched: bool) -> None:
    """4 → 6 GiB is within +2 and +3, and not within +1."""
    rules = policy(rule("small", When(up_to=(up_to("memory", gib),)), OPS))
    assert decided(decide(rules, ROSTER, DAN, plan(MORE_MEMORY))) == (
        "small" if matched else "no rule"
    )


def test_a_rule_with_amounts_matches_nothing_it_does_not_name() -> None:
    """An amount for memory says nothing about cores, nor about less memory."""
    rules = policy(rule("small", When(up_to=(up_to("memory", 9),)), OPS))
    cores = change("cores", 2, 3, Unit.CORES)
    assert decided(decide(rules, ROSTER, DAN, plan(cores))) == "no rule"
    assert decided(decide(rules, ROSTER, DAN, plan(LESS_MEMORY))) == "no rule"


def test_operations_beside_amounts_are_named_without_a_bound() -> None:
    """`start` is named by operations, memory only within its amount."""
    when = When(operations=("start", "memory"), up_to=(up_to("memory", 1),))
    rules = policy(rule("dev", when, OPS))
    assert decided(decide(rules, ROSTER, DAN, plan(START))) == "dev"
    assert decided(decide(rules, ROSTER, DAN, plan(MORE_MEMORY))) == "no rule"


def test_an_increase_that_cannot_be_measured_is_not_within_an_amount() -> None:
    """Unset before, or another kind of unit: no match."""
    unset = change("memory", None, 6 * GIB)
    count = UpTo(word="memory", amount=10**6, is_size=False)
    for bound, asked in ((up_to("memory", 99), unset), (count, MORE_MEMORY)):
        rules = policy(rule("small", When(up_to=(bound,)), OPS))
        assert decided(decide(rules, ROSTER, DAN, plan(asked))) == "no rule"


def test_hundredths_of_cores_are_bounded_as_cores() -> None:
    """`cpulimit_up_to = "+1"` allows 150 → 250 hundredths and not 251."""
    one = UpTo(word="cpulimit", amount=100, is_size=False)
    rules = policy(rule("small", When(up_to=(one,)), OPS))
    for after, expected in ((250, "small"), (251, "no rule")):
        asked = change("cpulimit", 150, after, Unit.CENTICORES)
        assert decided(decide(rules, ROSTER, DAN, plan(asked))) == expected


@pytest.mark.parametrize("verdict", [VerdictClass.CANNOT_TELL, VerdictClass.DOES_NOT_FIT])
def test_what_cannot_be_told_is_never_approved_by_nobody(verdict: VerdictClass) -> None:
    """A rule without approvals is passed over, and the next one decides."""
    rules = policy(rule("free"), ANYTHING)
    assert decided(decide(rules, ROSTER, DAN, plan(MORE_MEMORY))) == "free"
    assert decided(decide(rules, ROSTER, DAN, plan(MORE_MEMORY, verdict=verdict))) == "anything"


def test_a_rule_may_be_about_a_verdict() -> None:
    """`verdict = "fits"` matches nothing else."""
    rules = policy(rule("free", When(verdicts=(VerdictClass.FITS,))), ANYTHING)
    tight = plan(MORE_MEMORY, verdict=VerdictClass.WHILE_OTHERS_STAY_BELOW)
    assert decided(decide(rules, ROSTER, DAN, tight)) == "anything"


def test_a_rule_may_be_about_guests() -> None:
    """By tag or pool of the guest as planned."""
    rules = policy(rule("web", When(guests=GuestFilter(tags=("web",))), OPS))
    assert decided(decide(rules, ROSTER, DAN, plan(START, tags=("web",)))) == "web"
    assert decided(decide(rules, ROSTER, DAN, plan(START))) == "no rule"


def test_a_rule_may_be_about_requesters() -> None:
    """Members of the group only; with the group unknown nothing is decided at all."""
    rules = policy(rule("by ops", When(requesters=("ops",))), ANYTHING)
    assert decided(decide(rules, ROSTER, ANA, plan(START))) == "by ops"
    assert decided(decide(rules, ROSTER, DAN, plan(START))) == "anything"
    blind = replace(ROSTER, groups={}, unknown=frozenset({"ops"}))
    found = decide(rules, blind, DAN, plan(START))
    assert found == Refusal(reason=Reason.ELIGIBILITY_UNKNOWN, details={"groups": ("ops",)})


def test_the_shortest_expiry_and_the_first_channel_count() -> None:
    """Of the rules that ask for approvals; the others have no say."""
    start = Rule(name="s", when=When(operations=("start",)), quorums=DBA, expires_ms=700)
    free = Rule(name="f", when=When(operations=("cores",)), expires_ms=5, channel="C0FREE")
    rest = Rule(name="r", quorums=OPS, expires_ms=900, channel="C0REST")
    cores = change("cores", 2, 3, Unit.CORES)
    found = decide(policy(start, free, rest), ROSTER, DAN, plan(START, cores, MORE_MEMORY))
    assert isinstance(found, Decision)
    assert (found.expires_ms, found.channel, found.rule) == (700, "C0REST", "s, f, r")


def test_a_request_that_needs_nobody_names_its_rule() -> None:
    """Born approved, by the named rule, with the policy's revision."""
    rules = policy(rule("free"))
    found = decide(rules, ROSTER, DAN, plan(START))
    assert isinstance(found, Decision)
    assert (found.needs_approval, found.rule, found.revision) == (False, "free", rules.revision)


def test_other_rules_are_another_revision() -> None:
    """The revision is a hash of the rules, and of nothing that changes by itself."""
    one, same = policy(rule("r", quorums=OPS)), policy(rule("r", quorums=OPS))
    other = policy(rule("r", quorums=(Quorum(groups=("ops",), needed=2),)))
    assert one.revision == same.revision
    assert one.revision != other.revision
