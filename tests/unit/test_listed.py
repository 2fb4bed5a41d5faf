"""Everything that a method of Slack lists, over its pages."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.model.errors import SlackFault
from handlers.calling import listed

PAGES = {"": (["a", "b"], "2"), "2": ([], "3"), "3": (["c"], "")}


async def page(cursor: str) -> AsyncSlackResponse:
    """Answer as `conversations.members` does."""
    members, following = PAGES[cursor]
    return AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="",
        req_args={},
        data={"ok": True, "members": members, "response_metadata": {"next_cursor": following}},
        headers={},
        status_code=200,
    )


async def test_every_page_is_asked_for_also_behind_an_empty_one() -> None:
    """Only a missing cursor is the end (FACTS §9)."""
    assert await listed("asking who is in C1", page, "members") == ["a", "b", "c"]


async def test_more_pages_than_wanted_are_a_fault() -> None:
    """What is there so far is not taken for everything."""
    with pytest.raises(SlackFault, match="asking who is in C1: there are more than 2 pages"):
        await listed("asking who is in C1", page, "members", most=2)
