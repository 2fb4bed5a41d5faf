"""An alert in words: what is over which threshold, since when, and what fits to do about it."""

from bot.model.alert import SHARES, Watch
from bot.model.button import Action, Press
from bot.model.notice import AlertNotice
from handlers.blocks.kit import Message, actions, context, message, name, section
from handlers.blocks.told import press_button
from handlers.blocks.words import when

SAID: dict[Watch, tuple[str, str]] = {
    Watch.NODE_MEMORY: ("{subject} uses {share} of its memory", "Its guests compete for the rest."),
    Watch.NODE_DOWN: ("{subject} does not answer the cluster", "Its guests' state is unknown."),
    Watch.GUEST_MEMORY: (
        "{subject} uses {share} of its memory",
        "At the limit the kernel kills or swaps inside it.",
    ),
    Watch.GUEST_DOWN: ("{subject} is stopped, and should run", "It is set to start at boot."),
    Watch.STORAGE: ("{subject} is {share} full", "A full storage stops writes for all on it."),
    Watch.QUORUM: ("{subject} has no quorum", "Nothing can be changed there until it is back."),
}
"""What is wrong, as a clause; and why that matters, as a sentence."""

GONE: dict[Watch, str] = {
    Watch.NODE_DOWN: "{subject} answers again",
    Watch.GUEST_DOWN: "{subject} runs again",
    Watch.QUORUM: "{subject} has its quorum again",
}
UNDER = "{subject} is under {clear} again, at most it was {share}"


def alert(notice: AlertNotice) -> Message:
    """Render an alert; after its end it says so, and has no buttons."""
    rule, standing = notice.alert, notice.standing
    subject = name(standing.reading.subject)
    share = f"{100 * (standing.reading.share or 0):.0f} %"
    wrong, why = SAID[rule.watch]
    worst = wrong.format(subject=subject, share=share)
    raised = when(standing.raised or 0)
    if standing.ended is not None:
        clear = f"{100 * rule.clear:.0f} %"
        said = f"Over: {GONE.get(rule.watch, UNDER).format(subject=subject, clear=clear, share=share)}."
        times = context(f"Alert {name(rule.name)} · from {raised} to {when(standing.ended)}")
        return message(said, [section(said), times])
    said = f"{worst}."
    bound = f", from {100 * rule.over:.0f} %" if rule.watch in SHARES else ""
    times = context(f"Alert {name(rule.name)}{bound} · since {raised}")
    return message(said, [section(f"{said} {why}"), *_buttons(notice), times])


def _buttons(notice: AlertNotice) -> list[dict[str, object]]:
    guest, node = notice.standing.reading.guest, notice.standing.reading.node
    about = guest.key if guest else node
    row = [Press(action=Action.INCIDENT_OPEN, pointer=about)] if about else []
    if notice.standing.incident:
        row = []
    if guest is None:
        row = [Press(action=Action.HEADROOM, pointer=node), *row] if node else row
    else:
        row = [Press(action=Action.SHOW_GUEST, pointer=guest.key), *row]
    if guest is not None and notice.alert.watch is Watch.GUEST_MEMORY:
        row.insert(0, Press(action=Action.ASK_FOR, pointer=guest.key))
    return actions([press_button(press) for press in row])
