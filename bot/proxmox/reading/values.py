"""Scalars, sizes and property strings of the API."""

import re
from collections.abc import Mapping
from typing import Any

MIB = 1024 * 1024

_SIZE = re.compile(r"(\d+(?:\.\d+)?)([KMGT]?)")
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_TRUE = frozenset({"1", "on", "yes", "true"})


def text(value: Any) -> str:
    """Return a scalar as text (booleans as `1` and `0`); empty for anything else."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else ""


def number(value: Any) -> float | None:
    """Return a number that may come as text; None if it is none."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) != float("inf") and found == found else None  # noqa: PLR0124 (not NaN)


def whole(value: Any) -> int | None:
    """Return a whole number that may come as text; None if it is none."""
    if isinstance(value, int):
        return int(value)
    found = number(value)
    return None if found is None else int(found)


def flag(value: Any) -> bool:
    """Return a boolean as Proxmox writes it (1, on, yes, true in any case)."""
    return text(value).strip().lower() in _TRUE


def mib(value: Any) -> int | None:
    """Return an amount of bytes in whole MiB; None if unknown."""
    amount = whole(value)
    return None if amount is None else amount // MIB


def known(value: Any) -> int | None:
    """Return a total: Proxmox writes 0 where it does not know one."""
    return whole(value) or None


def mapping(value: Any) -> Mapping[str, Any]:
    """Return the object, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def rows(value: Any) -> tuple[Mapping[str, Any], ...]:
    """Return the objects of a list, or nothing."""
    return tuple(r for r in value if isinstance(r, Mapping)) if isinstance(value, list) else ()


def properties(value: str, first: str = "") -> dict[str, str]:
    """Return the parts of a property string; a first part without `=` gets the name `first`."""
    found: dict[str, str] = {}
    for part in value.split(","):
        key, separator, rest = part.partition("=")
        if separator:
            found[key.strip()] = rest
        elif first and part and first not in found:
            found[first] = part
    return found


def size_bytes(value: Any) -> int | None:
    """Return a disk size (`20G`, `4608M`, bytes; 1024 based) in bytes; None if it is none."""
    match = _SIZE.fullmatch(text(value).strip())
    if match is None:
        return None
    return (
        int(float(match[1]) * 1024 ** _POWERS[match[2]])
        if "." in match[1]
        else (int(match[1]) * 1024 ** _POWERS[match[2]])
    )


def tags(value: Any) -> tuple[str, ...]:
    """Return the tags of a list that may be split by `;`, `,` or spaces."""
    return tuple(t for t in re.split(r"[;,\s]+", text(value)) if t)
