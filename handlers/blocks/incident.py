"""Incidents: the status card, the announcement, reminders, what is owed at the end, and lists."""

from collections.abc import Sequence

from bot.model.button import Action, Press
from bot.model.estate import NodeFacts
from bot.model.incident import Incident, Severity, Status
from bot.model.incident_view import (
    GuestForm,
    GuestNow,
    IncidentAnnounced,
    IncidentCard,
    IncidentChoice,
    IncidentDebts,
    IncidentList,
    Line,
    NewsDue,
)
from bot.model.quantity import number
from bot.model.request import ChangeRequest
from bot.model.unit import Unit
from handlers.blocks.inputs import VALUE, field, form_view, guest_picker, option_of
from handlers.blocks.kit import (
    Block,
    Message,
    actions,
    context,
    mention,
    message,
    name,
    quotation,
    quoted,
    section,
)
from handlers.blocks.lists import DONE_WORDS, request_block, state_word
from handlers.blocks.told import press_button
from handlers.blocks.words import (
    COMMAND,
    amount,
    channel_link,
    lasting,
    listed,
    plural,
    ref_word,
    when,
    who,
)

STATUSES = {
    Status.INVESTIGATING: "being investigated",
    Status.IDENTIFIED: "identified",
    Status.MONITORING: "being watched",
    Status.CLOSED: "closed",
}

WORDS = {
    "incident open": "opened it",
    "incident adopt": "opened it here",
    "incident channel": "made the channel",
    "incident lose channel": "can no longer write in its channel",
    "incident status": "said how far it has come",
    "incident severity": "said how bad it is",
    "incident lead": "chose who leads",
    "incident no lead": "freed the lead: the account is closed",
    "incident join": "heard of an alert",
    "incident attach": "attached a guest",
    "incident detach": "detached a guest",
    "incident invite": "invited",
    "incident remind": "reminded of news",
    "incident snooze": "put the reminder off",
    "hold": "holds other requests back",
    "let go": "lets other requests go on",
    "incident keep": "keeps what was given",
    "incident close": "closed it",
    "incident reopen": "opened it again",
    "note": "noted",
}
"""What was done to an incident, by the audit's word."""

SHORT = 200
"""Letters of a line that a card shows."""

SHOWN_REQUESTS = 5
SHOWN_NODES = 8
LISTED = 20


def line_words(line: Line, limit: int = SHORT) -> str:
    """Return one line of a timeline as markup, without its time; its own words up to the limit."""
    done = WORDS.get(line.what) or DONE_WORDS.get(line.what) or name(line.what)
    about = f" {name(line.about)}" if line.about else ""
    state = f" → {state_word(line.state)}" if line.state else ""
    text = f": {_text(line, limit)}" if line.text.strip() else ""
    return f"{who(line.by)} {done}{about}{text}{state}"


def _text(line: Line, limit: int) -> str:
    """Return a line's own words; of who leads a mention."""
    if line.what == "incident lead":
        return mention(line.text)
    return quoted(line.text, limit)


def _head(incident: Incident) -> str:
    said = f"{incident.severity.value}: {name(incident.title, 150)}"
    return f"{said} is {STATUSES[incident.status]}"


def _led(incident: Incident) -> str:
    return f"{who(incident.lead)} leads" if incident.lead else "nobody leads yet"


def card(notice: IncidentCard) -> Message:
    """Render the status card of an incident's channel."""
    incident = notice.incident
    said = f"{_head(incident)}; {_led(incident)}."
    blocks = [section(f"*{said}*")]
    if incident.words and incident.open:
        blocks.append(quotation("Last news", incident.words))
    if incident.summary:
        blocks.append(quotation("At its end", incident.summary))
    blocks += [section(_guest_line(each)) for each in notice.guests]
    blocks += [section(_node_line(node, notice.held)) for node in notice.nodes[:SHOWN_NODES]]
    blocks += [request_block(request) for request in notice.requests[:SHOWN_REQUESTS]]
    if notice.newest:
        lines = [f"• {when(line.at)} {line_words(line)}" for line in notice.newest]
        blocks.append(section("\n".join(lines)))
    blocks += actions(_buttons(incident)) if incident.open else []
    blocks += [context(words) for words in _left(incident)]
    figures = f" · figures of {when(notice.at, seconds=True)}" if notice.at else ""
    blocks.append(context(f"{name(incident.handle)} · since {when(incident.created_at)}{figures}"))
    return message(said, blocks, mark=f"incident.{incident.handle}")


def _left(incident: Incident) -> list[str]:
    """Return what did not come of opening it."""
    left = [
        f"{mention(u.user_id)} could not be invited ({name(u.why)})." for u in incident.uninvited
    ]
    left += [f"Not done: {f.step.value} ({name(f.why)})." for f in incident.failed]
    return [" ".join(left)] if left else []


def _guest_line(each: GuestNow) -> str:
    ref, now = each.guest.ref, each.now
    called = f"{name(each.guest.name)} ({ref_word(ref)})" if each.named else ref_word(ref)
    if now is None:
        return f"• {called}: I cannot see it now."
    if not now.running:
        return f"• {called} on {name(now.node)}: {name(now.status)}."
    return (
        f"• {called} on {name(now.node)}: {_use(now.used_mib, now.memory_mib, now.cpu_fraction)}."
    )


def _node_line(node: NodeFacts, held: Sequence[str]) -> str:
    if not node.online:
        return f"• node {name(node.name)} is silent."
    use = _use(node.used_mib, node.memory_mib, node.cpu_fraction)
    waits = " Other requests there wait." if any(h.endswith(f"/{node.name}") for h in held) else ""
    return f"• node {name(node.name)}: {use}.{waits}"


def _use(used: int | None, whole: int | None, cpu: float | None) -> str:
    memory = "memory unknown"
    if used is not None and whole:
        share = f"{100 * used / whole:.0f} %"
        memory = f"{amount(used, Unit.MIB)} of {amount(whole, Unit.MIB)} memory in use ({share})"
    return memory if cpu is None else f"{memory}, cpu {number(100 * cpu, 0)} %"


def _buttons(incident: Incident) -> list[Block]:
    row = [] if incident.lead else [Press(action=Action.INCIDENT_LEAD, pointer=incident.id)]
    row += [
        Press(action=action, pointer=incident.id)
        for action in (Action.INCIDENT_ASK, Action.INCIDENT_GRAPH, Action.INCIDENT_GUEST)
    ]
    buttons = [press_button(press) for press in row]
    for other in Severity:
        if other is not incident.severity:
            press = Press(action=Action.INCIDENT_SEVERITY, pointer=f"{incident.id}:{other.value}")
            buttons.append(press_button(press, f"It is {other.value}"))
    return buttons


def announced(notice: IncidentAnnounced) -> Message:
    """Render the post that tells everybody; it names no guests."""
    incident = notice.incident
    where = f" in {channel_link(incident.channel)}" if incident.channel else ""
    said = f"{_head(incident)}{where}."
    blocks = [section(said)]
    if incident.lost:
        blocks.append(section(f"I can no longer write in its channel ({name(incident.lost)})."))
    if incident.words and incident.open:
        blocks.append(quotation("Last news", incident.words))
    if incident.summary:
        blocks.append(quotation("At its end", incident.summary))
    ended = f" to {when(incident.closed_at)}" if incident.closed_at else ""
    since = (
        f"since {when(incident.created_at)}" if not ended else f"from {when(incident.created_at)}"
    )
    blocks.append(context(f"{name(incident.handle)} · {_led(incident)} · {since}{ended}"))
    return message(said, blocks, mark=f"announced.{incident.handle}")


def news_due(notice: NewsDue) -> Message:
    """Render the reminder that nothing was said for a while."""
    incident = notice.incident
    asked = who(incident.lead) if incident.lead else "Whoever is here"
    following = f" I remind you again at {when(incident.remind_at)}." if incident.remind_at else ""
    said = (
        f"{asked}: nothing new was said of {name(incident.handle)} since {when(incident.news_at)}."
        f" `{COMMAND} incident status` with a few words tells everybody.{following}"
    )
    later = press_button(Press(action=Action.INCIDENT_SNOOZE, pointer=incident.id))
    return message(said, [section(said), *actions([later])])


def debts(notice: IncidentDebts) -> Message:
    """Render what is to be decided after an incident, one request at a time."""
    incident, owed = notice.incident, notice.requests
    took = lasting((incident.closed_at or incident.created_at) - incident.created_at)
    said = f"{name(incident.handle)} is closed; it was open for {took}."
    left = sum(request.id not in incident.kept for request in owed)
    if left > 1:
        said += f" {left} changes were made for it: keep each, or give it back?"
    elif left:
        said += " A change was made for it: keep it, or give it back?"
    else:
        said += " Nothing of it is left to decide."
    blocks = [section(said)]
    for request in owed[:LISTED]:
        blocks += _debt(notice, request)
    if len(owed) > LISTED:
        more = f"{COMMAND} audit {incident.handle}"
        blocks.append(context(f"{plural(len(owed) - LISTED, 'more change')}: `{more}` lists them."))
    return message(said, blocks, mark=f"debts.{incident.handle}")


def _debt(notice: IncidentDebts, request: ChangeRequest) -> list[Block]:
    row = []
    if request.id in notice.to_review:
        row.append(Press(action=Action.REVIEWED, pointer=request.id))
    if request.id in notice.incident.kept:
        stays = section(f"{name(request.handle)}: it stays.")
        return [stays, *actions([press_button(press) for press in row])]
    kept = f"{notice.incident.id}:{request.id}"
    row.append(Press(action=Action.INCIDENT_KEEP, pointer=kept))
    row.append(Press(action=Action.GIVE_BACK, pointer=request.id))
    return [request_block(request), *actions([press_button(press) for press in row])]


def incidents(notice: IncidentList) -> Message:
    """Render a list of incidents."""
    if not notice.incidents:
        said = f'No incident is open. `{COMMAND} incident open "TITLE" GUEST` opens one.'
        return message(said, [section(said)])
    said = f"{plural(len(notice.incidents), 'incident')}."
    if len(notice.incidents) > LISTED:
        said += f" The oldest {LISTED} are shown."
    return message(said, [section(said), *map(incident_block, notice.incidents[:LISTED])])


def incident_block(incident: Incident) -> Block:
    """Build one incident of a list."""
    about = listed([ref_word(guest.ref) for guest in incident.guests]) or "no guest yet"
    where = (
        f"in {channel_link(incident.channel)}" if incident.channel else "its channel is being made"
    )
    return section(
        f"{name(incident.handle)} {_head(incident)}, {where}\n"
        f"{_led(incident)} · about {about} · since {when(incident.created_at)}"
    )


def guest_form(notice: GuestForm) -> Block:
    """Build the form that asks which guest an incident is about, too."""
    return form_view(
        "Add a guest",
        "Add",
        [guest_picker()],
        callback="incident.guest",
        metadata=notice.incident.id,
    )


def choice_form(notice: IncidentChoice) -> Block:
    """Build the form that asks to which incident a message belongs."""
    options = [
        option_of(f"{incident.handle} {incident.title}", incident.id)
        for incident in notice.incidents[:100]
    ]
    select: Block = {"type": "static_select", "action_id": VALUE, "options": options}
    picker = field("incident", "Incident", select, optional=False)
    return form_view(
        "Add to incident", "Add", [picker], callback="incident.note", metadata=notice.metadata
    )
