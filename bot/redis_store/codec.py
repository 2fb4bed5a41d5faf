"""Records ↔ JSON text, with the version of the stored form beside them.

A stored text is `{"schema":N,"record":{…}}`. What comes back equals what went in, but for halves of
surrogate pairs, which no UTF-8 text can hold: they come back as U+FFFD.
"""

import json
import re
from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from bot.model.errors import StoreFault

SCHEMA = 1
"""Version of the stored form; a newer program still reads older ones."""

_ENVELOPE = re.compile(r'\{"schema":(\d+),"record":')
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")

Record = TypeVar("Record")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def encode(record: object) -> str:
    """Return the stored text of a record (a frozen dataclass of `bot.model`)."""
    adapter = _adapter(cast("Hashable", type(record)))
    try:
        text = adapter.dump_json(record).decode()
    except PydanticSerializationError:
        loose = json.dumps(adapter.dump_python(record, mode="json"), ensure_ascii=False)
        text = _LONE_SURROGATE.sub("\ufffd", loose)
    return f'{{"schema":{SCHEMA},"record":{text}}}'


def decode(kind: type[Record], text: str) -> Record:
    """Return the record in a stored text.

    StoreFault if a newer program wrote it, or if it is no such record.
    """
    doing = f"reading a stored {kind.__name__}"
    envelope = _ENVELOPE.match(text)
    if envelope is None:
        raise StoreFault(doing, f"it is no record of ours: {text[:60]!r}")
    schema = int(envelope.group(1))
    if schema > SCHEMA:
        raise StoreFault(
            doing,
            f"a newer Headroom wrote it (form {schema}, this one reads up to {SCHEMA}): update this one",
        )
    try:
        record: Record = _adapter(cast("Hashable", kind)).validate_json(text[envelope.end() : -1])
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoreFault(doing, f"{where}: {first['msg']}") from error
    return record
