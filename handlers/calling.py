"""Calls to Slack: what goes wrong becomes a `SlackFault` that says what was being done."""

from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter
from typing import Any, TypeVar
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.model.errors import SlackFault
from bot.ports import Clock

log = structlog.get_logger(__name__)

T = TypeVar("T")

PAGE = 200
"""Entries asked for at once (FACTS §9)."""

MOST_PAGES = 1000
"""More than any workspace has: a cursor that leads nowhere ends."""

Observe = Callable[[str, float, str], None]
"""Told after each call: method, seconds with retries, `ok` or the error's word."""


TOO_MANY = 429
"""HTTP's number for a call over its limit."""


class Patience(AsyncRateLimitErrorRetryHandler):
    """Waits for as long as Slack says after a 429, and so does every other call of that method.

    Slack limits a method in a workspace, not a call (FACTS §9): a further one would only be refused.
    """

    def __init__(self, clock: Clock, tries: int = 2) -> None:
        super().__init__(max_retry_count=tries)
        self._clock = clock
        self._over: dict[str, float] = {}

    async def free(self, method: str) -> None:
        """Return once the method may be called."""
        while (left := self._over.get(method, 0.0) - perf_counter()) > 0:
            await self._clock.wait(left)

    async def can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        """Return whether to try again; note until when the method is over its limit."""
        if response is not None and response.status_code == TOO_MANY:
            self._over[_method(request)] = perf_counter() + _retry_after(response)
        return await super().can_retry_async(
            state=state, request=request, response=response, error=error
        )

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        """Wait, a little longer than was said, so that not all go on at once."""
        await super().prepare_for_next_attempt_async(
            state=state, request=request, response=response, error=error
        )
        await self.free(_method(request))


def _method(request: HttpRequest) -> str:
    return request.url.rsplit("/", 1)[-1]


def _retry_after(response: HttpResponse) -> int:
    """Return how many seconds Slack says; one if it does not."""
    said = {name.lower(): values for name, values in response.headers.items()}
    first = next(iter(said.get("retry-after", [])), "")
    return int(first) if first.isdecimal() else 1


class ObservedClient(AsyncWebClient):
    """The client of Slack's Web API, which tells of every call.

    Set `observe`, and the `patience` that is among its retry handlers, once it is built.
    """

    observe: Observe | None = None
    patience: Patience | None = None

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call, and tell how it went."""
        began, outcome = perf_counter(), "ok"
        if self.patience is not None:
            await self.patience.free(api_method)
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
