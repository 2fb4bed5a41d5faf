"""The audit, for people: what happened, as far as they may see it; and its daily check."""

import structlog

from bot.model.audit import ChainedEntry
from bot.model.chain import ChainCheck
from bot.model.guest import GuestRef
from bot.model.intent import Intent
from bot.model.notice import Declined, Notice, Told
from bot.model.refusal import Detail, Refusal
from bot.model.tell import Tell
from bot.model.terms import DAY, HOUR
from bot.model.view import AuditList, HealthLine
from bot.policy import INCIDENT, OPERATE, may_ask
from bot.workflow.parts import Asker, Parts, find_guest, may_see

CHECK = "chain:check"
"""The due-set's member that checks the audit's chain."""

NEWEST = 300
"""Entries that are looked through for those that somebody may see."""

LATE = 2 * DAY
"""A check that old (ms) is not fine: there is one every day."""

SHOWN = 40
ROLE = "audit"

log = structlog.get_logger(__name__)


async def audit(parts: Parts, who: Asker, intent: Intent) -> Notice:
    """Show the newest entries: of one request, of one guest, or of all that this person may see."""
    name = intent.words.get("of", "")
    request = await parts.store.request(name) if name else None
    if request is not None and await may_see(parts, who, request):
        entries = (await parts.store.audit_of(request.id))[::-1]
        return AuditList(of=request.handle, entries=entries[:SHOWN], more=len(entries) > SHOWN)
    incident = await parts.store.incident(name) if name else None
    if incident is not None and may_ask(parts.policy(), who.roster, who.person, None, INCIDENT):
        entries = (await parts.store.audit_of(incident.id))[::-1]
        return AuditList(of=incident.handle, entries=entries[:SHOWN], more=len(entries) > SHOWN)
    guest: GuestRef | None = None
    if name:
        found = await find_guest(parts, who, name, "view")
        if isinstance(found, Refusal):
            return Declined(refusal=found)
        guest, name = found.ref, found.name
    newest = await parts.store.newest_audit(NEWEST)
    seen = await _seen(parts, who, newest, guest)
    return AuditList(of=name, entries=tuple(seen[:SHOWN]), more=len(newest) == NEWEST)


async def _seen(
    parts: Parts, who: Asker, newest: tuple[ChainedEntry, ...], guest: GuestRef | None
) -> list[ChainedEntry]:
    """Return those of the entries that this person may see; operators see all."""
    operates = may_ask(parts.policy(), who.roster, who.person, None, OPERATE)
    may: dict[str, bool] = {"": operates and guest is None}
    for entry in newest:
        request_id = entry.entry.request_id
        if request_id not in may:
            request = await parts.store.request(request_id)
            about = request is not None and guest in {None, request.plan.target.ref}
            known = request is not None and (operates or await may_see(parts, who, request))
            may[request_id] = about and known if request is not None else operates and guest is None
    return [entry for entry in newest if may[entry.entry.request_id]]


async def check_chain(parts: Parts) -> None:
    """Once a day: check the chain, and tell its head where nobody can rewrite it unseen."""
    due = await parts.store.due_at(CHECK)
    now = await parts.store.now()
    channel, begins = parts.policy().approvals_channel, now // DAY * DAY
    mark = f"audit-{begins}"
    if not await parts.messenger.find(channel, mark, ROLE, begins):
        broken = await parts.store.broken_link() or ""
        head = await parts.store.audit_head()
        await parts.store.note_check(ChainCheck(at=now, head=head, broken=broken))
        if broken:
            log.critical("the audit's chain is broken", position=broken, head=head)
        else:
            log.info("the audit's chain holds", head=head)
        what = Tell.AUDIT_BROKEN if broken else Tell.AUDIT_HEAD
        details: dict[str, Detail] = {"head": head or "empty", "position": broken}
        told = Told(what=what, details=details)
        await parts.messenger.post(channel, told, request_id=mark, role=ROLE)
    await parts.store.move_due(CHECK, due, begins + DAY)


async def chain_line(parts: Parts) -> HealthLine:
    """Say what the last check of the chain found, and how long ago."""
    check = await parts.store.last_check()
    if check is None:
        return ("audit", True, "its chain is checked for the first time at the next midnight UTC")
    hours = (await parts.store.now() - check.at) // HOUR
    ago = f"{hours} h ago" if hours else "within the last hour"
    if check.broken:
        return ("audit", False, f"its chain was broken at {check.broken}, checked {ago}")
    late = hours * HOUR > LATE
    return ("audit", not late, f"its chain held when it was last checked, {ago}")
