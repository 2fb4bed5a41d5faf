"""Guests and nodes in short, as links to them are shown in a channel."""

from bot.model.button import Action, Press
from bot.model.guest import GuestSummary
from bot.model.quantity import number
from bot.model.unit import Unit
from bot.model.view import GuestGlance, NodeGlance
from handlers.blocks.admission import sum_line
from handlers.blocks.kit import Block, Message, context, message, name, section
from handlers.blocks.told import press_row
from handlers.blocks.words import amount, plural, ref_word, when

MEMORY = frozenset({"promised memory", "in use"})
"""The sums of a node that its card shows."""


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


def guest_glance(view: GuestGlance) -> Message:
    """Render the card of a link: state, memory in force, node, use; buttons answer whoever presses."""
    guest = view.guest
    state = "a template" if guest.template else name(guest.status)
    locked = f", locked by {name(guest.lock)}" if guest.lock else ""
    title = f"{name(guest.name)} ({ref_word(guest.ref)}, {name(guest.node)})"
    said = f"{title} is {state}{locked}: {_figures(guest)}."
    row = [Action.SHOW_GUEST, Action.GRAPH, *([] if guest.template else [Action.ASK_FOR])]
    buttons = press_row([Press(action=action, pointer=guest.ref.key) for action in row])
    return message(said, [section(said), *buttons, _seen(view.read_at)])


def node_glance(view: NodeGlance) -> Message:
    """Render the card of a link to a node: whether it answers, its memory; the rest behind a button."""
    node = view.room.node
    said = f"Node {name(node.name)} is {'online' if node.online else 'silent'}"
    said += f", with {plural(view.room.guests, 'guest that counts', 'guests that count')}."
    sums = [sum_line(each, name(node.name)) for each in view.room.sums if each.name in MEMORY]
    buttons = press_row([Press(action=Action.HEADROOM, pointer=node.name)])
    return message(said, [section("\n".join([said, *sums])), *buttons, _seen(view.read_at)])


def _seen(read_at: int) -> Block:
    return context(f"As seen {when(read_at, seconds=True)}")
