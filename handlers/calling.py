"""Calls to Slack: what goes wrong becomes a `SlackFault` that says what was being done."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.model.errors import SlackFault

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def calling(doing: str, call: Callable[[], Awaitable[T]]) -> T:
    """Make a call; `doing` says in lower case what for, with names and without secrets."""
    try:
        return await call()
    except SlackApiError as error:
        answer = getattr(error.response, "data", None)
        if not isinstance(answer, dict):  # a proxy's or a broken server's page
            raise SlackFault(doing, detail="no answer of Slack's") from error
        fault = SlackFault(doing, code=str(answer.get("error", "")))
        if fault.token_refused:
            log.critical("Slack refuses our token; nothing is dropped", fault=str(fault))
        raise fault from error
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise SlackFault(doing, detail=type(error).__name__) from error
