"""The HTTP server by itself: what is too large, too slow or too much at once is refused, and said."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from bot.web import HOOK_BYTES, LARGEST_BODY, Answers, AtOnce, Server, hook_handler

SOON = 0.2
"""Seconds within which a body has to arrive here."""

LIMITS = AtOnce()
"""As they are where the service runs."""

SECRET = {"X-Headroom-Secret": "a-secret-of-the-hook"}
SLACK, HOOK = "/slack/events", "/hooks/proxmox/home"


class Taken:
    """Takes deliveries: at once, or only when it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.let.set()
        self.bodies: list[bytes] = []
        self.begun: asyncio.Queue[str] = asyncio.Queue()

    async def slack(self, request: web.Request) -> web.Response:
        """Take what Slack sends."""
        self.begun.put_nowait(request.path)
        await self.let.wait()
        self.bodies.append(await request.read())
        return web.Response(text="taken")

    async def hook(self, _: str, body: bytes) -> str:
        """Take a notification."""
        self.bodies.append(body)
        return ""

    async def ready(self) -> dict[str, str]:
        """Say that all is there."""
        self.begun.put_nowait("/readyz")
        await self.let.wait()
        return {}

    async def figures(self) -> bytes:
        """Say nothing."""
        return b""


@asynccontextmanager
async def serving(taken: Taken) -> AsyncIterator[str]:
    """Serve with little patience for a body; give the address."""
    answers = Answers(alive=dict, ready=taken.ready, notes=dict, metrics=taken.figures)
    hooks = hook_handler(taken.hook, {"home": SECRET["X-Headroom-Secret"]}, SOON)
    server = Server(
        "127.0.0.1",
        0,
        answers,
        taken.slack,
        hooks,
        body_seconds=SOON,
    )
    async with server:
        yield f"http://127.0.0.1:{server.port}"


async def asked(method: str, url: str, **more: object) -> tuple[int, str, dict[str, str]]:
    """Return status, text and headers of an answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, **more) as answer,  # type: ignore[arg-type] # passed on
    ):
        return answer.status, await answer.text(), dict(answer.headers)


def refused(why: str) -> float:
    """Return how many deliveries were refused for that."""
    return REGISTRY.get_sample_value("headroom_deliveries_refused_total", {"reason": why}) or 0


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    """Send a body whose length nobody says before."""
    for part in parts:
        yield part


async def never() -> AsyncIterator[bytes]:
    """Begin a body and never end it."""
    yield b"payload="
    await asyncio.Event().wait()


async def trickle() -> AsyncIterator[bytes]:
    """Send a byte now and then for ever."""
    ever = asyncio.ensure_future(asyncio.Event().wait())
    try:
        while True:
            yield b"x"
            await asyncio.wait({ever}, timeout=SOON / 20)
    finally:
        ever.cancel()


@pytest.mark.parametrize(("path", "most"), [(SLACK, LARGEST_BODY), (HOOK, HOOK_BYTES)])
async def test_a_body_is_taken_up_to_its_limit(path: str, most: int) -> None:
    """Whether its length is said before or not; one byte more is 413, with the limit in words."""
    taken, before = Taken(), refused("size")
    async with serving(taken) as address:
        for body in (BytesIO(b"x" * most), pieces(b"x" * (most - 1), b"x")):
            assert (await asked("POST", address + path, data=body, headers=SECRET))[0] == 200
        for body in (BytesIO(b"x" * (most + 1)), pieces(b"x" * most, b"x")):
            status, text, _ = await asked("POST", address + path, data=body, headers=SECRET)
            assert (status, text) == (413, f"at most {most} bytes\n")
    assert [len(body) for body in taken.bodies] == [most, most]
    assert refused("size") - before == 2


@pytest.mark.parametrize("slowly", [never, trickle])
@pytest.mark.parametrize("path", [SLACK, HOOK])
async def test_a_body_that_does_not_arrive_is_given_up(
    path: str, slowly: Callable[[], AsyncIterator[bytes]]
) -> None:
    """408 once its time is over, whether it stops or trickles; nothing was taken."""
    taken, before = Taken(), refused("slow")
    async with serving(taken) as address:
        status, text, headers = await asked("POST", address + path, data=slowly(), headers=SECRET)
        assert (status, text) == (408, f"the body has to arrive within {SOON:g} s\n")
        assert headers["Connection"] == "close"
    assert taken.bodies == []
    assert refused("slow") - before == 1


async def test_without_the_secret_a_hooks_body_is_not_waited_for() -> None:
    """401 at once, also while the body is still to come."""
    async with serving(Taken()) as address:
        assert (await asked("POST", address + HOOK, data=never()))[0] == 401


async def test_too_much_at_once_is_told_to_come_again() -> None:
    """503 with Retry-After beyond 256; who is inside is answered, and then there is room again."""
    assert LIMITS.deliveries == 256
    taken, before = Taken(), refused("busy")
    taken.let.clear()
    async with serving(taken) as address:
        inside = [
            asyncio.create_task(asked("POST", address + SLACK, data=b"x"))
            for _ in range(LIMITS.deliveries)
        ]
        assert {await taken.begun.get() for _ in inside} == {SLACK}
        status, text, headers = await asked("POST", address + SLACK, data=b"x")
        assert (status, text) == (503, "too much at once, try again\n")
        assert headers["Retry-After"] == "1"
        assert (await asked("POST", address + HOOK, data=b"x", headers=SECRET))[0] == 503
        assert (await asked("GET", f"{address}/healthz"))[0] == 200
        taken.let.set()
        assert {(await each)[0] for each in inside} == {200}
        assert (await asked("POST", address + SLACK, data=b"x"))[0] == 200
    assert refused("busy") - before == 2


async def test_pages_have_a_limit_of_their_own() -> None:
    """Who asks for readiness again and again keeps no delivery out, nor the process from answering."""
    assert LIMITS.pages == 16
    taken = Taken()
    taken.let.clear()
    async with serving(taken) as address:
        inside = [
            asyncio.create_task(asked("GET", f"{address}/readyz")) for _ in range(LIMITS.pages)
        ]
        assert {await taken.begun.get() for _ in inside} == {"/readyz"}
        assert (await asked("GET", f"{address}/readyz"))[0] == 503
        assert (await asked("GET", f"{address}/metrics"))[0] == 503
        assert (await asked("GET", f"{address}/healthz"))[0] == 200
        assert (await asked("POST", address + HOOK, data=b"x", headers=SECRET))[0] == 200
        taken.let.set()
        assert {(await each)[0] for each in inside} == {200}
        assert (await asked("GET", f"{address}/metrics"))[0] == 200
