"""`headroom release`: an operator has seen what a store that went back has forgotten; work goes on."""

import asyncio
import getpass
from collections.abc import Iterator
from pathlib import Path

import click

from bot.cli.service import settings_of
from bot.config import Settings
from bot.model.errors import Fault, VersionConflict
from bot.model.gate import WentBack
from bot.model.people import Person
from bot.model.redaction import Redaction
from bot.model.request import ChangeRequest, State
from bot.preflight.commands import CONFIG
from bot.telemetry import log_to_stderr
from bot.wiring.releasing import records
from handlers.blocks.words import utc

GO_ON = frozenset({State.APPROVED, State.RUNNING})
"""States in which something may still be sent."""


@click.command()
@CONFIG
@click.option("--yes", is_flag=True, help="Release what is listed without asking.")
def release(config: Path | None, *, yes: bool) -> None:
    """Let work go on after the store went back in time; shows first what it has forgotten."""
    settings = settings_of(config)
    log_to_stderr(Redaction.of(settings.secrets()).inside, "warning")
    try:
        asyncio.run(_release(settings, yes=yes))
    except Fault as fault:
        raise click.ClickException(f"not released: {fault}") from fault


async def _release(settings: Settings, *, yes: bool) -> None:
    async with records(settings) as here:
        gate = await here.continuity.evidence()
        for cluster in here.continuity.unasked:
            click.echo(f"{cluster} does not answer: its tasks are not in this list")
        if not gate.closed or gate.went_back is None:
            click.echo("nothing to release: the store knows all that this host and Proxmox know")
            return
        waiting = [r for r in await here.store.open_requests() if r.state in GO_ON]
        for line in _list(gate.went_back, waiting):
            click.echo(line)
        if not yes:
            click.confirm("Release, so that all of these go on?", abort=True)
        try:
            await here.continuity.release(
                gate, Person(team_id="", user_id=f"host:{getpass.getuser()}")
            )
        except VersionConflict as fault:
            raise click.ClickException("more has come up meanwhile; look at it again") from fault
        click.echo("released")


def _list(went: WentBack, waiting: list[ChangeRequest]) -> Iterator[str]:
    """Yield what is missing, what is affected, and what would go on."""
    yield f"records end at {utc(went.ends_at)}" if went.ends_at else "no records are left"
    if went.seen_at:
        yield f"this host has seen one of {utc(went.seen_at, seconds=True)}"
    yield f"tasks in Proxmox that they do not know: {len(went.tasks) or 'none'}"
    for task in sorted(went.tasks, key=lambda t: t.started_at):
        started = utc(task.started_at * 1000, seconds=True)
        yield f"  {started}  {task.cluster}  {task.vmid} {task.guest}  {task.type}  {task.upid}"
    yield "(a change of a container's config leaves no task: look at containers, too)"
    yield f"requests that would go on: {len(waiting) or 'none'}"
    for request in waiting:
        target, what = request.plan.target, request.plan.operation
        yield f"  {request.handle}  {request.state.value}  {what}  {target.name} ({target.ref.key})"
    if waiting:
        yield "What has happened already is cancelled first: /pve cancel R-…"
