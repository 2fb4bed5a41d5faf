"""Short answers in sentences, and the words on buttons."""

from collections.abc import Mapping, Sequence

from bot.model.button import Action, Press
from bot.model.notice import Told
from bot.model.tell import Tell
from handlers.blocks.kit import Block, Message, actions, button, confirm, message, section
from handlers.blocks.words import COMMAND, sentence

TOLD: dict[Tell, str] = {
    Tell.LOOKING: "I am looking at {what} …",
    Tell.WORKING: "On it: {verb} …",
    Tell.RECORDED: (
        "Recorded as {handle}[ for {guest}][: {change}]; nothing has changed yet."
        "[ I asked {people} in {channel}.][ It waits until {until}.]"
    ),
    Tell.BORN_APPROVED: (
        "Recorded as {handle}[ for {guest}][: {change}]. Nobody has to approve it[ (rule {rule})]; "
        "I start, and tell you what I read back.[ Somebody of {groups} reviews it.]"
    ),
    Tell.WAITS_FOR_VETO: (
        "Recorded as {handle}[ for {guest}][: {change}]; nothing has changed yet. Nobody has to "
        "approve it[ (rule {rule})]: I begin[ at {at}], unless it is vetoed before[; I told {people}"
        " in {channel}].[ Somebody of {groups} reviews it.]"
    ),
    Tell.VOTE_COUNTED: "Counted[: {have} of {needed} for {handle}].[ Still needed: {missing}.]",
    Tell.APPROVED: "Counted: {handle}[ for {guest}] is approved. The card shows how it goes on.",
    Tell.VOTE_WITHDRAWN: "Your vote on {handle} is taken back.",
    Tell.DENIED: "{handle} is denied. Who asked gets your reason; nothing changed.",
    Tell.CANCELLED: "{handle} is cancelled; nothing changed and nothing is held for it.",
    Tell.VETOED: "{handle} is stopped by your veto; nothing changed.",
    Tell.OFFER_MADE: "Your offer on {handle} is recorded; {requester} decides whether it will do.",
    Tell.OFFER_ACCEPTED: "You accepted the offer on {handle}[; with the vote of {by} it is approved].",
    Tell.EDITED: "{handle} is changed. Votes on the former plan no longer count.",
    Tell.RESOLVED: "{handle} is marked {state}, as resolved by you.",
    Tell.WAITS_FOR_SLACK: (
        "Kept, not done yet: Slack does not tell me what I have to know[ ({doing})]. "
        "I go on by myself; if I cannot within a quarter of an hour, I say so."
    ),
    Tell.WAITS_FOR_LOCK: (
        "{handle} waits: {guest} is locked[ by {lock}]. I never unlock; "
        "I go on by myself when the lock is gone."
    ),
    Tell.PAUSED: (
        "Paused: {cluster}[: “{text}”]. What runs finishes; nothing new begins. What is approved waits, "
        "and its deadlines hold. `/pve unpause` lets it go on."
    ),
    Tell.UNPAUSED: "The pause of {cluster} is over; what waited goes on by itself.",
    Tell.WAITS_FOR_PAUSE: (
        "{handle}[ for {guest}] waits: {by} paused {cluster}[ at {since}][: “{text}”]. "
        "It begins by itself once the pause is over."
    ),
    Tell.WAITS_FOR_INCIDENT: (
        "{handle}[ for {guest}] waits: incident {incident} holds node {node}[: {text}]. It begins by "
        "itself once that is over; what is asked for in the incident's channel goes first."
    ),
    Tell.END_LEFT: "Left as it is: {guest} gets its new value at its next shutdown and start.",
    Tell.KEPT: (
        "Kept: {guest} stays as it is, and nothing of {handle} waits. You can ask again at any time."
    ),
    Tell.END_REMINDER: (
        "{guest} still waits for a restart[ since {since}] to get what {handle} asked for; "
        "a reboot inside is not enough."
    ),
    Tell.VALUE_WENT_BACK: (
        "{guest} no longer has what {handle} gave it[: {field} is {value}][, it was {was}]. "
        "[{by} brought the old value back.]"
    ),
    Tell.REVIEWED: "{handle} is reviewed; thank you.",
    Tell.REVIEW_REMINDER: (
        "{people}: {handle} waits for its review[ since {since}][, for {why}]. Look at it, then press "
        "Reviewed.[ I remind you again at {next}.]"
    ),
    Tell.GLASS_BROKEN: (
        "You broke the glass: {handle}[ for {guest}] is approved by you alone. I start; those whose "
        "word was skipped are told, and one of them reviews it."
    ),
    Tell.GLASS_TOLD: (
        "*The glass is broken.* {by} alone approved {handle}[ for {guest}][: {change}], without you: "
        "“{text}”. Look at it[ in {channel}]; the review stays open until one of you closes it."
    ),
    Tell.GLASS_THREAD: (
        "*The glass is broken.* {by} alone approved {handle}, without {groups}[: “{text}”]. {people}: "
        "look at it, then press Reviewed."
    ),
    Tell.ASKED_LATER: (
        "{people}: {handle}[ for {guest}] still waits for approval[, since {since}]. "
        "You may approve it, too[; it is open until {until}]."
    ),
    Tell.REMINDER: (
        "{people}: {handle}[ for {guest}] still waits for approval[, since {since}][; it is open until "
        "{until}].[ {gone} cannot approve: no active member any more.][ {away} may not read this: not in "
        "this channel.][ Reminder {number} of {times}][; the next comes at {next}]."
    ),
    Tell.GRAPH_SENT: (
        "The picture is in our direct messages[, not in the channel: Slack says {why}]. {shown}"
    ),
    Tell.GRAPH_POSTED: "The picture is in this channel. {shown}",
    Tell.AUDIT_HEAD: (
        "The audit's chain holds. Its head today: {head}. Who rewrites it later has another one."
    ),
    Tell.AUDIT_BROKEN: (
        "The audit's chain is broken at {position}: somebody changed or removed entries. An operator "
        "looks with `headroom audit verify`; the head here is {head}."
    ),
    Tell.NOT_TAKEN: (
        "The configuration was read anew and not taken: the last good one stays in force until the file "
        "is mended and read again. What is wrong: {problems}[, and {more} more (the log names all)]"
    ),
    Tell.OBSERVED_WEEK: (
        "Observe mode: in the last seven days I would have carried out {count} of your requests, and "
        "changed nothing.[ They are: {changes}.]"
    ),
    Tell.INCIDENT_OPENED: (
        "{handle} is open[ in {channel}].[ Slack does not answer now ({waits}): what is missing follows "
        "by itself.][ I could not invite {uninvited}.][ Not done: {failed}.]"
    ),
    Tell.INCIDENT_ADOPT: "{handle} goes on in this channel.",
    Tell.INCIDENT_STATUS: "{handle} is {what}; its card says so.",
    Tell.INCIDENT_SEVERITY: "{handle} is {what} now.",
    Tell.INCIDENT_LEAD: "{what} leads {handle} now.",
    Tell.INCIDENT_NOTE: "It stands on the timeline of {handle}[: “{what}”].",
    Tell.INCIDENT_ATTACH: "{handle} is about {what}, too.",
    Tell.INCIDENT_DETACH: "{handle} is no longer about {what}.",
    Tell.INCIDENT_INVITE: "I invite {what} to {handle}; its card says who cannot come.",
    Tell.INCIDENT_CLOSE: "{handle} is closed. Its channel holds the record, and what is left to decide.",
    Tell.INCIDENT_REOPEN: "{handle} is open again.",
    Tell.INCIDENT_SNOOZE: "I remind you of news of {handle} later.",
    Tell.INCIDENT_KEEP: "What {what} gave stays.",
    Tell.INCIDENT_LOST: (
        "I can no longer write in the channel of {handle}[ ({why})]. "
        f"`{COMMAND} incident adopt` with its number, in another channel, goes on there."
    ),
    Tell.THREAD_DECISION: "{handle} is {state}[, by {by}][: “{text}”].",
}

LABELS: dict[Action, str] = {
    Action.APPROVE: "Approve",
    Action.DENY: "Deny",
    Action.OFFER: "Offer less",
    Action.ACCEPT_OFFER: "Accept the offer",
    Action.DETAILS: "Details",
    Action.CANCEL: "Cancel my request",
    Action.WITHDRAW: "Withdraw my vote",
    Action.VETO: "Veto",
    Action.REVIEWED: "Reviewed",
    Action.BREAK_GLASS: "Break the glass …",
    Action.BREAK_NOW: "Break the glass",
    Action.EDIT: "Edit",
    Action.ASK_AGAIN: "Ask again",
    Action.ASK_REST: "Apply the rest at the next restart",
    Action.KEEP: "Keep",
    Action.ASK_LESS: "Ask for what fits",
    Action.GIVE_BACK: "Give back",
    Action.END_NOW: "Restart now",
    Action.END_LATER: "At the next restart",
    Action.END_REVERT: "Take back",
    Action.ASK_FOR: "Request resources",
    Action.SHOW_GUEST: "Show",
    Action.GRAPH: "Graph",
    Action.PAGE: "More",
    Action.HEADROOM: "Headroom",
    Action.INCIDENT_OPEN: "Open an incident",
    Action.INCIDENT_LEAD: "Take the lead",
    Action.INCIDENT_SEVERITY: "How bad it is",
    Action.INCIDENT_GUEST: "Add a guest",
    Action.INCIDENT_GRAPH: "Graph",
    Action.INCIDENT_ASK: "Ask for resources",
    Action.INCIDENT_SNOOZE: "Remind me later",
    Action.INCIDENT_KEEP: "Keep",
}
STYLES = {
    Action.APPROVE: "primary",
    Action.DENY: "danger",
    Action.VETO: "danger",
    Action.BREAK_GLASS: "danger",
}
CONFIRMS: dict[Action, tuple[str, str, str]] = {
    Action.END_NOW: (
        "Restart it now?",
        "The guest is asked to shut down, then started. I never cut its power.",
        "Restart",
    ),
    Action.END_REVERT: (
        "Take the waiting value back?",
        "What is in force stays; what waits for the restart is dropped.",
        "Take back",
    ),
    Action.CANCEL: ("Cancel this request?", "Nothing changes on the guest.", "Cancel it"),
    Action.VETO: ("Stop this request?", "It ends; nothing changes on the guest.", "Stop it"),
}


def press_button(press: Press, label: str = "") -> Block:
    """Build the button of a press, with its confirm dialog where it has one."""
    asked = CONFIRMS.get(press.action)
    ask = confirm(asked[0], asked[1], asked[2]) if asked else None
    style = STYLES.get(press.action, "")
    words = label or LABELS[press.action]
    return button(words, press.action.value, press.pointer, style=style, ask=ask)


def press_row(presses: Sequence[Press], labels: Mapping[Action, str] = LABELS) -> list[Block]:
    """Build the row of buttons for presses; none gives no block."""
    return actions([press_button(p, labels.get(p.action, "")) for p in presses])


def told(notice: Told) -> Message:
    """Render a short answer."""
    text = sentence(TOLD[notice.what], notice.details)
    return message(text, [section(text), *press_row(notice.presses)])
