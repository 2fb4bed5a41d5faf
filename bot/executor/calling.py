"""One changing call: what is known of its effect, and that nothing of ours cuts it in two."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, TypeVar

from bot.executor.attempts import LACKING, LOCKED
from bot.model.errors import (
    GuestLocked,
    GuestMissing,
    HypervisorFault,
    MissingPrivilege,
    OutcomeUnknown,
    StaleDigest,
    TokenRefused,
    Unreachable,
)
from bot.model.guest import GuestFacts
from bot.model.plan import Step
from bot.model.request import JournalEntry, Progress
from bot.ports import Hypervisor

T = TypeVar("T")


async def attempt(
    hypervisor: Hypervisor, step: Step, guest: GuestFacts, entry: JournalEntry, deadline: int
) -> JournalEntry:
    """Make the call; return the attempt with what is known of its effect.

    `deadline` (ms) is the intent's, by this host's clock, taken before the intent was written: a
    worker that was paused in between sends nothing.
    """
    digest = guest.digest if step.digest else ""
    try:
        upid = await hypervisor.change(guest.ref, guest.node, step, digest, deadline_ms=deadline)
    except OutcomeUnknown as fault:
        return replace(entry, progress=Progress.UNKNOWN, text=str(fault))
    except GuestLocked as fault:
        return replace(entry, progress=Progress.UNDONE, text=LOCKED + fault.detail)
    except (Unreachable, TokenRefused, GuestMissing, StaleDigest) as fault:
        return replace(entry, progress=Progress.UNDONE, text=str(fault))
    except MissingPrivilege as fault:
        text = f"{LACKING}{fault.privilege} on {fault.path}"
        return replace(entry, progress=Progress.FAILED, text=text)
    except HypervisorFault as fault:
        return replace(entry, progress=Progress.FAILED, text=fault.detail or str(fault))
    return replace(entry, progress=Progress.SUBMITTED, upid=upid)


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns; a cancellation meanwhile takes effect once it has ended."""
    task, cancelled = asyncio.ensure_future(work), None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None and task.exception() is None:
        raise cancelled
    return task.result()
