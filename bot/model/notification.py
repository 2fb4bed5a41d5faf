"""Notifications that Proxmox VE sends by itself: a backup that failed, a node fenced, updates. Pure.

Proxmox fills a template of ours (docs/running.md) with `title`, `message`, `severity`, `timestamp` and
`fields`; which fields there are depends on the kind (`type`: `vzdump`, `fencing`, `replication`,
`package-updates`, `system-mail`) and on the version. Nothing but the title is counted on.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.model.estate import ClusterPicture
from bot.model.guest import GuestRef

LONGEST = 8_000
"""Characters of a message that are kept: a backup's log can be megabytes."""

VMID = re.compile(r"(?:\b(?:VM|CT|guest|job)\b[ :]*|\()(\d{3,9})\b", re.IGNORECASE)
"""How the titles and texts of Proxmox name a guest: `VM 101`, `CT 104`, `101 (web-01)` in a table."""


class Severity(StrEnum):
    """How bad it is, in Proxmox's words."""

    INFO = "info"
    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        """Return its place; unknown counts as the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One of them, as it is kept until it is told. `at` in ms by the store's clock."""

    id: str
    hook: str
    at: int
    title: str
    message: str = ""
    severity: Severity = Severity.UNKNOWN
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return Proxmox's own word for what it is about; empty if it gave none."""
        return self.fields.get("type", "")


def read(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a body; None if it is none."""
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) and _text(found.get("title")) else None


def notification(hook: str, told: Mapping[str, Any], at: int, new_id: str) -> Notification:
    """Return what a body tells."""
    given = told.get("fields")
    fields = given if isinstance(given, Mapping) else {}
    severity = _text(told.get("severity")).lower()
    return Notification(
        id=new_id,
        hook=hook,
        at=at,
        title=_text(told.get("title"))[:300],
        message=_text(told.get("message"))[:LONGEST],
        severity=Severity(severity) if severity in set(Severity) else Severity.UNKNOWN,
        fields={str(k)[:60]: _text(v)[:300] for k, v in list(fields.items())[:30]},
    )


def fingerprint(hook: str, told: Mapping[str, Any]) -> str:
    """Return what is the same for the same notification sent again, by whichever node."""
    parts = [hook, *(_text(told.get(key)) for key in ("title", "message", "severity"))]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def about(told: Notification, pictures: Sequence[ClusterPicture]) -> GuestRef | None:
    """Return the one guest that it names, if it names just one that is there."""
    named = {int(n) for n in VMID.findall(f"{told.title}\n{told.fields.get('job-id', '')}")}
    found = {g.ref for p in pictures for g in p.guests if g.ref.vmid in named}
    return found.pop() if len(found) == 1 else None


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""
