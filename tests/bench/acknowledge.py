"""How fast a command is acknowledged, beside Bolt doing nothing; and a burst while Proxmox is slow."""

import asyncio
import time
from dataclasses import dataclass, field
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
KEPT = "show web-01"
RATE, ROUNDS, CLIENTS, EACH, BURST = 50, 12, 16, 40, 200
UNBOUNDED = """
[requests]
asks_per_minute = 100_000
asks_per_hour = 100_000
"""
"""One sender stands for all people: its budget is theirs together."""


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
    """Send so many within a second; return how long each took."""
    under_way: list[asyncio.Task[float]] = []
    began = time.perf_counter()
    for number in range(RATE):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))  # noqa: TID251 - a load's own beat
        under_way.append(asyncio.create_task(sender.send(text)))
    return list(await asyncio.gather(*under_way))


async def throughput(sender: Sender, text: str) -> float:
    """Return how many a second clients get acknowledged that never wait."""

    async def client() -> None:
        for _ in range(EACH):
            await sender.send(text)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return CLIENTS * EACH / (time.perf_counter() - began)


@dataclass(slots=True)
class Lane:
    """What is sent to one process, how long each acknowledgement took (ms), and each round's rate."""

    sender: Sender
    text: str
    took: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def of(self, other: "Lane") -> float:
        """Return its rate as a part of another's, round by round."""
        return p50(mine / theirs for mine, theirs in zip(self.rates, other.rates, strict=True))


async def _measured() -> tuple[Lane, Lane, Lane]:
    """Measure the no-op, a command that is kept and one answered at once, taking turns."""
    async with (
        started(*NOOP, more=UNBOUNDED) as noop,
        started(*BOT, more=UNBOUNDED) as bot,
        _session() as session,
    ):
        to_bot = Sender(bot, session)
        lanes = (Lane(Sender(noop, session), KEPT), Lane(to_bot, KEPT), Lane(to_bot, "nodes"))
        for lane in lanes:
            await throughput(lane.sender, lane.text)
        for _ in range(ROUNDS):
            for lane in lanes:
                lane.took += await steady(lane.sender, lane.text)
            for lane in lanes:
                lane.rates.append(await throughput(lane.sender, lane.text))
    return lanes


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=300))


async def acknowledge() -> Part:
    """Compare a command that is kept, and one answered at once, with one that Bolt just acknowledges."""
    noop, kept, read = await _measured()
    usual, slow = p50(noop.took), p99(noop.took)
    figures = (
        Figure(what="no-op, median", value=usual, unit="ms"),
        Figure(what="no-op, 99 of 100", value=slow, unit="ms"),
        Figure(
            what="kept (`show`): median, over no-op",
            value=p50(kept.took) - usual,
            unit="ms",
            bar=2,
        ),
        Figure(
            what="kept (`show`): 99 of 100, over no-op",
            value=p99(kept.took) - slow,
            unit="ms",
            bar=5,
        ),
        Figure(
            what="read (`nodes`): median, over no-op",
            value=p50(read.took) - usual,
            unit="ms",
        ),
        Figure(what="no-op, clients that never wait", value=p50(noop.rates), unit="a second"),
        Figure(
            what="kept, of that rate",
            value=kept.of(noop),
            unit="",
            bar=1 / 3,
            at_least=True,
        ),
        Figure(what="read, of that rate", value=read.of(noop), unit=""),
    )
    how = (
        f"Signed HTTP on loopback; the no-op and a bot (`--role bot`), each in a process of its own, take "
        f"turns, {ROUNDS} rounds: {RATE} commands within a second each, then {CLIENTS} clients that never "
        f"wait with {EACH} commands each. Rates are compared round by round; the median counts."
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
