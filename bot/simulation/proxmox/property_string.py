"""Property strings: `first,key=value,key=value` as disks and networks are written."""

from collections.abc import Mapping


def parse(text: str, *, first: str) -> dict[str, str]:
    """Read a property string; the part without `=` gets the name `first`."""
    parts: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if equals:
            parts[key] = value
        elif part:
            parts[first] = part
    return parts


def write(parts: Mapping[str, str], *, first: str) -> str:
    """Write a property string: the unnamed part, then the keys sorted."""
    rest = [f"{key}={value}" for key, value in sorted(parts.items()) if key != first]
    return ",".join([parts[first], *rest] if first in parts else rest)
