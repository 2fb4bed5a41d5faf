"""The bot is stopped and started again: nothing is lost, nothing is done twice (33)."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.model.request import State
from bot.simulation.proxmox.passing import Passing
from bot.simulation.slack.calls import Answer, Call, Proceed
from tests.journey.stage import Stage, staged


def changes(stage: Stage) -> list[str]:
    """Return the changing calls."""
    return [c.method for c in stage.pve.calls if c.method != "GET"]


async def again(stage: Stage) -> None:
    """Stop the bot and start it again on the same folder."""
    await stage.stop_bot()
    await stage.start_bot()


async def test_a_card_works_after_a_restart(tmp_path: Path) -> None:
    """The button of a card that was posted before still approves; the same card shows the end."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await again(stage)
        await stage.press("bob", "Approve")
        await stage.card_says("web-01 has 3 GiB (was 2)")
        await stage.result("ana", "Read back")
        assert len(stage.cards()) == 1
        assert changes(stage) == ["PUT"]


async def test_what_was_approved_for_later_runs_after_a_restart(tmp_path: Path) -> None:
    """Approved for a time that comes while the bot is down: it runs once the bot is back."""
    async with staged(tmp_path) as stage:
        now = datetime.fromtimestamp(stage.bot.parts.clock.now() / 1000, UTC)
        then = (now + timedelta(seconds=3)).astimezone(ZoneInfo("Europe/Paris"))
        await stage.new_card("ana", f"request web-01 memory=+1G at {then:%H:%M:%S}")
        await stage.press("bob", "Approve")
        await stage.card_says("Nothing happens before")
        assert changes(stage) == []
        await again(stage)
        await stage.card_says("web-01 has 3 GiB (was 2)")
        assert changes(stage) == ["PUT"]


async def test_a_task_goes_on_while_the_bot_is_down(tmp_path: Path) -> None:
    """Stopped while a task runs: the new bot follows that task, ends the request once, tells once."""
    async with staged(tmp_path) as stage:
        goes_on = asyncio.Event()
        begun = stage.pve.world.tasks.hold_next("vzstart", goes_on)
        await stage.ask("ana", "start old-wiki")
        await begun.wait()
        await again(stage)
        assert (await stage.request()).state is State.RUNNING
        goes_on.set()
        await stage.result("ana", "old-wiki is running (was stopped)")
        assert [t.type for t in stage.pve.world.tasks] == ["vzstart"]
        await again(stage)
        assert len(stage.slack.direct_messages("ana")) == 1


async def test_a_call_without_its_answer_yet_is_not_made_again(tmp_path: Path) -> None:
    """Stopped between call and answer: what it did is read back, and it is not sent a second time."""
    async with staged(tmp_path) as stage:
        done, answer = asyncio.Event(), asyncio.Event()

        async def keep_waiting(passing: Passing) -> None:
            await passing.proceed()
            done.set()
            await answer.wait()

        hook = stage.pve.on_call("PUT */lxc/101/config", keep_waiting)
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await done.wait()
        stopped = asyncio.create_task(stage.stop_bot())
        answer.set()
        await stopped
        await stage.start_bot()
        await stage.card_says("web-01 has 3 GiB (was 2)")
        assert hook.acted == 1


async def test_an_ask_that_was_kept_is_done_after_a_restart(tmp_path: Path) -> None:
    """Kept and acknowledged, but not worked on: the next bot records it, once."""
    async with staged(tmp_path) as stage:
        await stage.stop_bot()
        await stage.start_bot(role="bot")
        await stage.ask("ana", "request web-01 memory=+1G")
        assert await stage.bot.store.recent_requests(9) == ()
        await again(stage)
        await stage.until(stage.cards)
        assert len(await stage.bot.store.recent_requests(9)) == 1
        said = [stage.slack.shown(m) for m in stage.slack.ephemerals_for("ana")]
        assert len([s for s in said if "Recorded as" in s]) == 1


class Gate:
    """Where something comes by and is held until the bot is gone."""

    def __init__(self) -> None:
        self.there, self.goes_on = asyncio.Event(), asyncio.Event()

    async def call(self, passing: Passing) -> None:
        """Let a call to Proxmox take effect, and hold its answer."""
        await passing.proceed()
        await self._hold()

    async def edit(self, _call: Call, proceed: Proceed) -> Answer:
        """Let a message be edited, and hold the answer to that."""
        answer = proceed()
        await self._hold()
        return answer

    async def _hold(self) -> None:
        self.there.set()
        await self.goes_on.wait()

    async def restart(self, stage: Stage) -> None:
        """Stop the bot once something stands here, and start it again."""
        await self.there.wait()
        stopped = asyncio.create_task(stage.stop_bot())
        self.goes_on.set()
        await stopped
        await stage.start_bot()


async def test_a_story_of_three_restarts_is_finished_once(tmp_path: Path) -> None:
    """Restarted between press and call, between call and answer, and between answer and edit."""
    async with staged(tmp_path) as stage:
        call, edit = Gate(), Gate()
        stage.pve.on_call("PUT */lxc/101/config", call.call, times=1)
        stage.slack.on_call("chat.update", edit.edit, when=lambda c: "Read back" in str(c))
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.stop_bot()
        await stage.start_bot(role="bot")
        await stage.press("bob", "Approve")
        await again(stage)
        await call.restart(stage)
        await edit.restart(stage)
        await stage.result("ana", "web-01 has 3 GiB (was 2)")
        await stage.card_says("Read back")
        assert changes(stage) == ["PUT"]
        assert len(stage.cards()) == 1
        assert len(stage.slack.direct_messages("ana")) == 1
