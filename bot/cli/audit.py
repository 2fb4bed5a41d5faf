"""`headroom audit`: the audit as a file, and whether its chain holds."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TextIO

import click

from bot.cli.service import settings_of
from bot.config import Settings
from bot.model.chain import Checked
from bot.model.errors import Fault
from bot.model.times import zone
from bot.preflight.chain import between, is_of, line, of_file, of_store
from bot.preflight.commands import CONFIG
from bot.preflight.rehearse import Unreadable
from bot.wiring import store_of
from handlers.grammar.text import handle as spelled


@click.group()
def audit() -> None:
    """The audit as a file, and whether its chain holds."""


@audit.command()
@CONFIG
@click.option("--since", default="", metavar="TIME", help="From 2026-11-26T22:00 on.")
@click.option("--until", default="", metavar="TIME", help="Before 2026-11-27.")
@click.option("--request", default="", metavar="R-…", help="The entries of one request alone.")
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    metavar="FILE",
    help="Where to; else standard output.",
)
def export(config: Path | None, since: str, until: str, request: str, output: TextIO) -> None:
    """Write the audit as JSON lines: position, previous, hash, entry."""
    handle = spelled(request)
    if request and not handle:
        raise click.UsageError(f"--request {request}: write a request's number, such as R-7K2M")
    settings = settings_of(config)
    begin, end = (_moment(*given, settings) for given in (("--since", since), ("--until", until)))
    try:
        asyncio.run(_export(settings, begin or 0, end, handle, output))
    except Fault as fault:
        raise click.ClickException(f"not exported to its end: {fault}") from fault


def _moment(option: str, text: str, settings: Settings) -> int | None:
    """Return a moment in ms since the epoch, by the clocks of `requests.timezone`; None if not given."""
    if not text:
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError as fault:
        raise click.UsageError(f"{option} {text}: write it as 2026-11-26T22:00") from fault
    named = local.tzinfo or zone(settings.policy.timezone)
    return int(local.replace(tzinfo=named).timestamp() * 1000)


async def _export(
    settings: Settings, begin: int, end: int | None, handle: str, output: TextIO
) -> None:
    found = False
    async with store_of(settings) as store:
        async for link in between(store, begin, end):
            if not handle or is_of(link, handle):
                output.write(line(link) + "\n")
                found = True
        if handle and not found and await store.request(handle) is None:
            raise click.ClickException(f"I know no request {handle}")


@audit.command()
@CONFIG
@click.argument("file", type=click.File(encoding="utf-8"), required=False)
@click.option(
    "--head", default="", metavar="HASH", help="A head kept from before; it has to be there."
)
def verify(config: Path | None, file: TextIO | None, head: str) -> None:
    """Check the chain of the store, or of an export (- for standard input); exit 1 if it is broken."""
    try:
        checked = of_file(file, head) if file else asyncio.run(of_store(settings_of(config), head))
    except Unreadable as fault:
        raise click.ClickException(str(fault)) from fault
    except Fault as fault:
        raise click.ClickException(f"not verified: {fault}") from fault
    if checked.broken:
        where = checked.broken
        raise click.ClickException(f"the chain is broken: the entry at {where} {checked.wrong}")
    if head and not checked.passed:
        raise click.ClickException(
            f"the head {head} is not in the chain: entries were written anew or removed since it was "
            "kept, or it is older than what is here"
        )
    click.echo(_holds(checked))


def _holds(checked: Checked) -> str:
    if checked.head is None:
        return "no entries"
    after = f", following {checked.start}" if checked.start else ""
    return (
        f"the chain holds: {checked.entries} entries up to {checked.position}{after}; "
        f"head {checked.head}"
    )
