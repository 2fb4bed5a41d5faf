"""Roles: a guest one may not see does not exist, whatever one asks and wherever."""

from pathlib import Path

import pytest

from tests.journey.reading import form_of, form_says, open_form, typed
from tests.journey.stage import staged

SCOPED = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[role]]
name = "administrators"
members = ["ops"]
may = ["view", "request", "power", "snapshot", "operate"]

[[role]]
name = "web team"
members = ["S0WEB"]
guests = { tags = ["web"] }
may = ["view", "request", "power", "snapshot"]

[[role]]
name = "readers"
members = ["U0EVE"]
guests = { tags = ["web"] }
may = ["view"]

[[rule]]
name = "all"
approvals = 1
approvers = ["ops"]
"""

ASKS = (
    "show {}",
    "request {} memory=+1G for a test",
    "start {}",
    "stop {}",
    "snapshot {} before",
    "rollback {} before",
    "snapshots {}",
)


@pytest.mark.parametrize("ask", ASKS)
async def test_a_hidden_guest_is_answered_like_one_that_does_not_exist(
    tmp_path: Path, ask: str
) -> None:
    """By name, number or cluster: word for word the answer for a guest that is not there."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        for hidden, missing in (("mail", "quux"), ("102", "902"), ("home/102", "home/902")):
            told = await typed(stage, "ana", ask.format(hidden))
            other = await typed(stage, "ana", ask.format(missing))
            assert told == other.replace(missing, hidden)
            assert f"you see no guest called {hidden}" in told
        assert not stage.cards()


async def test_a_near_miss_suggests_only_what_one_may_see(tmp_path: Path) -> None:
    """`web-02` suggests `web-01`; `bd-01` does not give `db-01` away."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        assert "Did you mean web-01?" in await typed(stage, "ana", "show web-02")
        told = await typed(stage, "ana", "show bd-01")
        assert "db-01" not in told
        assert "Did you mean web-01 or db-01?" in await typed(stage, "bob", "show wbe-01")


async def test_lists_and_pickers_leave_hidden_guests_out(tmp_path: Path) -> None:
    """Neither the list, its total, nor the form's search shows them."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        listed = await typed(stage, "ana", "list")
        assert "1 guest." in listed
        assert "web-01" in listed
        assert "No guest that you may see matches db." in await typed(stage, "ana", "list db")
        ana = stage.person("ana")
        await ana.command("/pve request", channel="#web")
        await form_says(stage, "ana", "Send request")
        form = open_form(stage, "ana")
        found = await ana.suggest(form, "guest", "")
        assert [o["text"]["text"] for o in found] == ["web-01 (CT 101, pve1)"]
        assert not await ana.suggest(form, "guest", "102")


async def test_requests_on_hidden_guests_are_unknown(tmp_path: Path) -> None:
    """`why`, `approve`, `deny`, `cancel` and the lists treat them like numbers nobody has."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        await stage.ask("bob", "request db-01 memory=+1G", "#approvals")
        await stage.until(stage.cards)
        handle = (await stage.request()).handle
        for verb in ("why {}", "approve {}", "deny {} because", "cancel {}", "withdraw {}"):
            told = await typed(stage, "ana", verb.format(handle))
            other = await typed(stage, "ana", verb.format("R-ZZZZ"))
            assert told == other.replace("R-ZZZZ", handle)
        assert "No requests" in await typed(stage, "ana", "requests all")
        assert handle in await typed(stage, "cyr", "requests waiting", "#approvals")


async def test_details_name_only_neighbours_in_scope(tmp_path: Path) -> None:
    """The requester sees counts on the card, and names of other guests only where a role shows them."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        assert "db-01" not in stage.shown()
        for name, sees in (("ana", False), ("bob", True)):
            await stage.press(name, "Details")
            await form_says(stage, name, "What happened so far")
            assert sees is ("db-01" in form_of(stage, name))


async def test_seeing_is_not_asking(tmp_path: Path) -> None:
    """Who may see a guest and not ask for it is told so, with where to look."""
    async with staged(tmp_path, rules=SCOPED) as stage:
        told = await typed(stage, "eve", "request web-01 memory=+1G", "#general")
        assert "none of your roles lets you" in told
        assert "whoami" in told
        assert "[ Request resources ]" not in await typed(stage, "eve", "show web-01", "#general")
        assert "Your roles: readers." in await typed(stage, "eve", "whoami", "#general")
