"""Notifications of Proxmox: title and text as it wrote them, and what fits to do about it."""

from bot.model.button import Action, Press
from bot.model.notice import NotificationNotice
from bot.model.notification import Notification, Severity
from handlers.blocks.kit import Block, Message, actions, context, message, name, quotation, section
from handlers.blocks.told import press_button
from handlers.blocks.words import plural, when

WORDS = {
    Severity.ERROR: "Error",
    Severity.WARNING: "Warning",
    Severity.NOTICE: "Notice",
    Severity.INFO: "Info",
    Severity.UNKNOWN: "Notification",
}
TITLES = 20
"""Titles that one message of many shows."""


def _line(told: Notification) -> str:
    return f"{WORDS[told.severity]} from Proxmox: {name(told.title, 200)}"


def _origin(told: Notification) -> Block:
    named = [
        f"{key} {name(told.fields[key])}" for key in ("type", "hostname") if key in told.fields
    ]
    return context(" · ".join([f"Hook {name(told.hook)}", *named, when(told.at)]))


def notification(notice: NotificationNotice) -> Message:
    """Render one notification, or the titles of many."""
    first = notice.told[0]
    if len(notice.told) > 1:
        said = f"{plural(len(notice.told), 'notification')} from Proxmox at once."
        lines = [f"• {_line(told)}" for told in notice.told[:TITLES]]
        if len(notice.told) > TITLES:
            lines.append(f"• and {len(notice.told) - TITLES} more, in Proxmox's own log")
        chunks = [section("\n".join(lines[n : n + 8])) for n in range(0, len(lines), 8)]
        return message(said, [section(said), *chunks, _origin(first)])
    blocks = [section(_line(first))]
    if first.message.strip():
        blocks.append(quotation("Proxmox writes", first.message))
    if notice.guest is not None:
        row = [Action.SHOW_GUEST, Action.ASK_FOR, Action.INCIDENT_OPEN]
        presses = [Press(action=action, pointer=notice.guest.key) for action in row]
        blocks += actions([press_button(press) for press in presses])
    return message(_line(first), [*blocks, _origin(first)])
