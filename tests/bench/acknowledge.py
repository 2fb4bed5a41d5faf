"""How fast a command is acknowledged, beside Bolt doing nothing; and a burst while Proxmox is slow."""

import asyncio
import time
from urllib.parse import urlencode

import aiohttp

from bot.simulation.proxmox.faults import slow
from bot.simulation.slack.identity import APP_ID, TEAM_ID
from bot.simulation.slack.signing import headers
from tests.bench.figures import Figure, Part, p50, p99
from tests.bench.process import Process, started

ALL = ("-m", "bot", "run")
BOT = (*ALL, "--role", "bot")
NOOP = ("-m", "tests.bench.noop")
RATE, SECONDS, CLIENTS, BURST = 50, 8, 16, 200
UNBOUNDED = ""


class Sender:
    """Sends signed commands as Slack does; each is a delivery of its own."""

    def __init__(self, process: Process, session: aiohttp.ClientSession) -> None:
        self._process = process
        self._session = session
        self._number = 0

    async def send(self, text: str) -> float:
        """Send one; return how long (ms) its acknowledgement took."""
        self._number += 1
        body = urlencode(
            {
                "command": "/pve",
                "text": text,
                "team_id": TEAM_ID,
                "user_id": "U0ANA",
                "user_name": "ana",
                "channel_id": "C0WEB",
                "api_app_id": APP_ID,
                "trigger_id": f"bench.{self._number}",
            }
        )
        signed = headers(self._process.slack.signing_secret, int(time.time()), body)  # noqa: TID251 - Slack's own clock
        form = {"Content-Type": "application/x-www-form-urlencoded", **signed}
        url = f"http://127.0.0.1:{self._process.port}/slack/events"
        began = time.perf_counter()
        async with self._session.post(url, data=body, headers=form) as answer:
            await answer.read()
            if answer.status != 200:
                raise AssertionError(f"answered {answer.status}")
        return (time.perf_counter() - began) * 1000


async def steady(sender: Sender, text: str) -> list[float]:
    """Send so many a second for some seconds; return how long each took."""
    under_way: list[asyncio.Task[float]] = []
    began = time.perf_counter()
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))  # noqa: TID251 - a load's own beat
        under_way.append(asyncio.create_task(sender.send(text)))
    return list(await asyncio.gather(*under_way))


async def throughput(sender: Sender, text: str, each: int = 60) -> float:
    """Return how many a second clients get acknowledged that never wait."""

    async def client() -> None:
        for _ in range(each):
            await sender.send(text)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return CLIENTS * each / (time.perf_counter() - began)


async def _measured(*words: str, text: str) -> tuple[list[float], float]:
    async with started(*words, more=UNBOUNDED) as process, _session() as session:
        sender = Sender(process, session)
        await steady(sender, text)
        return await steady(sender, text), await throughput(sender, text)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=300))


async def acknowledge() -> Part:
    """Compare a command that is kept, and one answered at once, with one that Bolt just acknowledges."""
    noop, noop_rate = await _measured(*NOOP, text="show web-01")
    kept, kept_rate = await _measured(*BOT, text="show web-01")
    read, read_rate = await _measured(*BOT, text="nodes")
    figures = (
        Figure(what="no-op, median", value=p50(noop), unit="ms"),
        Figure(what="no-op, 99 of 100", value=p99(noop), unit="ms"),
        Figure(
            what="kept (`show`): median, over no-op", value=p50(kept) - p50(noop), unit="ms", bar=2
        ),
        Figure(
            what="kept (`show`): 99 of 100, over no-op",
            value=p99(kept) - p99(noop),
            unit="ms",
            bar=5,
        ),
        Figure(what="read (`nodes`): median, over no-op", value=p50(read) - p50(noop), unit="ms"),
        Figure(what="no-op, clients that never wait", value=noop_rate, unit="a second"),
        Figure(
            what="kept, of that rate",
            value=kept_rate / noop_rate,
            unit="",
            bar=1 / 3,
            at_least=True,
        ),
        Figure(what="read, of that rate", value=read_rate / noop_rate, unit=""),
    )
    how = (
        f"Signed HTTP on loopback, {RATE} commands a second for {SECONDS} s, then {CLIENTS} clients that "
        "never wait; the bot in a process of its own, whose jobs run beside the acknowledgements."
    )
    return Part(title="Acknowledgement", how=how, figures=figures)


async def burst() -> Part:
    """Send many at once while every call to Proxmox takes two seconds."""
    async with started(*ALL, more=UNBOUNDED) as process, _session() as session:
        sender = Sender(process, session)
        await sender.send("list")
        process.pve.on_call(lambda _: True, slow(2.0))
        took = await asyncio.gather(*(sender.send("show web-01") for _ in range(BURST)))
    figures = (
        Figure(what=f"slowest of {BURST}", value=max(took), unit="ms", bar=1000),
        Figure(what=f"median of {BURST}", value=p50(took), unit="ms"),
    )
    how = f"{BURST} commands at once, each with calls to Proxmox VE of two seconds."
    return Part(title="A burst while Proxmox VE is slow", how=how, figures=figures)
