"""The stage of journeys: a real bot between a simulated Slack and a simulated Proxmox VE."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.config import Settings, load
from bot.model.budget import Budget
from bot.model.guest import GuestRef, Kind
from bot.model.request import ChangeRequest
from bot.model.terms import Terms
from bot.operations import OPERATIONS
from bot.redis_store import embedded
from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.slack import Person, Reply, SimulatedSlack
from bot.simulation.slack.messages import Message
from bot.simulation.slack.simulated import Mode
from bot.simulation.slack.workspace import SCOPES
from bot.wiring import Running, running
from tests.journey.wellformed import refused_messages, unofficial_calls

WORDS = frozenset(word for operation in OPERATIONS.values() for word in operation.words)

BASE = """
[slack]
mode = "{mode}"
approvals_channel = "C0APPROVALS"
unfurl_in = ["C0WEB", "C0PARTNERS"]

[store]
folder = "{folder}"

[http]
port = 0

[[cluster]]
name = "home"
hosts = [{proxmox}]
web = ["https://pve.example.org:8006"]
ca_file = "{ca_file}"
"""

SILENT = """
[[cluster]]
name = "{name}"
hosts = ["https://127.0.0.1:9"]
ca_file = "{ca_file}"
"""
"""A cluster at whose address nothing listens."""

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "by anybody"
when = { operations = ["start", "reboot", "shutdown", "snapshot"] }
approvals = 0

[[rule]]
name = "resources"
approvals = 1
approvers = ["ops"]
"""

UNBROKEN = 10_000
"""Lines so long that no sentence is broken where a test looks for it."""

WIDE = Budget(asks_per_minute=10_000, asks_per_hour=10_000, open_per_person=10_000)
"""A budget that no test spends by accident."""

QUICK = Terms(
    follow_every=200,
    reconcile_every=500,
    poll_task=100,
    inventory_lag=300,
    send_within=5_000,
    budget=WIDE,
)
"""Terms for tests: the same rules, shorter waits, a wide budget."""


def soon(seconds: int = 2, zone: str = "Europe/Paris") -> str:
    """Return a time that many seconds from now, as people in that zone type it."""
    later = datetime.now(ZoneInfo(zone)) + timedelta(seconds=seconds)  # noqa: TID251 - a person's watch
    return f"{later:%H:%M:%S}"


def flat(text: str) -> str:
    """Return a text on one line, for sentences that a narrow reader would see broken."""
    return " ".join(text.split())


def acknowledges(text: str) -> bool:
    """Return whether it only says that an ask was heard."""
    return text.startswith(("I am looking at ", "On it: "))


@dataclass(slots=True)
class Stage:
    """Everything a journey needs."""

    slack: SimulatedSlack
    pve: SimulatedProxmox
    settings: Settings
    terms: Terms
    environment: Mapping[str, str] = field(default_factory=dict)
    _bot: Running | None = None
    _life: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def bot(self) -> Running:
        """Return the bot that runs now."""
        assert self._bot is not None, "the bot is stopped"
        return self._bot

    async def start_bot(self, role: str = "all") -> None:
        """Start a bot on the state folder, as the service does after a stop."""
        bot = running(self.settings, role=role, terms=self.terms)
        self._bot = await self._life.enter_async_context(bot)
        if self.settings.slack.mode == "http":
            self.slack.request_url = f"http://127.0.0.1:{self._bot.port}/slack/events"
        else:
            await self.slack.connected(self.settings.slack.sockets)

    async def start_replica(self) -> None:
        """Start another bot on the same store, Slack and Proxmox; it stops with the first."""
        await self._life.enter_async_context(running(self.settings, terms=self.terms))
        await self.slack.connected(2)

    async def stop_bot(self) -> None:
        """Stop the bot as the service is stopped; store, Slack and Proxmox stay."""
        self._bot = None
        await self._life.aclose()

    def person(self, name: str) -> Person:
        """Return somebody who can act."""
        return self.slack.person(name)

    def says(self, message: Message) -> str:
        """Return what a message says, each paragraph in one line."""
        return self.slack.shown(message, width=UNBROKEN)

    async def ask(self, name: str, text: str, channel: str = "#web") -> Reply:
        """Let somebody type `/pve TEXT`."""
        return await self.person(name).command(f"/pve {text}", channel=channel)

    async def told(self, name: str, text: str, channel: str = "#web") -> str:
        """Type `/pve TEXT` and return the private answer that follows (not the acknowledgement)."""
        before = len(self.slack.ephemerals_for(name))
        reply = await self.ask(name, text, channel)
        if reply.message is not None and not acknowledges(self.says(reply.message)):
            return self.says(reply.message)

        def answers() -> list[str]:
            texts = [self.says(m) for m in self.slack.ephemerals_for(name)[before:]]
            return [text for text in texts if not acknowledges(text)]

        await self.until(answers)
        return answers()[-1]

    async def press(self, name: str, button: str, message: Message | None = None) -> None:
        """Let somebody press a button, of the newest card if no message is given."""
        await self.person(name).press(message or self.card(), button)

    async def answer_to_press(self, name: str, button: str, message: Message | None = None) -> str:
        """Press a button and return the private answer."""
        before = len(self.slack.ephemerals_for(name))
        await self.press(name, button, message)
        await self.until(lambda: len(self.slack.ephemerals_for(name)) > before)
        return self.says(self.slack.ephemerals_for(name)[-1])

    def cards(self, channel: str = "#approvals") -> list[Message]:
        """Return the cards of a channel, oldest first, without what stands in threads."""
        return [m for m in self.slack.messages(channel) if m.thread_ts in (None, m.ts)]

    def card(self, channel: str = "#approvals") -> Message:
        """Return the newest card."""
        return self.cards(channel)[-1]

    async def new_card(self, name: str, text: str, channel: str = "#web") -> str:
        """Type a request and return what its card says once it is there."""
        before = len(self.cards())
        await self.ask(name, text, channel)
        await self.until(lambda: len(self.cards()) > before)
        return self.shown()

    def shown(self, channel: str = "#approvals") -> str:
        """Return what the newest card says."""
        return self.says(self.card(channel))

    async def card_says(self, text: str, seconds: float = 20) -> str:
        """Wait until the newest card says so; return all of it."""
        await self.until(lambda: text in flat(self.shown()), seconds)
        return flat(self.shown())

    async def result(self, name: str, text: str, seconds: float = 20) -> str:
        """Wait for a direct message that says so; return it."""

        def found() -> list[str]:
            shown = [flat(self.says(m)) for m in self.slack.direct_messages(name)]
            return [s for s in shown if text in s]

        await self.until(lambda: bool(found()), seconds)
        return found()[-1]

    async def until(self, seen: Callable[[], object], seconds: float = 20) -> None:
        """Wait for something to be visible in Slack."""
        await self.slack.until(seen, seconds=seconds)

    async def request(self) -> ChangeRequest:
        """Return the newest request of the store."""
        return (await self.bot.store.recent_requests(1))[0]

    def memory(self, vmid: int) -> int:
        """Return the memory (MiB) in force of a guest, as Proxmox keeps it."""
        return int(self.pve.world.guest(vmid).config.values["memory"])

    def ref(self, vmid: int) -> GuestRef:
        """Return the reference of a guest."""
        kind = Kind(self.pve.world.guest(vmid).kind)
        return GuestRef(cluster="home", kind=kind, vmid=vmid)


TRANSPORTS: Mapping[str, Mode] = {"socket": "socket", "http": "http"}
"""How Slack reaches the bot, by the setting's name."""


def _variables(
    slack: SimulatedSlack, pve: SimulatedProxmox, silent_clusters: tuple[str, ...]
) -> dict[str, str]:
    """Return what the environment holds of a bot between these simulators."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "PROXMOX_TOKEN_HOME": pve.token,
        **{f"PROXMOX_TOKEN_{name.upper()}": pve.token for name in silent_clusters},
    }


@asynccontextmanager
async def staged(
    folder: Path,
    *,
    scenario: str = "ilinux",
    rules: str = RULES,
    mode: str = "socket",
    time_scale: float = 0,
    terms: Terms = QUICK,
    scopes: tuple[str, ...] = SCOPES,
    silent_clusters: tuple[str, ...] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
    role: str = "all",
    hosts: int = 1,
    record: bool = False,
) -> AsyncIterator[Stage]:
    """Set the stage: simulators and a bot; `hosts` nodes are configured, `record` writes `*.jsonl`."""
    wire = (folder / "proxmox.jsonl", folder / "slack.jsonl") if record else (None, None)
    async with (
        SimulatedProxmox(scenario=scenario, time_scale=time_scale, record=wire[0]) as pve,
        SimulatedSlack(TRANSPORTS[mode], scopes=scopes, record=wire[1]) as slack,
    ):
        config = folder / "headroom.toml"
        addresses = [await pve.open_host(node) for node in list(pve.world.nodes)[:hosts]]
        named = ", ".join(f'"{address}"' for address in addresses)
        base = BASE.format(mode=mode, folder=folder / "state", proxmox=named, ca_file=pve.ca_file)
        silent = "".join(SILENT.format(name=name, ca_file=pve.ca_file) for name in silent_clusters)
        config.write_text(base + silent + rules)
        variables = {**environment, **_variables(slack, pve, silent_clusters)}
        settings = load(config, variables, words=WORDS)
        stage = Stage(slack=slack, pve=pve, settings=settings, terms=terms, environment=variables)
        try:
            await stage.start_bot(role)
            yield stage
        finally:
            await stage.stop_bot()
            await embedded.stop(folder / "state")
        assert not refused_messages(slack)
        assert not unofficial_calls(pve)
