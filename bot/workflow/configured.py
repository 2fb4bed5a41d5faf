"""A configuration that was not taken: told once in the approvals channel, whichever process is first."""

import hashlib

from bot.model.notice import Told
from bot.model.refusal import Detail
from bot.model.tell import Tell
from bot.model.terms import DAY
from bot.workflow.parts import Parts

ROLE = "configuration"

SHOWN = 5
"""Mistakes that are told; the log names all."""


async def tell_not_taken(parts: Parts, problems: tuple[str, ...], owner: str) -> None:
    """Tell that a file was not taken, and its first mistakes; the same ones once a day.

    `owner` is one reload of one process, which may try again after a fault.
    """
    mark = hashlib.sha256("\n".join(problems).encode()).hexdigest()[:16]
    if not await parts.store.lease(f"configuration:{mark}", owner, DAY // 1000):
        return
    more = max(len(problems) - SHOWN, 0)
    details: dict[str, Detail] = {"problems": problems[:SHOWN], "more": more or ""}
    channel = parts.policy().approvals_channel
    await parts.messenger.post(channel, Told(what=Tell.NOT_TAKEN, details=details), role=ROLE)
