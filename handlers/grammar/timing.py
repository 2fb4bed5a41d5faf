"""When: `now`, `at 02:00`, `at restart`, `with-restart`, directly after the last field."""

from dataclasses import dataclass, replace

from bot.model.intent import Timing, When
from bot.model.operation import Operation
from bot.model.refusal import Reason, Refusal, refuse
from bot.model.times import is_day, looks_like_time, parse_duration, parse_time
from handlers.grammar.fields import Wanted, example_of
from handlers.grammar.text import Line

LONGEST_WAIT_MS = 366 * 86_400 * 1000

_RESTART = ("restart", "next restart", "the next restart")
_WITH_RESTART = ("with-restart", "with restart")
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The moment a command is read (ms since the epoch), in its author's time zone."""

    now_ms: int
    timezone: str


def _phrase(line: Line, at: int, words: int) -> str:
    """Return that many words from there, as one text in lower case; empty if there are fewer."""
    tokens = line.tokens[at : at + words]
    if len(tokens) < words or any(token.quoted for token in tokens):
        return ""
    return " ".join(token.text for token in tokens).casefold().rstrip(",;.")


def _timed(wanted: Wanted, timing: Timing, after: int, operation: Operation) -> Wanted | Refusal:
    """Return what is wanted with its timing; a second one is refused."""
    if wanted.timing is not None:
        return refuse(
            Reason.BAD_TEXT, problem="there are two times in it", example=example_of(operation)
        )
    return replace(wanted, timing=timing, at=after)


def check_moment(text: str, at_ms: int, now_ms: int) -> Refusal | None:
    """Return why that moment cannot be waited for, if so."""
    if at_ms <= now_ms:
        return refuse(Reason.BAD_TIME, text=text, problem="that is in the past")
    if at_ms > now_ms + LONGEST_WAIT_MS:
        return refuse(Reason.BAD_TIME, text=text, problem="that is more than a year ahead")
    return None


def _at_time(
    line: Line, wanted: Wanted, operation: Operation, clock: Clock
) -> Wanted | Refusal | None:
    """Read what follows `at`; None if it is no time but the reason."""
    first = wanted.at + 1
    for words in (3, 2, 1):
        phrase = _phrase(line, first, words)
        if phrase in _RESTART:
            if not operation.fields:
                problem = "only a changed value can wait for the next restart"
                return refuse(Reason.BAD_TIME, text=f"at {phrase}", problem=problem)
            timing = Timing(when=When.AT_RESTART)
            return _timed(wanted, timing, first + words, operation)
        at_ms = parse_time(phrase, now_ms=clock.now_ms, timezone=clock.timezone)
        if at_ms is not None:
            timing = Timing(when=When.AT, at_ms=at_ms)
            late = check_moment(phrase, at_ms, clock.now_ms)
            return late or _timed(wanted, timing, first + words, operation)
    written = _phrase(line, first, 1)
    hour = first + 1 == len(line.tokens) and written.isdecimal() and int(written) <= _HOURS_A_DAY
    if hour or looks_like_time(written):
        problem = "there is no such time: write it like 02:00"
        return refuse(Reason.BAD_TIME, text=written, problem=problem)
    return None


def _loan(line: Line, wanted: Wanted, operation: Operation, clock: Clock) -> Refusal | None:
    """Refuse `for 3d` and `until …` before a valid time: there are no loans yet."""
    if not operation.fields:
        return None
    word, first = _phrase(line, wanted.at, 1), wanted.at + 1
    for words in (2, 1):
        phrase = _phrase(line, first, words)
        timed = parse_time(phrase, now_ms=clock.now_ms, timezone=clock.timezone) is not None
        ends = parse_duration(phrase) if word == "for" else (timed or is_day(phrase) or None)
        if phrase and ends is not None:
            return refuse(
                Reason.NOT_YET,
                feature="lending",
                instead=f"leave out “{word} {phrase}” and ask for the change to stay",
            )
    return None


def _clause(
    line: Line, wanted: Wanted, operation: Operation, clock: Clock
) -> Wanted | Refusal | None:
    """Read one clause of timing; None where the reason begins."""
    word = _phrase(line, wanted.at, 1)
    if word == "now":
        return _timed(wanted, Timing(when=When.NOW), wanted.at + 1, operation)
    if word == "at":
        return _at_time(line, wanted, operation, clock)
    if word in {"for", "until"}:
        return _loan(line, wanted, operation, clock)
    for words in (1, 2):
        if operation.fields and _phrase(line, wanted.at, words) in _WITH_RESTART:
            return replace(wanted, with_restart=True, at=wanted.at + words)
    return None


def read_timing(line: Line, wanted: Wanted, operation: Operation, clock: Clock) -> Wanted | Refusal:
    """Read the clauses of timing that stand directly after the fields."""
    while wanted.at < len(line.tokens):
        step = _clause(line, wanted, operation, clock)
        if isinstance(step, Refusal):
            return step
        if step is None:
            break
        wanted = step
    timing = wanted.timing
    if timing is not None and timing.when is When.AT_RESTART and wanted.with_restart:
        problem = "at restart waits for one, with-restart makes one: say which"
        return refuse(Reason.BAD_TEXT, problem=problem, example=example_of(operation))
    return wanted
