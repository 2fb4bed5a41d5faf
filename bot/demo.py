"""The main job, played on the simulators: a request, an approval by another person, the read-back.

It ends with a short incident, in which the lead approves alone.

Everything but the outside world is real: the bot, Bolt over Socket Mode, proxmoxer over TLS, the
embedded store.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.config import Settings, load
from bot.simulation.proxmox import SimulatedProxmox
from bot.simulation.slack import SimulatedSlack
from bot.simulation.slack.messages import Message
from bot.wiring import running

CONFIG = """
[slack]
mode = "socket"
approvals_channel = "C0APPROVALS"

[store]
folder = "{folder}"

[http]
port = 0

[[cluster]]
name = "home"
hosts = ["{proxmox}"]
ca_file = "{ca_file}"

[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "restarts and snapshots by anybody"
when = {{ operations = ["start", "reboot", "snapshot"] }}
approvals = 0

[[rule]]
name = "in an incident"
when = {{ incident = true, operations = ["cores"] }}
approvals = 1
approvers = ["lead"]

[[rule]]
name = "resources"
approvals = 1
approvers = ["ops"]
expires = "3d"

[incidents]
announce_in = "C0GENERAL"
invite = ["ops"]
"""

GUEST = 101
BEFORE_MIB = 2048
ASKED_MIB = 4096
BUILD = 104
BUILD_CORES = 3
FILES = 2


def settings_for(folder: Path, slack: SimulatedSlack, pve: SimulatedProxmox) -> Settings:
    """Return the settings of a bot between these two simulators."""
    path = folder / "headroom.toml"
    path.write_text(CONFIG.format(folder=folder / "state", proxmox=pve.url, ca_file=pve.ca_file))
    return load(path, environment(slack, pve))


def environment(slack: SimulatedSlack, pve: SimulatedProxmox) -> Mapping[str, str]:
    """Return the variables that point a bot at the simulators."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "PROXMOX_TOKEN_HOME": pve.token,
    }


async def play(record: Path | None) -> bool:
    """Play the story and print the conversation; return whether the guest really changed."""
    print("A real bot between a simulated Slack and a simulated Proxmox VE, all on loopback.")
    print("The host: pve1, 16 GiB, four cores, shared by seven guests that are promised 18 GiB.")
    with tempfile.TemporaryDirectory(prefix="headroom-demo-") as folder:
        async with (
            SimulatedProxmox(
                scenario="ilinux", time_scale=0.1, record=record and record / "proxmox.jsonl"
            ) as pve,
            SimulatedSlack(record=record and record / "slack.jsonl") as slack,
        ):
            slack.on_happening(lambda seen: print("\n".join(["", *slack.tell(seen)])))
            before = value_of(pve, GUEST, "memory")
            async with running(settings_for(Path(folder), slack, pve), leave_store=False):
                await slack.connected()
                await _story(slack)
                await _incident(slack)
            after, cores = value_of(pve, GUEST, "memory"), value_of(pve, BUILD, "cores")
    print(f"\nProxmox itself now keeps for CT {GUEST}: memory {after} MiB (was {before}).")
    print(f"And for CT {BUILD}: {cores} cores, from the incident.")
    return (before, after, cores) == (BEFORE_MIB, ASKED_MIB, BUILD_CORES)


async def _story(slack: SimulatedSlack) -> None:
    """Ask too much, ask what fits, try to approve it oneself, let a colleague approve it."""
    ana, bob = slack.person("ana"), slack.person("bob")
    await ana.command("/pve request build-7 memory=12G a faster build", channel="#web")
    await slack.until(lambda: "at most" in last_seen(slack, "ana"), seconds=15)
    ask = "/pve request web-01 memory=+2G scratch space for the release"
    await ana.command(ask, channel="#web")
    await slack.until(lambda: slack.messages("#approvals"), seconds=15)
    await ana.press(card_of(slack), "Approve")
    await slack.until(lambda: "Not counted" in last_seen(slack, "ana"), seconds=15)
    await bob.press(card_of(slack), "Approve")
    await slack.until(lambda: "Read back" in slack.shown(card_of(slack)), seconds=30)
    await slack.until(lambda: slack.direct_messages("ana"), seconds=15)


async def _incident(slack: SimulatedSlack) -> None:
    """Open an incident about the build, lead it, relieve it by the incident's own rule, close it."""
    ana, bob = slack.person("ana"), slack.person("bob")
    await ana.command('/pve incident open "the build crawls" sev2 build-7', channel="#web")
    await slack.until(lambda: incident_channel(slack), seconds=15)
    channel = incident_channel(slack)
    await slack.until(lambda: said(slack, channel, "nobody leads yet"), seconds=15)
    await bob.press(said(slack, channel, "nobody leads yet")[0], "Take the lead")
    await slack.until(lambda: said(slack, channel, "@Bob leads"), seconds=15)
    await ana.command("/pve request build-7 cores=+1 it waits for a core", channel=channel)
    await slack.until(lambda: said(slack, channel, "by the rules of incident"), seconds=15)
    await bob.press(said(slack, channel, "by the rules of incident")[0], "Approve")
    await slack.until(lambda: said(slack, channel, "→ done"), seconds=30)
    await bob.command("/pve incident close the build has its core", channel=channel)
    await slack.until(lambda: said(slack, channel, "was made for it"), seconds=15)
    await slack.until(lambda: len(said(slack, channel, "Timeline of")) == FILES, seconds=15)


def card_of(slack: SimulatedSlack) -> Message:
    """Return the card as it is now."""
    return slack.messages("#approvals")[0]


def last_seen(slack: SimulatedSlack, person: str) -> str:
    """Return what a person was last told privately."""
    seen = slack.ephemerals_for(person)
    return slack.shown(seen[-1]) if seen else ""


def incident_channel(slack: SimulatedSlack) -> str:
    """Return the incident's channel; empty while there is none."""
    names = [channel.name for channel in slack.directory.channels.values()]
    return next((f"#{name}" for name in names if name.startswith("inc-")), "")


def said(slack: SimulatedSlack, channel: str, text: str) -> list[Message]:
    """Return the messages of a channel that say so now."""
    return [message for message in slack.messages(channel) if text in slack.shown(message)]


def value_of(pve: SimulatedProxmox, vmid: int, field: str) -> int:
    """Return what Proxmox itself keeps of a guest: its memory (MiB), or its cores."""
    return int(pve.world.guest(vmid).config.values[field])
