"""The audit in Slack: for who may see it, and its head once a day."""

from pathlib import Path

from bot.workflow import CHECK
from tests.journey.stage import RULES, Stage, flat, staged

WEB_ONLY = f"""
[[role]]
name = "web"
members = ["U0ANA"]
guests = {{ guests = ["web-01"] }}
may = ["view", "request"]

[[role]]
name = "operators"
members = ["U0BOB"]
may = ["view", "operate", "request"]
{RULES}
"""


def words(stage: Stage) -> list[str]:
    """Return what the approvals channel holds besides cards."""
    texts = [flat(stage.says(m)) for m in stage.slack.messages("#approvals")]
    return [text for text in texts if text.startswith("The audit")]


async def test_the_history_of_a_request_and_of_a_guest(tmp_path: Path) -> None:
    """Who did what, newest first, with the request's number."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        request = await stage.request()
        told = flat(await stage.told("ana", f"audit {request.handle}"))
        assert f"of the audit of {request.handle}." in told
        assert told.index("finished") < told.index("@Bob: approved") < told.index("@Ana: asked")
        assert "@Bob: approved" in flat(await stage.told("ana", "audit web-01"))
        assert "holds nothing of db-01" in flat(await stage.told("ana", "audit db-01"))


async def test_everybody_sees_what_they_may_see(tmp_path: Path) -> None:
    """An operator sees all, also asks that were refused; others what they see anyway."""
    async with staged(tmp_path, rules=WEB_ONLY) as stage:
        await stage.new_card("bob", "request db-01 memory=+64M")
        await stage.told("ana", "request db-01 memory=+64M")
        asked = flat(await stage.told("bob", "audit"))
        assert "@Bob: asked" in asked
        assert "@Ana: asked, refused" in asked
        assert "@Bob" not in flat(await stage.told("ana", "audit"))
        assert "you see no guest called db-01" in flat(await stage.told("ana", "audit db-01"))


async def test_the_head_is_told_once_a_day(tmp_path: Path) -> None:
    """However often the check is due; the hash is the chain's own."""
    async with staged(tmp_path) as stage:
        await stage.bot.store.put_due(CHECK, 0)
        await stage.until(lambda: words(stage))
        assert "The audit's chain holds. Its head today:" in words(stage)[0]
        looks = stage.slack.calls.count("conversations.history")
        await stage.bot.store.put_due(CHECK, 0)
        await stage.until(lambda: stage.slack.calls.count("conversations.history") > looks)
        assert len(words(stage)) == 1


async def test_status_tells_of_the_last_check(tmp_path: Path) -> None:
    """Before the first, after one that held, and after one that found all entries gone."""
    async with staged(tmp_path) as stage:
        assert "checked for the first time" in flat(await stage.told("ana", "status"))
        await stage.bot.store.put_due(CHECK, 0)
        await stage.until(lambda: words(stage))
        held = flat(await stage.told("ana", "status"))
        assert "OK audit: its chain held when it was last checked, within the last hour" in held


async def test_a_chain_without_entries_is_an_alarm(tmp_path: Path) -> None:
    """All entries were removed and the head was left: told in the channel, and on status."""
    async with staged(tmp_path) as stage:
        await stage.told("ana", "request old-wiki memory=+1T")
        store = stage.bot.store
        assert await store.audit_head()
        await store._connection.ask("removing all", "DEL", store._keys.audit)
        await store.put_due(CHECK, 0)
        await stage.until(lambda: words(stage))
        assert "The audit's chain is broken at end" in words(stage)[0]
        said = flat(await stage.told("ana", "status"))
        assert "NOT OK audit: its chain was broken at end, checked within the last hour" in said


async def test_a_broken_chain_is_an_alarm(tmp_path: Path) -> None:
    """The channel is told where it broke, and what to do."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+1G")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        (entry, *_) = await stage.bot.store.newest_audit(5)
        await stage.bot.store._connection.ask(
            "taking an entry out", "XDEL", stage.bot.store._keys.audit, entry.position
        )
        await stage.bot.store.put_due(CHECK, 0)
        await stage.until(lambda: words(stage))
        assert "The audit's chain is broken at end" in words(stage)[0]
