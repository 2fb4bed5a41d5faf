"""Durations, sizes and reserves as the configuration writes them.

Every parser raises ValueError with a sentence that says what is allowed.
"""

import re
from zoneinfo import available_timezones

from bot.capacity import Reserve
from bot.model.times import parse_duration
from bot.policy import DAYS, Hours, UpTo
from bot.policy.hours import WEEK

MIB = 1024**2

_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([KMGT])(?:i?B)?", re.IGNORECASE)
_PERCENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,3})?) ?%")
_COUNT = re.compile(r"\+([0-9]{1,5}(?:\.[0-9]{1,2})?)")

_HOURS = re.compile(r"(?:([a-z,-]+) )?([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})", re.IGNORECASE)
_MIDNIGHT = 24 * 60

_BYTES = {"K": 1024, "M": MIB, "G": 1024**3, "T": 1024**4}


def duration_ms(text: object) -> int:
    """Return a duration in ms, as `parse_duration` reads it; never zero."""
    duration = parse_duration(text) if isinstance(text, str) else None
    if not duration:
        raise ValueError(f"{text!r} is no duration: write 90s, 15m, 24h, 3d, 2w or 2y")
    return duration


def size_bytes(text: object) -> int:
    """Return a size in bytes: `512MiB`, `1.6GiB`, `4G` (units of 1024, as Proxmox counts)."""
    found = _SIZE.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{text!r} is no size: write 512MiB, 1.6GiB or 2TiB")
    return int(float(found[1]) * _BYTES[found[2].upper()])


def size_mib(text: object) -> int:
    """Return a size in whole MiB, rounded up."""
    return -(-size_bytes(text) // MIB)


def reserve(text: object) -> Reserve:
    """Return a reserve: a percentage of the node's memory, or a size."""
    if isinstance(text, str) and (found := _PERCENT.fullmatch(text)):
        return Reserve(percent=float(found[1]))
    try:
        return Reserve(mib=size_mib(text))
    except ValueError:
        raise ValueError(
            f"{text!r} is no reserve: write a share below 100 as 10%, or a size as 1.6GiB"
        ) from None


def up_to(word: str, text: object) -> UpTo:
    """Return the bound of increases of a word: `+4GiB` for sizes, `+2` for counts."""
    if isinstance(text, str) and text.startswith("+"):
        if found := _COUNT.fullmatch(text):
            return UpTo(word=word, amount=round(float(found[1]) * 100), is_size=False)
        if _SIZE.fullmatch(text[1:]):
            return UpTo(word=word, amount=size_bytes(text[1:]), is_size=True)
    raise ValueError(
        f"{text!r} is no increase: write +4GiB for memory, swap and disks, +2 for cores"
    )


def hours(text: object) -> Hours:
    """Return hours: `20:00-08:00` on every day, `mon-fri 09:00-17:00`, `sat,sun 00:00-24:00`."""
    found = _HOURS.fullmatch(text) if isinstance(text, str) else None
    days = _days(found[1]) if found else ()
    if found and days:
        start, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (2, 4))
        minutes = max(int(found[3]), int(found[5]))
        if start < _MIDNIGHT and end <= _MIDNIGHT and minutes < 60 and start != end:  # noqa: PLR2004 - of an hour
            return Hours(start=start, end=end, days=days)
    raise ValueError(
        f"{text!r} are no hours: write 20:00-08:00, mon-fri 09:00-17:00 or sat,sun 00:00-24:00"
    )


def _days(text: str | None) -> tuple[int, ...]:
    """Return the days of the week, Monday is 0; none where one of the words is no day."""
    if not text:
        return WEEK
    days: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            return ()
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days |= {(begin + i) % 7 for i in range((end - begin) % 7 + 1)}
    return tuple(sorted(days))


def sum_up_to(text: object) -> UpTo:
    """Return the bound of a sum of increases: `+16GiB` for sizes, `+8` for counts."""
    return up_to("", text)


def timezone(text: object) -> str:
    """Return the name of a time zone that there is, as `Europe/Paris`."""
    if isinstance(text, str) and text in available_timezones():
        return text
    raise ValueError(f"{text!r} is no time zone: write its IANA name, as Europe/Paris or UTC")
