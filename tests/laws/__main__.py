"""The soak: `python -m tests.laws MINUTES` plays histories until the time is over."""

import asyncio
import sys
import tempfile
from pathlib import Path

from hypothesis.stateful import run_state_machine_as_test

from bot.clock import SystemClock
from bot.redis_store import embedded
from tests.laws.machine import TOLD, Interleaving, quick

MINUTE = 60_000
AT_ONCE = 50
STEPS = 100


def soak(minutes: float) -> None:
    """Play them, and tell the numbers after each batch."""
    clock = SystemClock()
    until = clock.now() + minutes * MINUTE
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        Interleaving.url = asyncio.run(embedded.ensure(Path(folder)))
        try:
            while clock.now() < until:
                run_state_machine_as_test(Interleaving, settings=quick(AT_ONCE, STEPS))
                sys.stdout.write(f"{dict(TOLD)}\n")
                sys.stdout.flush()
        finally:
            asyncio.run(embedded.stop(Path(folder)))


if __name__ == "__main__":
    soak(float(sys.argv[1]))
