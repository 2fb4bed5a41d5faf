"""Sizes as Proxmox writes and reads them: 1024 based, upper-case unit letters."""

import re

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
TIB = 1024 * GIB

UNITS = {"": 1, "K": KIB, "M": MIB, "G": GIB, "T": TIB}
SIZE = re.compile(r"(?P<plus>\+)?(?P<number>\d+(?:\.\d+)?)(?P<unit>[KMGT]?)")


def wanted_size(text: str, present: int) -> int:
    """Return the size in bytes that a resize asks for; a leading `+` adds to the present one.

    Raises ValueError for anything the API's own pattern refuses.
    """
    match = SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"size {text!r}: not a size")
    amount = float(match["number"]) * UNITS[match["unit"]]
    return int(amount + present if match["plus"] else amount)


def config_size(text: str) -> int:
    """Return the bytes of a `size=` value of a guest's configuration."""
    return wanted_size(text, 0)


def format_size(size: int) -> str:
    """Write a size with the largest unit that leaves no fraction: 4831838208 is `4608M`."""
    for unit, factor in reversed(UNITS.items()):
        if size >= factor and size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)


def round_up(size: int, step: int) -> int:
    """Round a size up to a multiple of step."""
    return -(-size // step) * step
