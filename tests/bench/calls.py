"""Proxmox calls per plan and per execution, counted for operations and both guest kinds."""

import tempfile
from pathlib import Path

from tests.bench.figures import Figure, Part
from tests.journey.stage import Stage, staged

BAR = 8
"""What a memory increase on a container may cost to plan, and again to claim, execute and verify."""

RULES = """
[[group]]
name = "ops"
members = ["S0OPSGROUP"]

[[rule]]
name = "everything by one of ops"
approvals = 1
approvers = ["ops"]
"""

CASES = (
    ("CT: memory", "request web-01 memory=+64M"),
    ("CT: snapshot", "snapshot web-01 before"),
    ("CT: restart", "reboot web-01"),
    ("CT: shutdown", "shutdown web-01"),
    ("CT: start", "start web-01"),
    ("VM: memory", "request app1 memory=+64M"),
    ("VM: snapshot", "snapshot app1 before"),
    ("VM: restart", "reboot app1"),
    ("VM: shutdown", "shutdown app1"),
    ("VM: start", "start app1"),
)
"""What is typed, in an order in which each leaves the guest as the next wants it."""

SHARED = frozenset({"/cluster/resources", "/cluster/status", "/access/permissions"})
"""Calls whose answers many requests share."""


async def calls() -> Part:
    """Count what each request asks of Proxmox by itself."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), rules=RULES) as stage:
            await stage.bot.parts.inventory.picture("home")
            await stage.bot.parts.inventory.scanned("home")
            for name, text in CASES:
                planned, executed = await _counted(stage, text)
                bar = BAR if name == "CT: memory" else None
                figures += [
                    Figure(what=f"{name}, to plan", value=planned, unit="calls", bar=bar),
                    Figure(what=f"{name}, to execute", value=executed, unit="calls", bar=bar),
                ]
    how = (
        "On the simulated Proxmox VE. To execute: to claim, carry out and verify. "
        "The vote plans anew: what planning asked is taken off once. "
        "The shared picture and the token's rights, kept for a while, are not counted."
    )
    return Part(title="Proxmox calls", how=how, figures=tuple(figures))


async def _counted(stage: Stage, text: str) -> tuple[int, int]:
    """Play one request to its end; return the calls of its plan, and of its execution."""
    stage.pve.calls.clear()
    await stage.new_card("ana", text)
    planned = _own(stage)
    stage.pve.calls.clear()
    await stage.press("bob", "Approve")
    await stage.card_says("It took")
    return planned, _own(stage) - planned


def _own(stage: Stage) -> int:
    return sum(call.path not in SHARED for call in stage.pve.calls)
