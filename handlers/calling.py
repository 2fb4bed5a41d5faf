"""Calls to Slack: what goes wrong becomes a `SlackFault` that says what was being done."""

from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.model.errors import SlackFault

log = structlog.get_logger(__name__)

T = TypeVar("T")

PAGE = 200
"""Entries asked for at once (FACTS §9)."""

MOST_PAGES = 1000
"""More than any workspace has: a cursor that leads nowhere ends."""

Observe = Callable[[str, float, str], None]
"""Told after each call: method, seconds with retries, `ok` or the error's word."""


class ObservedClient(AsyncWebClient):
    """The client of Slack's Web API, which tells of every call. Set `observe` once it is built."""

    observe: Observe | None = None

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call, and tell how it went."""
        began, outcome = perf_counter(), "ok"
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            answer = getattr(error.response, "data", None)
            outcome = str(answer.get("error", "")) if isinstance(answer, dict) else "no answer"
            raise
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as error:
            outcome = type(error).__name__
            raise
        finally:
            if self.observe is not None:
                self.observe(api_method, perf_counter() - began, outcome)


ANSWERED_AT = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Hosts of response URLs."""


def of_slack(url: str, api_url: str) -> bool:
    """Return whether a response URL leads to Slack, or to where its API is: nowhere else is answered."""
    try:
        there, api = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    if (there.scheme, there.netloc) == (api.scheme, api.netloc):
        return True
    return there.scheme == "https" and there.netloc in ANSWERED_AT


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


async def listed(
    doing: str,
    page: Callable[[str], Awaitable[AsyncSlackResponse]],
    of: str,
    most: int = MOST_PAGES,
) -> list[Any]:
    """Return everything that a method lists under `of`; `page` asks for what follows a cursor.

    SlackFault, also for more than so many pages.
    """
    found: list[Any] = []
    cursor = ""
    for _ in range(most):
        answer = await calling(doing, partial(page, cursor))
        found += answer.get(of) or []
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return found
    raise SlackFault(doing, detail=f"there are more than {most} pages")
