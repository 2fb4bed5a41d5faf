"""What an audit entry holds of the record it changed, and the record that its entries fold to.

A field's text is its JSON in the stored form of `codec`, so that what folds is what was stored.
"""

import json
from collections.abc import Iterable
from typing import Any

from bot.model.audit import AuditEntry
from bot.model.request import SCHEMA, ChangeRequest
from bot.redis_store.codec import decode, encode


def _fields(request: ChangeRequest | None) -> dict[str, Any]:
    """Return the record's top-level fields as JSON values; none of what is not there."""
    return dict(json.loads(encode(request))["record"]) if request else {}


def changed_fields(before: ChangeRequest | None, after: ChangeRequest) -> dict[str, str]:
    """Return the fields of `after` that `before` has otherwise: name → JSON; all, if it is new."""
    old = _fields(before)
    return {
        name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        for name, value in _fields(after).items()
        if name not in old or old[name] != value
    }


def folded(entries: Iterable[AuditEntry]) -> ChangeRequest | None:
    """Return the record that a request's entries, oldest first, add up to; None without any.

    StoreFault if entries are missing: what is left is no whole record.
    """
    texts: dict[str, str] = {}
    for entry in entries:
        texts |= entry.fields
    if not texts:
        return None
    record = ",".join(f"{json.dumps(name)}:{text}" for name, text in texts.items())
    return decode(ChangeRequest, f'{{"schema":{SCHEMA},"record":{{{record}}}}}')
