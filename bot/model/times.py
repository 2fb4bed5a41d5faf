"""Durations and clock times as people write them: `15m`, `02:00`, `mon 18:00`, `2026-11-24 02:00`."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SECOND = 1000
_UNITS = {
    "s": _SECOND,
    "m": 60 * _SECOND,
    "h": 3600 * _SECOND,
    "d": 86_400 * _SECOND,
    "w": 7 * 86_400 * _SECOND,
    "y": 365 * 86_400 * _SECOND,
}
_UNIT = r"s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?|y(?:ears?)?"
_PART = re.compile(rf"(\d{{1,6}})\s*({_UNIT})(?![a-z])\s*", re.ASCII)
_DURATION = re.compile(rf"(?:\d{{1,6}}\s*(?:{_UNIT})\s*)+", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?:[:h](\d{2})(?::(\d{2}))?)?(am|pm)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHAPED = re.compile(
    r"\d{1,2}[:h]\d{0,2}(:\d{1,2})?([ap]m)?|\d{4}-\d{1,2}-\d{1,2}(t[\d:]*)?", re.ASCII
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS_A_WEEK = 7
_NOON = 12


def parse_duration(text: str) -> int | None:
    """Return the duration in milliseconds (`90s`, `15m`, `1h30m`, `3 days`), None if it is none.

    A year counts 365 days.
    """
    plain = text.strip().casefold()
    if not _DURATION.fullmatch(plain):
        return None
    parts = _PART.findall(re.sub(r"(?<=[a-z])(?=\d)", " ", plain))
    return sum(int(number) * _UNITS[unit[0]] for number, unit in parts) if parts else None


def zone(name: str) -> tzinfo:
    """Return the time zone of that IANA name; UTC if there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _clock(word: str) -> time | None:
    """Read `2:00`, `02:00:30`, `14h30`, `2am`, `2:30pm`."""
    match = _CLOCK.fullmatch(word)
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    half = match[4]
    if not half and match[2] is None:
        return None
    if half and not 1 <= hour <= _NOON:
        return None
    if half:
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _weekday(word: str) -> int | None:
    """Return the number of the weekday (Monday is 0), written in full or with three letters."""
    for number, name in enumerate(_WEEKDAYS):
        if word in {name, name[:3]} or (len(word) > 3 and name.startswith(word)):  # noqa: PLR2004 - tues, thurs
            return number
    return None


def _date(word: str) -> date | None:
    """Read an ISO date."""
    try:
        return date.fromisoformat(word) if _DATE.fullmatch(word) else None
    except ValueError:
        return None


def is_day(text: str) -> bool:
    """Return whether the text names a day without a clock time: `friday`, `tomorrow`, a date."""
    word = text.strip().casefold()
    return word in {"today", "tomorrow"} or _weekday(word) is not None or _date(word) is not None


def looks_like_time(text: str) -> bool:
    """Return whether the text is written like a time or date, valid or not: `25:00`."""
    return _SHAPED.fullmatch(text.strip().casefold()) is not None


def _moments(day: date, clock: time, tz: tzinfo) -> Iterator[int]:
    """Yield the moments of that wall-clock time: one, or two where clocks go back.

    A time that clocks skip counts as if they had not been put forward: 02:30 becomes 03:30.
    """
    for fold in (0, 1):
        local = datetime.combine(day, clock.replace(fold=fold), tz)
        moment = int(local.timestamp()) * _SECOND
        if fold == 0 or local.astimezone(UTC).astimezone(tz).fold:
            yield moment


def _days(day: str, today: date) -> list[date]:
    """Return the days that the word can mean, first the nearest."""
    ahead = {"": (0, 1, 2), "today": (0,), "tomorrow": (1,)}.get(day)
    if ahead is not None:
        return [today + timedelta(days=n) for n in ahead]
    weekday = _weekday(day)
    if weekday is not None:
        first = today + timedelta(days=(weekday - today.weekday()) % _DAYS_A_WEEK)
        return [first, first + timedelta(days=_DAYS_A_WEEK)]
    written = _date(day)
    return [written] if written is not None else []


def _parts(text: str) -> tuple[str, time] | None:
    """Split a time into its day word (empty if none) and its clock time."""
    words = re.sub(r"(?<=\d)t(?=\d)", " ", text.strip().casefold()).split()
    match [(word, _clock(word)) for word in words]:
        case [(_, time() as clock)]:
            return "", clock
        case [(_, time() as clock), (day, None)] | [(day, None), (_, time() as clock)]:
            return day, clock
        case _:
            return None


def parse_time(text: str, *, now_ms: int, timezone: str) -> int | None:
    """Return the moment meant (ms since the epoch), None if the text is no time.

    A clock time or weekday means its next occurrence after `now_ms` in that IANA time zone. With a
    date, `today` or `tomorrow` it may lie in the past: the caller decides what to say.
    """
    parts = _parts(text)
    if parts is None:
        return None
    day, clock = parts
    tz = zone(timezone)
    try:
        today = datetime.fromtimestamp(now_ms / _SECOND, tz).date()
        found = [at for one in _days(day, today) for at in _moments(one, clock, tz)]
    except (OverflowError, ValueError, OSError):
        return None
    return next((at for at in found if at > now_ms), found[-1] if found else None)
