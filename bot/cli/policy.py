"""`headroom policy`: which rule would decide, and why; what another policy would have decided."""

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from bot.clock import SystemClock
from bot.config import ConfigProblems, load_policy
from bot.config.units import up_to
from bot.model.guest import GuestRef, Identity, Kind
from bot.model.incident import Severity
from bot.model.intent import Timing
from bot.model.people import Person
from bot.model.plan import Change, Effect, Plan, Target
from bot.model.policy import Decision
from bot.model.refusal import Refusal
from bot.model.times import zone
from bot.model.unit import Unit, Value
from bot.model.verdict import Verdict, VerdictClass
from bot.operations import OPERATIONS
from bot.policy import Circumstances, Emergency, Explained, Miss, Policy, Rule, explain
from bot.preflight.commands import CONFIG
from bot.preflight.rehearse import Rehearsed, Unreadable, entries, offline_roster, rehearse

WORDS = frozenset(word for operation in OPERATIONS.values() for word in operation.words)
CHANGE = re.compile(r"([a-z0-9_]+)(?:=(.*))?")
AMOUNTS = "write +4GiB or -4GiB for memory, swap and disks, +2 or -2 for cores"
MEMBER = click.option(
    "--member",
    "members",
    multiple=True,
    metavar="GROUP=U…",
    help="Somebody of a group whose Slack user groups cannot be asked here; may be repeated.",
)

MISSES: dict[Miss, str] = {
    Miss.NEEDS_A_PERSON: "with this verdict nothing passes without an approval",
    Miss.VERDICT: "it is for other verdicts",
    Miss.GUEST: "it is about other guests",
    Miss.OPERATION: "it names other changes",
    Miss.LESS: "it does not name less, and this is a decrease",
    Miss.AMOUNT: "the increase is more than it allows",
    Miss.HOURS: "it is for other hours",
    Miss.WEEK: "the week's sum is more than it allows",
    Miss.NO_INCIDENT: "it is for requests from an open incident: see --incident",
    Miss.SEVERITY: "it is for incidents of another severity",
    Miss.INCIDENT_SUM: "the incident's sum is more than it allows",
    Miss.REQUESTER: "it is for requesters of other groups",
    Miss.UNKNOWN: "it depends on a group that is not known here: say so with --group or --member",
}
"""Why a rule does not match, in words."""


@click.group()
def policy() -> None:
    """Which rule would decide, and what another policy would have decided."""


def _policy(config: Path | None) -> Policy:
    try:
        return load_policy(config, words=WORDS)
    except ConfigProblems as problems:
        for sentence in problems.sentences:
            click.echo(sentence, err=True)
        raise click.ClickException("nothing decided; mend what is named above") from problems


def _members(given: Iterable[str], rules: Policy) -> dict[str, frozenset[str]]:
    """Return group → people of `GROUP=U…`, as often as given."""
    groups = {group.name for group in rules.groups}
    found: dict[str, frozenset[str]] = {}
    for text in given:
        group, _, person = text.partition("=")
        if group not in groups or not person:
            raise click.UsageError(f"--member {text}: write GROUP=U…, with a group of the file")
        found[group] = found.get(group, frozenset()) | {person}
    return found


@policy.command("explain")
@CONFIG
@MEMBER
@click.option("--by", default="", metavar="U…", help="Who asks.")
@click.option("--group", "groups", multiple=True, help="A group that who asks is in.")
@click.option("--guest", "name", default="", help="The guest's name.")
@click.option("--vmid", default=0, help="Its number.")
@click.option("--cluster", default="", help="Its cluster.")
@click.option("--node", default="", help="Its node.")
@click.option("--pool", default="", help="Its pool.")
@click.option("--tag", "tags", multiple=True, help="One of its tags.")
@click.option(
    "--verdict",
    type=click.Choice([verdict.value for verdict in VerdictClass]),
    default=VerdictClass.FITS.value,
    show_default=True,
    help="What admission says.",
)
@click.option(
    "--incident",
    "severity",
    type=click.Choice([severity.value for severity in Severity]),
    help="It comes from an open incident of that severity.",
)
@click.option("--at", "moment", default="", help="When: 2026-11-26T22:00, by requests.timezone.")
@click.argument("changes", nargs=-1, required=True, metavar="CHANGE…")
def explain_command(
    config: Path | None,
    changes: tuple[str, ...],
    members: tuple[str, ...],
    by: str,
    groups: tuple[str, ...],
    moment: str,
    severity: str | None,
    verdict: str,
    **guest: object,
) -> None:
    """Say which rule decides each CHANGE, and why those before it do not.

    A CHANGE is a rule word, as start or rollback, or one with an amount: memory=+2GiB, cores=-1. Only
    the file is looked at.
    """
    rules = _policy(config)
    _known(groups, rules)
    asked = Plan(
        target=_target(guest),
        operation="",
        timing=Timing(),
        changes=tuple(_change(text) for text in changes),
        steps=(),
        claims=(),
        notes=(),
        verdict=Verdict(verdict=VerdictClass(verdict)),
        planned_at=0,
    )
    at = _moment(moment, rules)
    told = explain(
        rules,
        offline_roster(rules, _members(members, rules)),
        Person(team_id="", user_id=by),
        asked,
        Circumstances(now=at, decided_at=at, emergency=_emergency(severity)),
        frozenset(groups),
    )
    for line in (line for each in told for line in _explained(each)):
        click.echo(line)


def _emergency(severity: str | None) -> Emergency | None:
    """Return the incident it comes from, of which nothing was granted so far."""
    return Emergency(incident="", handle="", severity=Severity(severity)) if severity else None


def _known(groups: Iterable[str], rules: Policy) -> None:
    there = sorted(group.name for group in rules.groups)
    for group in groups:
        if group not in there:
            raise click.UsageError(f"--group {group}: the file has {', '.join(there) or 'none'}")


def _target(guest: dict[str, object]) -> Target:
    """Return the guest as far as it was described; what is not said matches no rule that names it."""
    ref = GuestRef(cluster=str(guest["cluster"]), kind=Kind.CT, vmid=int(str(guest["vmid"])))
    tags = guest["tags"]
    return Target(
        ref=ref,
        name=str(guest["name"]),
        node=str(guest["node"]),
        identity=Identity(),
        tags=tags if isinstance(tags, tuple) else (),
        pool=str(guest["pool"]),
    )


def _change(text: str) -> Change:
    """Read `start`, `memory=+2GiB`, `cores=-1`."""
    found = CHANGE.fullmatch(text)
    if found is None or found[1] not in WORDS:
        words = ", ".join(sorted(WORDS))
        raise click.UsageError(f"{text}: write a rule word, or memory=+2GiB; words: {words}")
    word, amount = found.groups()
    if amount is None:
        return _made(word, Unit.TEXT, None, word, {word})
    sign = amount[:1]
    try:
        bound = up_to(word, amount.replace("-", "+", 1))
    except ValueError as fault:
        wrong = "what follows = is too large, or no amount to change by"
        raise click.UsageError(f"{text}: {wrong}: {AMOUNTS}") from fault
    unit = Unit.BYTES if bound.is_size else Unit.CENTICORES
    if not bound.is_size:  # from one core on, for a limit of 0 is none
        start, end = (100, 100 + bound.amount) if sign == "+" else (100 + bound.amount, 100)
    else:
        start, end = (0, bound.amount) if sign == "+" else (bound.amount, 0)
    return _made(word, unit, start, end, {word} | ({"less"} if sign == "-" else set()))


def _made(word: str, unit: Unit, before: Value, after: Value, words: set[str]) -> Change:
    effect = Effect.LIVE
    return Change(
        field=word, unit=unit, before=before, after=after, effect=effect, words=frozenset(words)
    )


def _moment(text: str, rules: Policy) -> int:
    if not text:
        return SystemClock().now()
    try:
        local = datetime.fromisoformat(text)
    except ValueError as fault:
        raise click.UsageError(f"--at {text}: write it as 2026-11-26T22:00") from fault
    return int((local.replace(tzinfo=local.tzinfo or zone(rules.timezone))).timestamp() * 1000)


def _explained(told: Explained) -> list[str]:
    change = told.change
    words = ", ".join(sorted(change.words))
    lines = [f"{change.field} ({words}):"]
    lines += [f"  not rule {rule.name!r}: {MISSES[miss]}" for rule, miss in told.passed]
    unknown = bool(told.passed) and told.passed[-1][1] is Miss.UNKNOWN
    if told.rule is not None:
        lines.append(f"  rule {told.rule.name!r} decides: {_outcome(told.rule)}")
    elif unknown:
        lines.append("  undecided")
    else:
        lines.append("  no rule matches: refused")
    return lines


def _outcome(rule: Rule) -> str:
    if rule.refuse:
        return f"refused ({rule.refuse})"
    return _asks(
        tuple((quorum.needed, quorum.groups) for quorum in rule.quorums),
        rule.wait_ms,
        rule.vetoers,
        (rule.review,) if rule.review else (),
    )


def _asks(
    quorums: tuple[tuple[int, tuple[str, ...]], ...],
    wait_ms: int,
    vetoers: tuple[str, ...],
    reviews: tuple[str, ...],
) -> str:
    """Return what is asked, in words."""
    asked = [f"{needed} of {' or '.join(groups)}" for needed, groups in quorums if needed]
    said = f"needs {' and '.join(asked)}" if asked else "nobody has to approve"
    if wait_ms:
        said += f", waits {wait_ms // 1000} s for a veto by {' or '.join(vetoers)}"
    return said + (f", reviewed by {' and '.join(reviews)}" if reviews else "")


@policy.command("test")
@CONFIG
@MEMBER
@click.argument("file", type=click.File(encoding="utf-8"))
def test_command(config: Path | None, file: TextIO, members: tuple[str, ...]) -> None:
    """Rehearse the policy over past requests: an audit export, or - for standard input.

    Names each request of which it would decide otherwise than was decided; exit 1 if there is one.
    """
    rules = _policy(config)
    try:
        found = rehearse(rules, entries(file), _members(members, rules))
    except Unreadable as fault:
        raise click.ClickException(str(fault)) from fault
    differing = [each for each in found if each.differs]
    for each in differing:
        click.echo(_difference(each))
    click.echo(f"{len(differing)} of {len(found)} decisions would differ")
    if differing:
        raise SystemExit(1)


def _difference(each: Rehearsed) -> str:
    request = each.request
    was = _decided(request.decision)
    what = ", ".join(change.field for change in request.changes)
    subject = f"{request.handle} ({request.requester.user_id}, {request.plan.target.name}, {what})"
    return f"{subject}\n  was: {was}\n  now: {_decided(each.now)}"


def _decided(found: Decision | Refusal) -> str:
    if isinstance(found, Refusal):
        why = found.details.get("why") or found.details.get("groups") or found.details.get("what")
        shown = ", ".join(why) if isinstance(why, tuple) and isinstance(why[0], str) else why
        return f"refused: {found.reason.value}" + (f" ({shown})" if shown else "")
    quorums = tuple(dict.fromkeys((q.needed, q.groups) for ask in found.asks for q in ask.quorums))
    return f"rule {found.rule}: {_asks(quorums, found.wait_ms, found.vetoers, found.reviews)}"
