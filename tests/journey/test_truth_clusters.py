"""Several clusters, one of them silent: the others go on, and nothing pretends to be whole."""

from pathlib import Path

from tests.journey.stage import staged


async def test_one_silent_cluster_keeps_nobody_from_the_others(tmp_path: Path) -> None:
    """Guests of the answering cluster are listed and changed; lists say what they lack."""
    async with staged(tmp_path, silent_clusters=("attic",)) as stage:
        shown = await stage.told("ana", "list")
        assert "web-01" in shown
        assert "Not shown: attic does not answer." in shown
        assert "memory 2 → 3 GiB" in await stage.new_card("ana", "request web-01 memory=+1G")
        said = await stage.told("ana", "show nobody-knows")
        assert "does not answer" in said
