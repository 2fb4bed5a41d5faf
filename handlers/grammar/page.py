"""Help and the commands page, made from the same tables that are parsed."""

from collections.abc import Mapping

from bot.model.feature import EVERYTHING, Feature, Features
from bot.model.guest import Kind
from bot.model.operation import Operation, offered
from bot.model.refusal import Refusal
from bot.model.size import allowed_amounts
from bot.model.view import HelpView
from handlers.grammar.command import by_verb, no_verb
from handlers.grammar.fields import example_of, pair_example
from handlers.grammar.later import LATER
from handlers.grammar.verb import Verb
from handlers.grammar.verbs import FAMILIES, verbs_with

_RESTART = "with-restart"
_TIMING = (
    ("now", "As soon as it is approved; the same as saying nothing."),
    ("at 02:00", "At that time, in your time zone; also mon 18:00, or 2026-11-24 02:00."),
    ("at restart", "Written now, in force when the guest is next shut down and started."),
    (_RESTART, "Shuts the guest down and starts it, as part of the approved change."),
)
_WHEN = "[now | at TIME | at restart]"
_SHOWN_FIELDS = 6
_INTRODUCTION = (
    "Everything follows the slash command (`/pve` unless configured otherwise). A guest is named by its "
    "name, its number or `cluster/name`. Answers are private unless `--public` is given; every verb "
    "answers to `--help`."
)


def operation_usage(operation: Operation, features: Features = EVERYTHING) -> str:
    """Return how an operation's command is written."""
    words = [operation.verb, "GUEST"]
    words += [
        one.name.upper() if one.required else f"[{one.name.upper()}]" for one in operation.arguments
    ]
    words += [f"[{pair_example(one)}]" for one in operation.fields[:_SHOWN_FIELDS]]
    words += ["[…]"] if len(operation.fields) > _SHOWN_FIELDS else []
    words += [_WHEN] if operation.fields else ["[now | at TIME]"]
    words += [f"[{_RESTART}]"] if operation.fields and features.has(Feature.POWER) else []
    return " ".join([*words, "[REASON]"])


def operation_examples(operation: Operation, features: Features = EVERYTHING) -> tuple[str, ...]:
    """Return example commands of an operation."""
    if not operation.fields:
        return (example_of(operation), f"{example_of(operation)} at 02:00 agreed with the team")
    common = [one for one in operation.fields if len(one.kinds) == len(Kind)] or operation.fields
    pairs = [pair_example(one) for one in common]
    restart = f" {_RESTART}" if features.has(Feature.POWER) else ""
    return (
        f"{operation.verb}",
        f"{operation.verb} web-01 {pairs[0]} nightly build needs it",
        f"{operation.verb} web-01 {' '.join(pairs[:2])} at 02:00{restart} more traffic",
    )


def operation_details(
    operation: Operation, features: Features = EVERYTHING
) -> tuple[tuple[str, str], ...]:
    """Return (how it is written, what it is) for each field, argument and time."""
    arguments = [(one.name.upper(), one.help) for one in operation.arguments]
    fields = [(pair_example(one), one.help) for one in operation.fields]
    there = _TIMING if operation.fields else _TIMING[:2]
    timing = (each for each in there if each[0] != _RESTART or features.has(Feature.POWER))
    return (*arguments, *fields, *timing)


def verb_of(operation: Operation, features: Features = EVERYTHING) -> Verb:
    """Return an operation's verb as the table of the fixed verbs would hold it."""
    return Verb(
        name=operation.verb,
        usage=operation_usage(operation, features),
        sentence=f"{operation.help[:1].upper()}{operation.help[1:].rstrip('.')}.",
        examples=operation_examples(operation, features),
        details=operation_details(operation, features),
    )


def all_verbs(
    operations: Mapping[str, Operation], features: Features = EVERYTHING
) -> tuple[Verb, ...]:
    """Return every verb that works today: those that look, operations, the workflow's."""
    there = by_verb(offered(operations, features))
    own = tuple(verb_of(operation, features) for operation in there.values())
    fixed = [verb for verb in verbs_with(features).values() if verb.name not in there]
    reads = tuple(verb for verb in fixed if not verb.about_requests)
    return (*reads, *own, *(verb for verb in fixed if verb.about_requests))


def usage(
    operations: Mapping[str, Operation], verb: str = "", *, features: Features = EVERYTHING
) -> HelpView | Refusal:
    """Return help: one line for each verb, or one verb with its details and examples."""
    verbs = all_verbs(operations, features)
    family = [one for one in verbs if one.name.partition(" ")[0] == verb and " " in one.name]
    if family:
        entries = tuple((one.usage, one.sentence) for one in family)
        return HelpView(verb=verb, entries=entries, examples=family[0].examples)
    if not verb:
        entries = _overview(verbs)
        examples = tuple(one.examples[-1] for one in verbs if one.details)[:1]
        return HelpView(verb="", entries=entries, examples=examples)
    found = next((one for one in verbs if one.name == verb), None)
    if found is None:
        return no_verb(verb, operations, features)
    entries = ((found.usage, found.sentence), *found.details)
    return HelpView(verb=verb, entries=entries, examples=found.examples)


def _overview(verbs: tuple[Verb, ...]) -> tuple[tuple[str, str], ...]:
    """Return a line for each verb, and one for all verbs of a family."""
    lines = {one.usage: one.sentence for one in verbs if " " not in one.name}
    for family in FAMILIES:
        words = [one.name.partition(" ")[2] for one in verbs if one.name.startswith(f"{family} ")]
        if words:
            lines[f"{family} {'|'.join(words)}"] = f"`help {family}` says what each does."
    return tuple(lines.items())


def _row(*cells: str) -> str:
    """Return one row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _table(head: tuple[str, str], rows: list[tuple[str, str]]) -> list[str]:
    """Return a Markdown table; the first column is code."""
    lines = [_row(f"`{code}`", text) for code, text in rows]
    return [_row(*head), "| --- | --- |", *lines, ""]


def _section(verb: Verb) -> list[str]:
    """Return one verb's section of the page."""
    lines = [f"## {verb.name}", "", verb.sentence, "", "```text", verb.usage, "```", ""]
    if verb.details:
        lines += _table(("part", "what"), list(verb.details))
    return [*lines, "Examples:", "", *(f"- `{example}`" for example in verb.examples), ""]


def _amounts(operations: Mapping[str, Operation]) -> list[str]:
    """Return how amounts are written, by field."""
    rows = []
    for field in (field for operation in operations.values() for field in operation.fields):
        kinds = " and ".join(sorted(kind.word for kind in field.kinds))
        allowed = allowed_amounts(field.unit)
        rows.append((field.name, f"{field.label} ({kinds}): {allowed}"))
    return ["## Amounts", "", *_table(("field", "may be written"), rows)] if rows else []


def commands_page(operations: Mapping[str, Operation]) -> str:
    """Return the page of all commands, in Markdown."""
    verbs = all_verbs(operations)
    lines = ["# Commands", "", _INTRODUCTION, ""]
    lines += _table(("command", "what"), [(verb.usage, verb.sentence) for verb in verbs])
    for verb in verbs:
        lines += _section(verb)
    rows = [
        (verb, f"{about}; today: {instead}")
        for verb, (about, instead) in LATER.items()
        if verb not in by_verb(operations)
    ]
    later_verbs = ["## Later", "", "These verbs answer with a sentence today.", ""]
    lines += [*_amounts(operations), *later_verbs, *_table(("verb", "what"), rows)]
    return "\n".join(lines)
