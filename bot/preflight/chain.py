"""An export of the audit: its lines, and whether the chain in it holds."""

import json
import re
from collections.abc import Iterable, Iterator

from bot.model.audit import AuditEntry
from bot.model.chain import Link
from bot.preflight.rehearse import Unreadable
from bot.redis_store.codec import decode

_LINE = re.compile(
    r'\{"position":"(\d+-\d+)","previous":"([0-9a-f]*)","hash":"([0-9a-f]+)","entry":(\{.*\})\}'
)

PAGE = 500
"""So many entries are read at a time."""


def line(link: Link) -> str:
    """Return a link as a line of an export; the entry's text stands in it as stored, byte for byte."""
    head = json.dumps(
        {"position": link.position, "previous": link.previous, "hash": link.hash},
        separators=(",", ":"),
    )
    return f'{head[:-1]},"entry":{link.text}}}'


def links(lines: Iterable[str]) -> Iterator[Link]:
    """Return the links of an export. Unreadable names the first line that is none."""
    for number, text in enumerate(lines, start=1):
        found = _LINE.fullmatch(text.rstrip("\r\n"))
        if found:
            position, previous, own, entry = found.groups()
            yield Link(position=position, previous=previous, hash=own, text=entry)
        elif text.strip():
            raise Unreadable(
                f"line {number} is not as headroom audit export writes it; verify the file as exported"
            )


def is_of(link: Link, handle: str) -> bool:
    """Return whether an entry is about the request of this number. StoreFault if it is unreadable."""
    return decode(AuditEntry, link.text).handle == handle
