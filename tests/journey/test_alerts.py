"""Alerts in a channel: told once, with the button that fits, edited when it is over."""

from dataclasses import replace
from pathlib import Path

from bot.model.errors import StoreUnavailable
from bot.simulation.slack.calls import refuse
from bot.simulation.slack.messages import Message
from tests.journey.acts import called, eventually, filled
from tests.journey.reading import scanned
from tests.journey.stage import QUICK, RULES, Stage, flat, staged

TERMS = replace(QUICK, watch_every=100)
ALERTS = f"""
{RULES}
[[alert]]
name = "a guest thrashes"
watch = "guest memory"
channel = "C0WEB"
over = 0.95
clear = 0.90
lasting = "1s"

[[alert]]
name = "should run"
watch = "guest down"
channel = "C0WEB"
lasting = "1s"

[[alert]]
name = "quorum"
watch = "quorum"
channel = "C0WEB"
lasting = "1s"
"""
GIB = 1 << 30


def told(stage: Stage, text: str) -> list[Message]:
    """Return the messages of the channel that say so."""
    return [m for m in stage.slack.messages("#web") if text in flat(stage.says(m))]


def use(stage: Stage, vmid: int, share: float) -> None:
    """Let a guest use that share of its memory."""
    guest = stage.pve.world.guest(vmid)
    guest.usage.mem = int(stage.memory(vmid) * 2**20 * share)


async def test_one_tap_on_a_thrashing_guest_leads_to_the_request(tmp_path: Path) -> None:
    """The alert names it with its share; its button opens the form for it; after relief it is over."""
    async with staged(tmp_path, rules=ALERTS, terms=TERMS) as stage:
        use(stage, 101, 0.97)
        await stage.until(lambda: told(stage, "web-01 (CT 101) uses 97 % of its memory."))
        (message,) = told(stage, "web-01")
        await stage.press("ana", "Request resources", message)
        view = await filled(stage, "ana", "web-01")
        assert "memory" in flat(stage.slack.shown(view))
        use(stage, 101, 0.5)
        over = "Over: web-01 (CT 101) is under 90 % again, at most it was 97 %."
        await stage.until(lambda: told(stage, over))
        assert len(told(stage, "web-01")) == 1

        async def forgotten() -> bool:
            standing = await stage.bot.store.standing()
            return all(s.reading.key != "home/101" for s in standing)

        await eventually(stage, forgotten)


async def test_a_value_that_flaps_is_one_message(tmp_path: Path) -> None:
    """Between the two thresholds nothing is told, and nothing is edited."""
    async with staged(tmp_path, rules=ALERTS, terms=TERMS) as stage:
        use(stage, 101, 0.96)
        await stage.until(lambda: told(stage, "web-01"))
        edits = stage.slack.calls.count("chat.update")
        for share in (0.92, 0.96) * 2:
            use(stage, 101, share)
            await looked(stage)
        assert len(told(stage, "web-01")) == 1
        assert stage.slack.calls.count("chat.update") == edits


async def looked(stage: Stage) -> None:
    """Wait until the cluster was looked at once more from now on."""
    before = len(called(stage, "GET /cluster/resources"))

    async def again() -> bool:
        return len(called(stage, "GET /cluster/resources")) > before + 1

    await eventually(stage, again)


async def test_a_guest_that_should_run_and_does_not(tmp_path: Path) -> None:
    """It is told, and over when somebody started it."""
    async with staged(tmp_path, rules=ALERTS, terms=TERMS) as stage:
        await scanned(stage)
        stage.pve.world.guest(101).running = False
        await stage.until(lambda: told(stage, "web-01 (CT 101) is stopped, and should run."))
        await stage.ask("ana", "start web-01")
        await stage.result("ana", "web-01")
        await stage.until(lambda: told(stage, "Over: web-01 (CT 101) runs again."))


async def test_an_alert_whose_posting_was_not_confirmed_is_not_posted_twice(
    tmp_path: Path,
) -> None:
    """It is found again by its metadata."""
    async with staged(tmp_path, rules=ALERTS, terms=TERMS) as stage:
        put = stage.bot.store.put_standing
        lost: list[str] = []

        async def loses_one(standing: object) -> None:
            if getattr(standing, "ts", "") and not lost:
                lost.append("once")
                raise StoreUnavailable("keeping an alert", "the connection was cut")
            await put(standing)  # type: ignore[arg-type] # what it was given

        stage.bot.store.put_standing = loses_one  # type: ignore[method-assign] # the answer gets lost once
        use(stage, 101, 0.97)
        await stage.until(lambda: told(stage, "web-01"))
        await eventually(stage, lambda: _at_once(stage, lost))
        await looked(stage)
        assert lost == ["once"]
        assert len(told(stage, "web-01")) == 1


async def _at_once(stage: Stage, lost: list[str]) -> bool:
    """Look again at once after the write was lost; return whether it is kept by now."""
    if lost:
        await stage.bot.store.put_due("alerts:home", 0)
    return any(s.ts for s in await stage.bot.store.standing())


async def test_while_slack_takes_nothing_the_alert_waits(tmp_path: Path) -> None:
    """It is told once the channel takes it."""
    async with staged(tmp_path, rules=ALERTS, terms=TERMS) as stage:
        stage.slack.on_call("chat.postMessage", refuse("fatal_error"), times=2)
        use(stage, 101, 0.97)
        await stage.until(lambda: told(stage, "web-01 (CT 101) uses 97 %"))
        assert len(told(stage, "web-01")) == 1
