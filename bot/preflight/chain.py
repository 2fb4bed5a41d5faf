"""The audit's chain, in the store or in an export: does it hold? And the lines of an export."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace

from bot.config import Settings
from bot.model.audit import AuditEntry
from bot.model.chain import END, Checked, Link, followed
from bot.preflight.rehearse import Unreadable, in_text
from bot.redis_store.codec import decode
from bot.redis_store.heartbeat import HeartbeatFile
from bot.redis_store.store import RedisStore
from bot.wiring import store_of

_LINE = re.compile(
    r'\{"position":"(\d+-\d+)","previous":"([0-9a-f]*)","hash":"([0-9a-f]+)","entry":(\{.*\})\}'
)

PAGE = 500
"""So many entries are read at a time."""

LAST_OF_MS = 2**64 - 1
"""The highest number that a stream gives within one millisecond."""


def line(link: Link) -> str:
    """Return a link as a line of an export; the entry's text stands in it as stored, byte for byte."""
    head = json.dumps(
        {"position": link.position, "previous": link.previous, "hash": link.hash},
        separators=(",", ":"),
    )
    return f'{head[:-1]},"entry":{link.text}}}'


def links(lines: Iterable[str]) -> Iterator[Link]:
    """Return the links of an export. Unreadable names the first line that is none."""
    for number, text in enumerate(in_text(lines), start=1):
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


async def between(store: RedisStore, begin: int, end: int | None) -> AsyncIterator[Link]:
    """Yield the links of a time (ms since the epoch; the end is not in it), oldest first."""
    position = f"{begin - 1}-{LAST_OF_MS}" if begin > 0 else "0"
    while True:
        page, _ = await store.audit_links(position, PAGE)
        for link in page:
            if end is not None and int(link.position.split("-")[0]) >= end:
                return
            yield link
        if len(page) < PAGE:
            return
        position = page[-1].position


async def of_store(settings: Settings, head: str) -> Checked:
    """Follow the store's chain to its end; one without entries is broken if this host has seen one."""
    async with store_of(settings) as store:
        checked = await store.whole_chain(head)
    if checked.entries or checked.broken:
        return checked
    seen = await HeartbeatFile(settings.store.folder).kept()
    if seen is None:
        return checked
    wrong = f"is missing: none is left, and this host has seen one at {seen.position}"
    return replace(checked, broken=END, wrong=wrong)


def of_file(lines: Iterable[str], head: str) -> Checked:
    """Follow the chain of an export. Unreadable if it is none, also if it has no entry."""
    checked = followed(Checked(sought=head), links(lines))
    if not checked.entries and not checked.broken:
        raise Unreadable("there is no entry in it, so that nothing is verified")
    return checked
