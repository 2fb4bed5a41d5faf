"""Calls to Slack: what goes wrong becomes a `SlackFault` that says what was being done."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.model.errors import SlackFault

T = TypeVar("T")


async def calling(doing: str, call: Callable[[], Awaitable[T]]) -> T:
    """Make a call; `doing` says in lower case what for, with names and without secrets."""
    try:
        return await call()
    except SlackApiError as error:
        answer = getattr(error.response, "data", None)
        if not isinstance(answer, dict):  # a proxy's or a broken server's page
            raise SlackFault(doing, detail="no answer of Slack's") from error
        raise SlackFault(doing, code=str(answer.get("error", ""))) from error
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackFault(doing, detail=type(error).__name__) from error
