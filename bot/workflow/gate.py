"""The message that the store went back in time: told once, edited when there is more, or at its release."""

from dataclasses import replace

from bot.model.audit import AuditEntry
from bot.model.errors import SlackFault
from bot.model.gate import GATE, WentBack
from bot.model.notice import WentBackNotice
from bot.model.people import SYSTEM
from bot.model.save import Save
from bot.workflow.parts import Parts

ROLE = "went-back"


async def announce(parts: Parts) -> None:
    """Bring the message up to date; after a crash it is looked for before it is posted again."""
    due = await parts.store.due_at(GATE)
    gate = await parts.store.gate()
    went = gate.went_back
    if went is not None and went.shown != gate.edition:
        channel = went.channel or parts.policy().approvals_channel
        ts = await _shown(parts, channel, went)
        now = await parts.store.now()
        shown = replace(went, channel=channel, ts=ts, shown=gate.edition)
        entry = AuditEntry(
            at=now, actor=SYSTEM, what="announce", request_id="", handle="", accepted=True
        )
        await parts.store.save(Save(gate=replace(gate, went_back=shown), audit=entry))
    await parts.store.move_due(GATE, due, None)


async def _shown(parts: Parts, channel: str, went: WentBack) -> str:
    """Post or edit the message; return its ts."""
    notice = WentBackNotice(went_back=went)
    found = (
        (went.ts,) if went.ts else await parts.messenger.find(channel, went.id, ROLE, went.since)
    )
    if found:
        try:
            await parts.messenger.update(channel, found[-1], notice)
        except SlackFault as fault:
            if fault.code != "message_not_found":
                raise
        else:
            return found[-1]
    return await parts.messenger.post(channel, notice, request_id=went.id, role=ROLE)
