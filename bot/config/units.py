"""Durations, sizes and reserves as the configuration writes them.

Every parser raises ValueError with a sentence that says what is allowed.
"""

import re

from bot.capacity import Reserve
from bot.model.times import parse_duration
from bot.policy import UpTo

MIB = 1024**2

_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([KMGT])(?:i?B)?", re.IGNORECASE)
_PERCENT = re.compile(r"([0-9]{1,2}(?:\.[0-9]{1,3})?) ?%")
_COUNT = re.compile(r"\+([0-9]{1,5}(?:\.[0-9]{1,2})?)")

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
