"""`headroom run`: the service."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import click
import structlog

from bot.config import ConfigProblems, Settings, load
from bot.model.errors import Fault
from bot.model.redaction import Redaction
from bot.operations import OPERATIONS
from bot.preflight.commands import CONFIG
from bot.telemetry import log_to_stderr
from bot.wiring import running

log = structlog.get_logger(__name__)


@click.command()
@CONFIG
@click.option("--role", type=click.Choice(["all", "bot", "worker"]), default="all")
def run(config: Path | None, role: str) -> None:
    """Run the service: bot, worker, or both in one process."""
    settings = settings_of(config)
    log_to_stderr(Redaction.of(settings.secrets()).inside, settings.log_level)
    try:
        asyncio.run(_serve(settings, role, lambda: _read(config)))
    except Fault as fault:
        raise click.ClickException(f"not started: {fault}") from fault


def settings_of(config: Path | None) -> Settings:
    """Return the settings, or end with every problem named."""
    try:
        return _read(config)
    except ConfigProblems as problems:
        for sentence in problems.sentences:
            click.echo(sentence, err=True)
        raise click.ClickException("not started; mend what is named above") from problems


def _read(config: Path | None) -> Settings:
    """Read file and environment; ConfigProblems with every mistake."""
    words = frozenset(word for operation in OPERATIONS.values() for word in operation.words)
    return load(config, os.environ, words=words)


async def _serve(settings: Settings, role: str, read: Callable[[], Settings]) -> None:
    """Serve until SIGINT or SIGTERM; what is under way is finished or handed over.

    SIGHUP reads the configuration anew, once the service runs if it comes before.
    """
    stop, early = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        _on(number, stop.set)
    _on(signal.SIGHUP, early.set)
    async with running(settings, role=role, read=read) as bot:
        _on(signal.SIGHUP, bot.reload)
        if early.is_set():
            bot.reload()
        log.info("headroom runs", role=role, port=bot.port)
        await stop.wait()


def _on(number: signal.Signals, do: Callable[[], object]) -> None:
    """Do something when a signal comes, where the system has signals."""
    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(number, do)
