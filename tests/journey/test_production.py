"""Run for real: figures, health, and rules that change while the bot runs."""

import json
from dataclasses import replace
from pathlib import Path

from aiohttp import ClientSession

from bot.config import Settings, load
from bot.telemetry import Metrics
from bot.wiring import running
from tests.docs.pages import DOCS
from tests.journey.acts import sweep_ended
from tests.journey.stage import QUICK, RULES, WORDS, Stage, soon, staged


async def got(stage: Stage, page: str, port: int = 0) -> tuple[int, str]:
    """Return status and text of a page of the bot's server."""
    async with ClientSession() as session:
        address = f"http://127.0.0.1:{port or stage.bot.port}{page}"
        async with session.get(address) as answer:
            return answer.status, await answer.text()


async def test_figures_tell_what_happened(tmp_path: Path) -> None:
    """A request carried out shows in transitions, calls, commands and acknowledgements."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        status, text = await got(stage, "/metrics")
        assert status == 200
        assert 'headroom_transitions_total{state="succeeded"' in text
        assert 'headroom_decision_seconds_count{state="approved"} 1.0' in text
        assert 'headroom_execution_seconds_count{state="succeeded"} 1.0' in text
        assert 'headroom_slack_call_seconds_count{method="chat.postMessage",outcome="ok"}' in text
        assert 'call="GET /cluster/resources",cluster="home",outcome="ok"' in text
        assert 'headroom_store_seconds_count{kind="save",outcome="ok"}' in text
        assert 'headroom_acknowledgement_seconds_count{kind="command"} 1.0' in text
        assert "headroom_slack_sockets 1.0" in text
        assert "web-01" not in text


async def test_a_worker_whose_sweep_ended_is_neither_ready_nor_healthy(tmp_path: Path) -> None:
    """Only a restart helps, so that both pages name it."""
    async with staged(tmp_path) as stage:
        assert await got(stage, "/healthz") == (200, '{"alive": true, "ended": {}}')
        assert (await got(stage, "/readyz"))[0] == 200
        await sweep_ended(stage)
        status, text = await got(stage, "/healthz")
        assert (status, json.loads(text)["ended"]) == (503, {"sweep": "stopped"})
        assert (await got(stage, "/readyz"))[0] == 503


async def test_stricter_rules_apply_at_the_claim(tmp_path: Path) -> None:
    """Approved under old rules, refused under new ones: cancelled, nothing changed.

    A broken file leaves the last good rules in force, and says so.
    """
    async with staged(tmp_path) as stage:
        text = [RULES]

        def read() -> Settings:
            base = (tmp_path / "headroom.toml").read_text().partition("\n[[group]]")[0]
            (tmp_path / "next.toml").write_text(base + text[0])
            return load(tmp_path / "next.toml", stage.environment, words=WORDS)

        await stage.stop_bot()
        async with running(stage.settings, terms=QUICK, read=read) as bot:
            await stage.slack.connected()
            await stage.new_card("ana", f"request web-01 memory=+2G at {soon(6)}")
            await stage.press("bob", "Approve")
            await stage.card_says("Approved")
            text[0] = "\n[[rule]]\nnonsense = 1\n"
            assert not bot.reload()
            assert "nonsense" in (await got(stage, "/readyz", bot.port))[1]
            text[0] = '\n[[rule]]\nname = "freeze"\nrefuse = "Nothing changes this week."\n'
            assert bot.reload()
            assert await got(stage, "/readyz", bot.port) == (
                200,
                '{"ready": true, "missing": {}, "notes": {}}',
            )
            assert "Nothing changes this week" in await stage.result("ana", "Cancelled")
            assert stage.memory(101) == 2048


ALERT = """
[[alert]]
name = "quorum"
watch = "quorum"
channel = "C0WEB"
lasting = "1s"
"""


async def test_the_first_alert_that_is_configured_is_watched_at_once(tmp_path: Path) -> None:
    """There was none when the service started; after the file was read anew it is told."""
    async with staged(tmp_path, scenario="trio") as stage:
        config = tmp_path / "headroom.toml"

        def read() -> Settings:
            return load(config, stage.environment, words=WORDS)

        await stage.stop_bot()
        terms = replace(QUICK, watch_every=200)
        async with running(stage.settings, terms=terms, read=read) as bot:
            await stage.slack.connected()
            config.write_text(config.read_text() + ALERT)
            assert bot.reload()
            stage.pve.world.quorate = False
            await stage.until(lambda: stage.slack.messages("#web"))
            assert "quorum" in stage.shown("#web")


def test_every_metric_is_documented_and_nothing_else() -> None:
    """The table of the operations guide holds each name."""
    rows = [
        line.split("`")[1]
        for line in (DOCS / "operations.md").read_text().splitlines()
        if line.startswith("| `headroom_")
    ]
    assert list(Metrics().names()) == sorted(rows)
