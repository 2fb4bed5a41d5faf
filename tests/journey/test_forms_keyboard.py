"""Everything a button can do, the keyboard can; every verb answers, and says what works instead."""

from pathlib import Path

import pytest

from tests.journey.reading import flat, typed
from tests.journey.stage import staged

VERBS = {
    "help": "What /pve can do:",
    "": "What /pve can do:",
    "help request": "`memory=+2G`",
    "list": "7 guests.",
    "list ct --node pve1": "6 guests for",
    "list zz": "No guest that you may see matches zz.",
    "show web-01": "web-01 (CT 101, pve1) has memory 2 GiB",
    "show wbe-01": "Did you mean web-01 or db-01?",
    "show": "GUEST is missing. Write it like this: show web-01",
    "nodes": "1 node in 1 cluster.",
    "headroom": "Headroom of pve1.",
    "headroom pve9": "I know no node pve9. There are: pve1.",
    "snapshots web-01": "has no snapshots",
    "whoami": "You are @Ana, in no group.",
    "status": "All is well. 0 open requests.",
    "requests": "No requests you asked for.",
    "requests open": "No requests still open.",
    "requests all": "No requests.",
    "requests waiting": "No requests waiting for you.",
    "why R-ZZZZ": "I know no request R-ZZZZ.",
    "why": "the request's number is missing",
    "approve R-ZZZZ": "I know no request R-ZZZZ.",
    "deny R-ZZZZ": "I need a reason to deny.",
    "cancel R-ZZZZ": "I know no request R-ZZZZ.",
    "withdraw R-ZZZZ": "I know no request R-ZZZZ.",
    "resolve R-ZZZZ done seen": "I know no request R-ZZZZ.",
    "lst": "Did you mean list?",
    "xyzzy": "I do not know the command xyzzy.",
    "graph web-01": "The picture is in our direct messages.",
    "start web-01": "web-01 is running, so there is nothing to start.",
}


async def test_every_verb_answers(tmp_path: Path) -> None:
    """Never silence, and never a sentence about something else."""
    async with staged(tmp_path) as stage:
        for text, part in VERBS.items():
            assert part in await typed(stage, "ana", text), text


async def test_every_verb_explains_itself(tmp_path: Path) -> None:
    """`VERB --help` shows how it is written, what it does and an example."""
    verbs = "list show nodes headroom snapshots whoami status requests approve deny cancel withdraw"
    verbs += " why resolve request start shutdown reboot stop snapshot rollback delsnapshot"
    async with staged(tmp_path) as stage:
        for verb in verbs.split():
            told = await typed(stage, "ana", f"{verb} --help")
            assert f"/pve {verb}" in told
            assert "For example:" in told


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_an_approval_by_keyboard_still_takes_a_button(tmp_path: Path, mode: str) -> None:
    """`approve` shows the plan as it is; only its button votes, and only who may vote gets it."""
    async with staged(tmp_path, mode=mode) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        assert "you asked for" in await typed(stage, "ana", f"approve {handle}")
        assert "one of ops (@Bob and @Cyr)" in await typed(stage, "dora", f"approve {handle}")
        assert "memory 2 → 3 GiB" in await typed(stage, "bob", f"approve {handle}")
        assert "0 of 1" in stage.shown()
        prompt = stage.slack.ephemerals_for("bob")[-1]
        assert "is approved" in await stage.answer_to_press("bob", "Approve", prompt)
        await stage.card_says("Read back")
        told = await typed(stage, "cyr", f"why {handle}", "#approvals")
        for part in (f"{handle} is done.", "Rule resources asks 1 of ops.", "@Bob: approved"):
            assert part in told
        assert "refused: own request" not in told  # looking at a prompt is no press


async def test_deny_and_cancel_by_keyboard(tmp_path: Path) -> None:
    """A denial needs its reason; a cancelled request says by whom."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        assert "one of ops" in await typed(stage, "dora", f"deny {handle} no")
        told = await typed(stage, "bob", f"deny {handle} grow the disk instead")
        assert f"{handle} is denied" in told
        assert "grow the disk instead" in await stage.card_says("Denied by @Bob")
        await stage.new_card("ana", "request web-01 memory=+1G")
        handle = (await stage.request()).handle
        assert f"{handle} is cancelled" in await typed(stage, "ana", f"cancel {handle}")
        await stage.card_says("Cancelled by @Ana")


async def test_an_answer_is_public_only_where_asked(tmp_path: Path) -> None:
    """`--public` shows reads to the channel, those read fresh as well; refusals stay private."""
    async with staged(tmp_path) as stage:
        await typed(stage, "ana", "list")
        assert not stage.slack.messages("#web")
        await stage.ask("ana", "list --public")
        await stage.ask("ana", "show web-01 --public")
        await stage.until(lambda: "CT 101, pve1) has memory" in stage.shown("#web"))
        assert "7 guests" in stage.slack.shown(stage.cards("#web")[-2])
        before = len(stage.slack.messages("#web"))
        assert "you see no guest" in await typed(stage, "ana", "show nothing --public")
        assert before == len(stage.slack.messages("#web"))


async def test_a_long_list_is_read_page_by_page(tmp_path: Path) -> None:
    """The buttons keep the filter; the page is answered privately."""
    async with staged(tmp_path, scenario="trio") as stage:
        reply = await stage.ask("ana", "list --page 2")
        assert reply.message is not None
        assert "page 2 of" in flat(stage.slack.shown(reply.message))
        await stage.press("ana", "Earlier", reply.message)
        await stage.until(lambda: "page 1 of" in stage.slack.visible())
