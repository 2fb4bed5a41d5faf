"""The request form: search, current values, check, errors beside fields, and what came of it."""

from pathlib import Path

import pytest

from tests.journey.reading import flat, form_of, form_says, open_form
from tests.journey.stage import Stage, staged


async def opened(stage: Stage, name: str = "ana", guest: str = "web-01") -> None:
    """Open the form and choose a guest by searching for it."""
    person = stage.person(name)
    await person.command("/pve request", channel="#web")
    await form_says(stage, name, "Send request")
    await person.suggest(open_form(stage, name), "guest", guest)
    vmid = stage.pve.world.named(guest).vmid
    await person.choose(open_form(stage, name), "guest", f"home/{vmid}")
    await form_says(stage, name, "It has memory")


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_request_by_form_from_search_to_result(tmp_path: Path, mode: str) -> None:
    """Choose, see what it has, check, send, and read in the same window that it is recorded."""
    async with staged(tmp_path, mode=mode) as stage:
        ana = stage.person("ana")
        await opened(stage)
        assert "It has memory 2 GiB, swap 512 MiB and cores 2." in form_of(stage, "ana")
        await ana.choose(open_form(stage, "ana"), "memory", "+2G")
        await ana.choose(open_form(stage, "ana"), "reason", "the release")
        await ana.press(open_form(stage, "ana"), "Check")
        shown = await form_says(stage, "ana", "This would be")
        for part in (
            "memory 2 → 4 GiB (+2 GiB): live, no restart",
            "18 → 20 of",
            "Will be asked: @Bob and @Cyr (ops); 1 must approve (rule resources).",
            "[ +2G ]",
        ):
            assert part.replace(" ", "") in shown.replace(" ", "").replace("│", "")
        assert not await stage.bot.store.recent_requests(1)
        await ana.submit(open_form(stage, "ana"))
        assert "memory 2 → 4 GiB" in (await form_says(stage, "ana", "Recorded")).replace("│ ", "")
        await stage.until(stage.cards)
        assert "the release" in stage.shown()
        await stage.press("bob", "Approve")
        await stage.result("ana", "Read back")
        assert stage.memory(101) == 4096


async def test_errors_stand_beside_their_fields(tmp_path: Path) -> None:
    """What cannot be read keeps the form open, each problem at its field; nothing is recorded."""
    async with staged(tmp_path) as stage:
        ana = stage.person("ana")
        await opened(stage)
        wrong = {"memory": "4 parsecs", "cores": "2.5", "disk": "-5"}
        reply = await ana.submit(open_form(stage, "ana"), wrong)
        assert set(wrong) == set(reply.errors)
        assert "parsecs is not a unit of it. Allowed: 4G" in reply.errors["memory"]
        assert "whole numbers only" in reply.errors["cores"]
        empty = dict.fromkeys(wrong, "")
        reply = await ana.submit(open_form(stage, "ana"), empty)
        assert "you named nothing to change" in next(iter(reply.errors.values()))
        at = {**empty, "memory": "+1G", "timing": "At a time (choose it below)"}
        reply = await ana.submit(open_form(stage, "ana"), at)
        assert "choose a day and a time" in reply.errors["at"]
        assert not await stage.bot.store.recent_requests(1)


async def test_check_says_what_cannot_be_read_and_keeps_what_was_typed(tmp_path: Path) -> None:
    """Check answers in the form: the problem, with what is allowed."""
    async with staged(tmp_path) as stage:
        ana = stage.person("ana")
        await opened(stage)
        await ana.choose(open_form(stage, "ana"), "memory", "lots")
        await ana.press(open_form(stage, "ana"), "Check")
        assert "[ lots" in await form_says(stage, "ana", "I cannot use lots for memory")


async def test_what_is_refused_comes_back_with_what_was_typed(tmp_path: Path) -> None:
    """No room, found out after sending: the form returns with the problem and every value."""
    async with staged(tmp_path) as stage:
        ana = stage.person("ana")
        await opened(stage)
        typed = {"memory": "+9T", "reason": "for *everything*", "cores": "3"}
        await ana.submit(open_form(stage, "ana"), typed)
        shown = await form_says(stage, "ana", "cannot get 9218 GiB")
        for value in typed.values():
            assert value in shown
        await ana.submit(open_form(stage, "ana"), {"memory": "+1G"})
        await form_says(stage, "ana", "Recorded")


async def test_the_form_opens_from_a_guests_card(tmp_path: Path) -> None:
    """The button below `show` opens it with the guest chosen already."""
    async with staged(tmp_path) as stage:
        await stage.told("ana", "show web-01")
        await stage.press("ana", "Request resources", stage.slack.ephemerals_for("ana")[-1])
        assert "web-01 (CT 101" in await form_says(stage, "ana", "It has memory 2 GiB")
        await stage.person("ana").submit(open_form(stage, "ana"), {"cores": "+1"})
        await form_says(stage, "ana", "Recorded")
        await stage.until(stage.cards)
        assert "cores 2 → 3" in stage.shown()


async def test_a_vm_shows_its_own_fields_and_a_restart(tmp_path: Path) -> None:
    """Choosing a VM instead of a CT exchanges the fields: no swap, but a restart to tick."""
    async with staged(tmp_path) as stage:
        ana = stage.person("ana")
        await opened(stage)
        await ana.suggest(open_form(stage, "ana"), "guest", "app1")
        await ana.choose(open_form(stage, "ana"), "guest", "home/106")
        shown = await form_says(stage, "ana", "Balloon minimum")
        assert "Swap" not in shown
        assert "Restart the guest for it" in shown


async def test_a_guest_typed_with_the_command_stands_in_the_form(tmp_path: Path) -> None:
    """`request web-01` without amounts opens the form for that guest."""
    async with staged(tmp_path) as stage:
        await stage.ask("ana", "request web-01")
        assert "web-01 (CT 101" in await form_says(stage, "ana", "It has memory 2 GiB")


async def test_a_closed_form_does_no_harm(tmp_path: Path) -> None:
    """Who closes the window right after sending still has a request, and its card."""
    async with staged(tmp_path) as stage:
        ana = stage.person("ana")
        await opened(stage)
        await ana.submit(open_form(stage, "ana"), {"memory": "+1G"})
        await ana.close(open_form(stage, "ana"))
        await stage.until(stage.cards)
        assert "memory 2 → 3 GiB" in flat(stage.shown())
