"""One guest in words: what is in force and pending, its use, its disks, what is open on it."""

from collections.abc import Sequence

from bot.model.button import Action, Press
from bot.model.guest import Disk, GuestFacts, Kind
from bot.model.guest_config import whole
from bot.model.quantity import number
from bot.model.request import ChangeRequest
from bot.model.unit import Unit
from bot.model.view import GuestView, SnapshotList
from handlers.blocks.kit import (
    Block,
    Message,
    actions,
    code,
    context,
    fixed_width,
    message,
    name,
    section,
)
from handlers.blocks.plan import change_phrase, value_word
from handlers.blocks.result import pointer
from handlers.blocks.told import press_button
from handlers.blocks.words import STATES, amount, lasting, listed, plural, ref_word, when

SHOWN_KEYS: dict[str, tuple[str, Unit]] = {
    "memory": ("memory", Unit.MIB),
    "swap": ("swap", Unit.MIB),
    "balloon": ("balloon minimum", Unit.MIB),
    "sockets": ("sockets", Unit.CORES),
    "cores": ("cores", Unit.CORES),
    "vcpus": ("plugged vCPUs", Unit.CORES),
    "cpulimit": ("CPU limit", Unit.TEXT),
}
"""Config keys that people ask about, in the order in which they are shown."""


def config_word(key: str, text: str) -> str:
    """Return a config value in words."""
    unit = SHOWN_KEYS.get(key, ("", Unit.TEXT))[1]
    figure = whole(text)
    if unit is Unit.TEXT or figure is None:
        return name(text, empty="empty")
    return value_word(key, figure, unit)


def in_force(facts: GuestFacts) -> str:
    """Return what is in force: `memory 4 GiB, cores 2`."""
    said = [
        f"{label} {config_word(key, facts.config[key])}"
        for key, (label, _) in SHOWN_KEYS.items()
        if key in facts.config
    ]
    return listed(said) or "no amounts I can read"


def pending(facts: GuestFacts) -> str:
    """Return what waits for a restart; empty when nothing does."""
    said = []
    for key, value in list(facts.pending.items())[:20]:
        label = SHOWN_KEYS[key][0] if key in SHOWN_KEYS else name(key)
        said.append(f"{label} {'unset' if value is None else config_word(key, value)}")
    return listed(said, limit=20)


def disk_line(disk: Disk) -> str:
    """Return one disk as a line of markup."""
    size = amount(disk.size_bytes, Unit.BYTES)
    why = f": cannot grow, {name(disk.why_not, 200)}" if disk.why_not else ""
    return f"• {name(disk.slot)} {size} on {name(disk.storage)}{why}"


def _use(facts: GuestFacts) -> str:
    parts = [f"It is {name(facts.status)}"]
    if facts.running and facts.uptime_seconds > 0:
        parts.append(f"for {lasting(facts.uptime_seconds * 1000)}")
    said = [" ".join(parts)]
    if facts.used_mib is not None:
        said.append(f"{amount(facts.used_mib, Unit.MIB)} of memory in use")
    if facts.guest_used_mib is not None:
        said.append(f"the guest itself reports {amount(facts.guest_used_mib, Unit.MIB)}")
    elif facts.ref.kind is Kind.VM and facts.running:
        said.append("what the guest itself uses is not reported")
    return f"{'; '.join(said)}."


def _circumstances(view: GuestView) -> str:
    facts = view.facts
    lines = []
    if facts.template:
        lines.append("It is a template: it never runs.")
    if facts.protection:
        lines.append("Its protection flag is set.")
    lines.append(f"HA: {name(facts.ha_state)}." if facts.ha_state else "HA does not manage it.")
    if facts.lock:
        lines.append(f"Locked by {name(facts.lock)}; I wait for that and never unlock.")
    if facts.snapshots:
        lines.append(f"{plural(len(facts.snapshots), 'snapshot')}.")
    backup = "I see no backup of it." if view.last_backup is None else ""
    lines.append(backup or f"Last backup: {when((view.last_backup or 0) * 1000)}.")
    if facts.pool:
        lines.append(f"Pool {name(facts.pool)}.")
    if facts.tags:
        lines.append(f"Tags {listed([name(t) for t in facts.tags])}.")
    return " ".join(lines)


def _open(view: GuestView) -> list[Block]:
    lines = [
        f"• {name(r.handle)}: {listed([change_phrase(c) for c in r.changes])} ({STATES[r.state]})"
        for r in view.requests[:10]
    ]
    lines += [
        f"• {name(e.handle)}: {listed([change_phrase(c) for c in e.changes])} "
        f"waits for a shutdown and start since {when(e.since)}"
        for e in view.open_ends[:10]
    ]
    return [section("\n".join(["*Open on it*", *lines]))] if lines else []


def _buttons(view: GuestView) -> list[Block]:
    row = []
    if "request" in view.may:
        row.append(Press(action=Action.ASK_FOR, pointer=view.facts.ref.key))
    for end in view.open_ends[:3]:
        if "power" in view.may:
            row.append(Press(action=Action.END_NOW, pointer=end.request_id))
        if "request" in view.may:
            row.append(Press(action=Action.END_REVERT, pointer=end.request_id))
    built = [press_button(press) for press in row]
    return actions(built + [_details(r) for r in view.requests[:5]])


def _details(request: ChangeRequest) -> Block:
    press = Press(action=Action.DETAILS, pointer=pointer(request))
    return press_button(press, f"Details of {request.handle}")


def guest(view: GuestView) -> Message:
    """Render one guest for one viewer."""
    facts = view.facts
    title = f"{name(facts.name)} ({ref_word(facts.ref)}, {name(facts.node)})"
    first = f"{title} has {in_force(facts)}."
    waiting = pending(facts)
    if waiting:
        first += f" Waits for a shutdown and start: {waiting}."
    blocks = [section(first), section(_use(facts))]
    if facts.disks:
        blocks.append(section("\n".join(disk_line(d) for d in facts.disks[:20])))
    blocks += [section(_circumstances(view)), *_open(view), *_buttons(view)]
    blocks.append(context(f"Read {when(view.read_at, seconds=True)}"))
    return message(first, blocks)


def snapshots(view: SnapshotList) -> Message:
    """Render a guest's snapshots."""
    title = f"{name(view.name)} ({ref_word(view.guest)})"
    if not view.snapshots:
        said = f"{title} has no snapshots."
        return message(said, [section(said)])
    said = f"{title} has {plural(len(view.snapshots), 'snapshot')}."
    lines = []
    for each in view.snapshots[-40:]:
        taken = when(each.taken_at * 1000) if each.taken_at else "at an unknown time"
        memory = ", with memory" if each.with_memory else ""
        about = f": {name(each.description, 120)}" if each.description.strip() else ""
        lines.append(f"• {code(each.name)} {taken}{memory}{about}")
    if len(view.snapshots) > len(lines):
        lines.insert(0, f"The newest {number(len(lines))} of them:")
    chunks = [lines[n : n + 8] for n in range(0, len(lines), 8)]
    return message(said, [section(said), *(section("\n".join(c)) for c in chunks)])


def not_shown(clusters: Sequence[str]) -> list[Block]:
    """Say which clusters are missing from a list, if any are."""
    if not clusters:
        return []
    verb = "does" if len(clusters) == 1 else "do"
    return [section(f"Not shown: {listed([name(c) for c in clusters])} {verb} not answer.")]


def table(rows: list[tuple[str, ...]], widths: tuple[int, ...], per_block: int = 20) -> list[Block]:
    """Build a table-like text of rows, in as many blocks as it takes."""
    lines = ["  ".join(_cell(c, w) for c, w in zip(row, widths, strict=True)) for row in rows]
    parts = [lines[n : n + per_block] for n in range(0, len(lines), per_block)]
    return [section(fixed_width(part)) for part in parts]


def _cell(text: str, width: int) -> str:
    shown = " ".join(text.split())
    shown = shown if len(shown) <= width else f"{shown[: width - 1]}…"
    return f"{shown:<{width}}"
