"""A guest in short, as a link to it is shown in a channel."""

from bot.model.button import Action, Press
from bot.model.guest import GuestSummary
from bot.model.quantity import number
from bot.model.unit import Unit
from bot.model.view import GuestGlance
from handlers.blocks.kit import Message, context, message, name, section
from handlers.blocks.told import press_row
from handlers.blocks.words import amount, listed, plural, ref_word, when


def _figures(guest: GuestSummary) -> str:
    """Return what it has in force and uses of it; a figure that is unknown is left out."""
    said = []
    if guest.memory_mib is not None:
        used = ""
        if guest.running and guest.used_mib is not None:
            used = f", {amount(guest.used_mib, Unit.MIB)} of it in use"
        said.append(f"memory {amount(guest.memory_mib, Unit.MIB)}{used}")
    if guest.cores is not None:
        busy = ""
        if guest.running and guest.cpu_fraction is not None:
            busy = f", {number(100 * guest.cpu_fraction, 0)} % busy"
        said.append(f"{plural(round(guest.cores), 'core')}{busy}")
    if guest.waiting_mib is not None:
        said.append(f"{amount(guest.waiting_mib, Unit.MIB)} waits for a shutdown and start")
    return "; ".join(said) or "no figures that I may read"


def glance(view: GuestGlance) -> Message:
    """Render the card of a link: state, memory in force, node, use; buttons answer whoever presses."""
    guest = view.guest
    state = "a template" if guest.template else name(guest.status)
    locked = f", locked by {name(guest.lock)}" if guest.lock else ""
    title = f"{name(guest.name)} ({ref_word(guest.ref)}, {name(guest.node)})"
    said = f"{title} is {state}{locked}: {_figures(guest)}."
    row = [Action.SHOW_GUEST, Action.GRAPH, *([] if guest.template else [Action.ASK_FOR])]
    buttons = press_row([Press(action=action, pointer=guest.ref.key) for action in row])
    tags = [f"tags {listed([name(tag) for tag in guest.tags])}"] if guest.tags else []
    seen = f"As seen {when(view.read_at, seconds=True)}"
    return message(said, [section(said), *buttons, context(" · ".join([*tags, seen]))])
