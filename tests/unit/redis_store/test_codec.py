"""Stored texts: what comes back equals what went in."""

import dataclasses
import json
import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model.audit import AuditEntry
from bot.model.errors import StoreFault
from bot.model.intake import Card, Intake, OpenEnd
from bot.model.ledger import Ledger
from bot.model.people import Account, Members
from bot.model.plan import Plan
from bot.model.refusal import Refusal
from bot.model.request import ChangeRequest
from bot.model.review import Review
from bot.redis_store.codec import SCHEMA, decode, encode
from tests.unit.redis_store.samples import entry, pending

KINDS: dict[type, int] = {
    Refusal: 100,
    Plan: 20,
    ChangeRequest: 8,
    Ledger: 20,
    OpenEnd: 20,
    Intake: 20,
    Card: 20,
    AuditEntry: 20,
    Review: 20,
    Account: 20,
    Members: 20,
}
"""Records and parts of them, with how many examples of each are worth their time."""

LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=6),
    int: st.integers(),
    bool: st.booleans(),
    type(None): st.none(),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return values of a type, with every field given, defaults or not."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return st.one_of(*(values(a) for a in args))
    if origin is Mapping:
        return st.dictionaries(st.text(max_size=4), values(args[1]), max_size=2)
    if origin in {tuple, frozenset}:
        return st.lists(values(args[0]), max_size=2).map(origin)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return st.builds(hint, **{f.name: values(hints[f.name]) for f in dataclasses.fields(hint)})
    return LEAVES[hint] if hint in LEAVES else st.sampled_from(list(hint))


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_comes_back_equal(kind: type) -> None:
    """Whatever a record's fields hold, also mappings, sets and details of any kind."""

    @settings(
        max_examples=KINDS[kind],
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(record=values(kind))
    def comes_back(record: object) -> None:
        assert record == decode(kind, encode(record))

    comes_back()


def test_a_text_is_json_with_the_version_of_its_form() -> None:
    """Anybody can read a record with a JSON parser."""
    stored = json.loads(encode(pending()))
    assert stored["schema"] == SCHEMA
    assert stored["record"]["handle"] == pending().handle


def test_fields_that_an_older_program_did_not_know_get_their_defaults() -> None:
    """Open requests survive an upgrade."""
    stored = json.loads(encode(pending()))
    for name in ("votes", "offer", "journal", "end_text"):
        del stored["record"][name]
    older = json.dumps(stored, separators=(",", ":"))
    assert pending() == decode(ChangeRequest, older)


def test_a_record_of_a_newer_program_is_refused() -> None:
    """A half understood record would be saved back with the rest lost."""
    newer = encode(pending()).replace(f'"schema":{SCHEMA}', f'"schema":{SCHEMA + 1}', 1)
    with pytest.raises(StoreFault, match=r"reading a stored ChangeRequest: a newer Headroom"):
        decode(ChangeRequest, newer)


@pytest.mark.parametrize("text", ["", "[]", '{"schema":1,"record":{}}', '{"schema":1,"record":'])
def test_a_text_that_is_no_record_is_a_fault(text: str) -> None:
    """Whatever stands in the store, the error is a sentence and a StoreFault."""
    with pytest.raises(StoreFault, match="reading a stored Card"):
        decode(Card, text)


def test_half_a_surrogate_pair_is_replaced() -> None:
    """Slack can send what UTF-8 cannot hold; the record is kept all the same."""
    stored = decode(AuditEntry, encode(entry(why="a\ud83d", what="é \x00 🙂")))
    assert entry(why="a\ufffd", what="é \x00 🙂") == stored


def test_a_request_from_before_waits_and_reviews_still_reads() -> None:
    """What an older program stored has none of the fields that came since."""
    whole = json.loads(encode(pending()))
    for field in ("asked_at", "decided_at"):
        del whole["record"][field]
    for field in ("wait_ms", "vetoers", "reviews", "tiers"):
        del whole["record"]["decision"][field]
    older = json.dumps(whole, separators=(",", ":"))
    assert decode(ChangeRequest, older) == pending()
