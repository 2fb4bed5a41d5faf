"""App Home: one look at what waits, what one asked for, the nodes, one's rights and health."""

from pathlib import Path

from bot.simulation.slack.views import View
from tests.journey.stage import RULES, UNBROKEN, Stage, flat, staged

MANY = 40
LONGEST_VIEW = 100


async def home(stage: Stage, name: str, text: str) -> str:
    """Wait until somebody's Home says so; return all of it in one line."""

    def shown() -> str:
        view = stage.slack.home(name)
        return flat(stage.slack.shown(view, width=UNBROKEN)) if view else ""

    await stage.until(lambda: text.lower() in shown().lower())
    return shown()


def published(stage: Stage) -> int:
    """Return how often a Home was published."""
    return stage.slack.calls.count("views.publish")


def view(stage: Stage, name: str) -> View:
    """Return somebody's Home."""
    found = stage.slack.home(name)
    assert found is not None
    return found


async def test_home_shows_what_waits_and_how_things_are(tmp_path: Path) -> None:
    """An approver sees the request with its buttons; who asked sees it as theirs."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        await stage.person("bob").open_home()
        bobs = await home(stage, "bob", "Waiting for you (1)")
        assert "asks: web-01 (CT 101, pve1) memory 2 → 4 GiB. Live, no restart." in bobs
        assert "[ Approve ] [ Deny ] [ Details ]" in bobs
        assert "All guests on pve1 are promised" in bobs
        assert "You are @Bob, in ops." in bobs
        assert "OK cluster home: 1 node, 7 guests" in bobs
        await stage.person("ana").open_home()
        anas = await home(stage, "ana", "You asked for (1)")
        assert "Nothing waits for your decision." in anas


async def test_a_press_on_home_counts_and_home_follows(tmp_path: Path) -> None:
    """The vote is answered directly; what waited is gone from there by itself."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        await stage.person("bob").open_home()
        await home(stage, "bob", "Waiting for you (1)")
        await stage.person("bob").press(view(stage, "bob"), "Approve")
        await stage.result("bob", "is approved")
        await stage.card_says("Read back")
        await home(stage, "bob", "Nothing waits for your decision.")
        assert stage.memory(101) == 4096


async def test_details_open_over_home(tmp_path: Path) -> None:
    """As a dialog: a Home tab is nothing that a view could be pushed on."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        await stage.person("bob").open_home()
        await home(stage, "bob", "Waiting for you (1)")
        await stage.person("bob").press(view(stage, "bob"), "Details")
        await stage.until(lambda: stage.slack.open_view("bob") is not None)


async def test_home_is_published_only_when_it_would_change(tmp_path: Path) -> None:
    """Opened five times, told once."""
    async with staged(tmp_path) as stage:
        await stage.person("cyr").open_home()
        await home(stage, "cyr", "Nothing waits for your decision.")
        before = published(stage)
        for _ in range(5):
            await stage.person("cyr").open_home()
        await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        await home(stage, "cyr", "Waiting for you (1)")
        assert published(stage) <= before + 2


async def test_nobody_s_home_is_published_who_did_not_look(tmp_path: Path) -> None:
    """A change costs nothing where nobody looks."""
    async with staged(tmp_path) as stage:
        await stage.new_card("ana", "request web-01 memory=+2G scratch space")
        await stage.press("bob", "Approve")
        await stage.card_says("Read back")
        assert published(stage) == 0


async def test_many_requests_stay_within_a_view(tmp_path: Path) -> None:
    """The first dozen are shown, the others counted with the command that lists them."""
    rules = RULES.replace("approvals = 1", "approvals = 2")
    async with staged(tmp_path, rules=rules) as stage:
        for number in range(1, MANY + 1):
            await stage.new_card(
                "ana", f"request web-01 memory={2048 + 4 * number} number {number}"
            )
        await stage.person("bob").open_home()
        shown = await home(stage, "bob", f"Waiting for you ({MANY})")
        assert f"{MANY - 12} more: /pve requests waiting" in shown.replace("`", "")
        assert len(view(stage, "bob").body["blocks"]) <= LONGEST_VIEW


async def test_a_guest_of_the_workspace_is_told_that_this_is_not_for_them(tmp_path: Path) -> None:
    """Nothing of ours stands on their Home."""
    async with staged(tmp_path) as stage:
        await stage.person("gus").open_home()
        shown = await home(stage, "gus", "Not accepted")
        assert "web-01" not in shown
        assert "pve1" not in shown
