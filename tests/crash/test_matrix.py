"""A point of the crash matrix for every story; `make crash` goes through all of them."""

import pytest

from tests.crash.matrix import line_of
from tests.crash.run import Crash
from tests.crash.stories import Story, stories


@pytest.mark.parametrize(
    ("turn", "story"), [pytest.param(*s, id=str(s[1])) for s in enumerate(stories())]
)
async def test_killed_and_started_again(turn: int, story: Story) -> None:
    """Killed before or after a write or a call: one effect, one card, one record that folds."""
    assert (await line_of(story, few=1, turn=turn)).wrong == []


async def test_killed_with_the_store_and_both_started_again() -> None:
    """The store killed in the same moment knows again all that it had answered; the story goes on."""
    story = next(stories())
    assert (await line_of(story, few=3, crash=Crash.STORE)).wrong == []
