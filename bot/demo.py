"""The main job, played on the simulators: a request, an approval by another person, the read-back.

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
name = "resources"
approvals = 1
approvers = ["ops"]
expires = "3d"
"""

GUEST = 101
BEFORE_MIB = 2048
ASKED_MIB = 4096


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
            before = memory_of(pve)
            await _story(Path(folder), slack, pve)
            after = memory_of(pve)
    print(f"\nProxmox itself now keeps for CT {GUEST}: memory {after} MiB (was {before}).")
    return (before, after) == (BEFORE_MIB, ASKED_MIB)


async def _story(folder: Path, slack: SimulatedSlack, pve: SimulatedProxmox) -> None:
    """Ask too much, ask what fits, try to approve it oneself, let a colleague approve it."""
    async with running(settings_for(folder, slack, pve), leave_store=False):
        await slack.connected()
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


def card_of(slack: SimulatedSlack) -> Message:
    """Return the card as it is now."""
    return slack.messages("#approvals")[0]


def last_seen(slack: SimulatedSlack, person: str) -> str:
    """Return what a person was last told privately."""
    seen = slack.ephemerals_for(person)
    return slack.shown(seen[-1]) if seen else ""


def memory_of(pve: SimulatedProxmox) -> int:
    """Return the memory (MiB) that the guest really has."""
    return int(pve.world.guest(GUEST).config.values["memory"])
