"""Asks that were refused before there was a request: the audit keeps who asked for what."""

from pathlib import Path

import pytest

from bot.model.people import SYSTEM
from tests.journey.stage import Stage, staged

NO_WAY = """
[[rule]]
name = "resources"
refuse = "Nothing grows this week."
"""


async def refusals(stage: Stage) -> list[str]:
    """Return why asks were refused, as the audit has it."""
    entries = [link.entry for link in await stage.bot.store.audit_since("0", 50)]
    assert all(entry.actor != SYSTEM for entry in entries if not entry.accepted)
    return [e.why for e in entries if not e.accepted and not e.request_id and e.what == "submit"]


@pytest.mark.parametrize(
    ("ask", "kept"),
    [
        ("request nowhere memory=+1G", "unknown guest: resources nowhere"),
        ("request web-01 memory=+900G", "does not fit: resources web-01"),
    ],
)
async def test_an_ask_that_cannot_be_is_in_the_audit(tmp_path: Path, ask: str, kept: str) -> None:
    """No request comes of it, and yet the audit says who asked for what."""
    async with staged(tmp_path) as stage:
        await stage.told("ana", ask)
        assert await stage.bot.store.recent_requests(1) == ()
        assert await refusals(stage) == [kept]


async def test_what_a_rule_refuses_is_in_the_audit(tmp_path: Path) -> None:
    """A refusal by policy is kept as well."""
    async with staged(tmp_path, rules=NO_WAY) as stage:
        await stage.told("ana", "request web-01 memory=+1G")
        assert await refusals(stage) == ["policy refuses: resources web-01"]


async def test_the_same_change_again_is_in_the_audit(tmp_path: Path) -> None:
    """So is an ask for what another request asks for already."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.told("dora", "request web-01 memory=+1G")
        assert await refusals(stage) == ["same already open: resources web-01"]
