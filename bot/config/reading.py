"""The raw file, read tolerantly: so that names can be checked beside mistakes of shape."""

from collections.abc import Iterator, Mapping
from typing import Any

Raw = Mapping[str, Any]


def table(raw: Raw, name: str) -> Raw:
    """Return a table, or an empty one where something else stands."""
    found = raw.get(name)
    return found if isinstance(found, Mapping) else {}


def entries(raw: Raw, name: str) -> Iterator[tuple[int, Raw]]:
    """Yield the entries of an array of tables with their positions."""
    found = raw.get(name)
    for index, entry in enumerate(found if isinstance(found, list) else []):
        if isinstance(entry, Mapping):
            yield index, entry


def texts(raw: Raw, name: str) -> list[str]:
    """Return the texts of a list; a single text counts as a list of one."""
    found = raw.get(name)
    several = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return [text for text in several if isinstance(text, str)]


def names(raw: Raw, array: str) -> list[str]:
    """Return the names of an array's entries, as far as they are texts."""
    return [e["name"] for _, e in entries(raw, array) if isinstance(e.get("name"), str)]
