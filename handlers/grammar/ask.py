"""One operation's command: guest, fields or arguments, timing, reason → Intent with an Ask."""

from collections.abc import Mapping
from dataclasses import replace

from bot.model.intent import Ask, Intent, Timing
from bot.model.operation import Operation
from bot.model.refusal import Reason, Refusal, refuse
from handlers.grammar.fields import Wanted, example_of, find_field, read_fields
from handlers.grammar.text import LONGEST_REASON, Line, guest, open_quote
from handlers.grammar.timing import Clock, read_timing


def check_reason(text: str) -> Refusal | None:
    """Return why that reason cannot be taken: more than 500 characters."""
    if len(text) <= LONGEST_REASON:
        return None
    problem = f"the reason has {len(text)} characters, {LONGEST_REASON} at most"
    return refuse(Reason.BAD_TEXT, problem=problem, example="the nightly build swaps since Monday")


def _stray_field(line: Line, at: int, operation: Operation) -> Refusal | None:
    """Refuse a field that stands behind timing or reason, where it would be lost in the text."""
    for token in line.tokens[at:]:
        name, equals, _ = token.text.partition("=")
        if equals and not token.quoted and find_field(operation, name.casefold()):
            problem = (
                f"{token.text} stands in the reason: fields come directly after the guest; "
                "if it belongs to the reason, put the reason in quotes"
            )
            return refuse(Reason.BAD_TEXT, problem=problem, example=example_of(operation))
    return None


def _taken(line: Line, at: int, operation: Operation, clock: Clock) -> bool:
    """Return whether an optional argument stands there, and neither timing nor the reason.

    The first word after the guest is one; a later word only in quotes.
    """
    if at >= len(line.tokens) or line.tokens[at].quoted:
        return at < len(line.tokens)
    timed = read_timing(line, Wanted(at=at), operation, clock)
    return at == 1 and isinstance(timed, Wanted) and timed.at == at


def _arguments(
    line: Line, operation: Operation, clock: Clock
) -> tuple[Mapping[str, str], int] | Refusal:
    """Read the operation's positional arguments; return them and the token after them."""
    found: dict[str, str] = {}
    at = 1
    for argument in operation.arguments:
        if argument.required and at >= len(line.tokens):
            problem = f"{argument.name.upper()} is missing"
            return refuse(Reason.BAD_TEXT, problem=problem, example=example_of(operation))
        if not argument.required and not _taken(line, at, operation, clock):
            break
        found[argument.name] = line.tokens[at].text
        at += 1
    return found, at


def _form(line: Line, operation: Operation, name: str) -> Intent | Refusal:
    """Return the intent that opens the form, with what was typed so far."""
    reason = line.since(1)
    words = {key: value for key, value in (("guest", name), ("reason", reason)) if value}
    return check_reason(reason) or Intent(verb=operation.verb, words=words)


def _asked(line: Line, wanted: Wanted, operation: Operation, name: str) -> Intent | Refusal:
    """Return the intent, given everything before the reason."""
    reason = line.since(wanted.at)
    refusal = _stray_field(line, wanted.at, operation) or check_reason(reason)
    if refusal is not None:
        return refusal
    timing = wanted.timing or Timing()
    ask = Ask(
        operation=operation.name,
        guest=name,
        amounts=wanted.amounts,
        arguments=wanted.arguments,
        timing=replace(timing, with_restart=wanted.with_restart),
        reason=reason,
    )
    return Intent(verb=operation.verb, ask=ask)


def _guest_name(line: Line, operation: Operation) -> str | Refusal:
    """Return the guest that the line begins with."""
    problem = "GUEST is missing"
    if line.tokens:
        token = line.tokens[0]
        name = guest(token.text)
        if name and not open_quote(token) and "=" not in name:
            return name
        problem = f"{token.text} is no guest: its name or number comes first"
    return refuse(Reason.BAD_TEXT, problem=problem, example=example_of(operation))


def _wanted(line: Line, operation: Operation, clock: Clock) -> Wanted | Refusal:
    """Read everything between the guest and the reason."""
    arguments = _arguments(line, operation, clock)
    if isinstance(arguments, Refusal):
        return arguments
    fields = read_fields(line, arguments[1], operation)
    if isinstance(fields, Refusal):
        return fields
    fields = replace(fields, arguments={**arguments[0], **fields.arguments})
    return read_timing(line, fields, operation, clock)


def read_ask(line: Line, operation: Operation, clock: Clock) -> Intent | Refusal:
    """Read what follows an operation's verb; `line` begins with the guest.

    An operation with fields opens its form (no ask) where nothing, a guest alone, or a guest and a
    reason are given.
    """
    if operation.fields and not line.tokens:
        return Intent(verb=operation.verb)
    name = _guest_name(line, operation)
    if isinstance(name, Refusal):
        return name
    wanted = _wanted(line, operation, clock)
    if isinstance(wanted, Refusal):
        return wanted
    if operation.fields and not wanted.amounts and not wanted.arguments:
        return _stray_field(line, wanted.at, operation) or _form(line, operation, name)
    return _asked(line, wanted, operation, name)
