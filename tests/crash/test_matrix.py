"""A few points of the crash matrix for every operation; `make crash` goes through all of them."""

from pathlib import Path

import pytest

from tests.crash.matrix import line_of
from tests.crash.stories import Story, stories


@pytest.mark.parametrize("story", list(stories()), ids=str)
async def test_killed_and_started_again(tmp_path: Path, story: Story) -> None:
    """Killed before or after a write or a call: one effect, one card, one record that folds."""
    _, wrong = await line_of(story, tmp_path, few=2)
    assert wrong == []
