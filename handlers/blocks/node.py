"""Nodes and their headroom, in words and bars."""

from collections import Counter

from bot.model.estate import ClusterPicture, NodeFacts, StorageFacts
from bot.model.quantity import number
from bot.model.unit import Unit
from bot.model.view import HeadroomView, NodeRoom, NodesView
from handlers.blocks.admission import bars, percent, sum_line, would_tell
from handlers.blocks.guest import not_shown, table
from handlers.blocks.kit import Block, Message, clean, context, message, name, section
from handlers.blocks.words import amount, bare, lasting, listed, plural, sentence, shown, when

NODE_COLUMNS = (16, 8, 24, 10, 8, 10)
SHOWN_ROOMS, SHOWN_CLUSTERS, SHOWN_NODES, SHOWN_STORAGES = 12, 10, 120, 20

FACTS = {
    "reserve": "{reserve} is kept for the host.",
    "arc": "The ZFS cache (ARC) takes {arc}.",
    "arc_max": "The ZFS cache (ARC) may grow to {arc_max}; that is kept for it.",
    "available": "The kernel says that {available} are available.",
    "total": "It has {total} in all.",
}
"""Sentences for facts on a node; another fact is shown as its name and value."""


def _share(used: int | None, total: int | None, unit: Unit) -> str:
    if used is None or not total or total < 0:
        return "unknown"
    whole = amount(total, unit)
    return f"{bare(used, unit, whole)} of {whole} ({percent(used, total)})"


def _node_row(node: NodeFacts, there: int) -> tuple[str, ...]:
    cpu = "unknown" if node.cpu_fraction is None else f"{number(100 * node.cpu_fraction, 0)} %"
    cores = "?" if node.cpus is None else str(node.cpus)
    up = lasting(node.uptime_seconds * 1000) if node.online else ""
    return (
        clean(node.name),
        "online" if node.online else "silent",
        _share(node.used_mib, node.memory_mib, Unit.MIB),
        f"{cpu} of {cores}",
        str(there),
        up,
    )


def _storage_line(storage: StorageFacts) -> str:
    where = "shared" if storage.shared else name(storage.node)
    if not storage.active:
        return f"• {name(storage.name)} ({storage.kind.value}, {where}): not active"
    fill = _share(storage.used_bytes, storage.total_bytes, Unit.BYTES)
    claim = ""
    if storage.provisioned_bytes is not None:
        claim = f"; its disks may claim {amount(storage.provisioned_bytes, Unit.BYTES)}"
    return f"• {name(storage.name)} ({storage.kind.value}, {where}): {fill}{claim}"


def _storages(picture: ClusterPicture) -> list[StorageFacts]:
    once = {s.place + s.name: s for s in picture.storages}
    return list(once.values())[:SHOWN_STORAGES]


def _cluster(picture: ClusterPicture) -> list[Block]:
    quorum = {True: "has quorum", False: "has NO quorum", None: "quorum unknown"}
    head = f"*{name(picture.cluster)}*: {plural(len(picture.nodes), 'node')}, {quorum[picture.quorate]}"
    rows: list[tuple[str, ...]] = [("node", "state", "memory in use", "cpu", "guests", "up")]
    there = Counter(g.node for g in picture.guests if not g.template)
    rows += [_node_row(n, there[n.name]) for n in picture.nodes[:SHOWN_NODES]]
    blocks = [section(head), *table(rows, NODE_COLUMNS)]
    lines = [_storage_line(s) for s in _storages(picture)]
    blocks += [section("\n".join(lines[n : n + 10])) for n in range(0, len(lines), 10)]
    return [*blocks, context(f"As seen {when(picture.read_at, seconds=True)}")]


def nodes(view: NodesView) -> Message:
    """Render the nodes of every cluster."""
    count = sum(len(p.nodes) for p in view.pictures)
    silent = [name(n.name) for p in view.pictures for n in p.nodes if not n.online]
    said = f"{plural(count, 'node')} in {plural(len(view.pictures), 'cluster')}."
    if silent:
        said += f" Silent: {listed(silent)}."
    blocks = [section(said)]
    for picture in view.pictures[:SHOWN_CLUSTERS]:
        blocks += _cluster(picture)
    return message(said, [*blocks, *not_shown(view.silent)])


def _fact_lines(room: NodeRoom) -> list[str]:
    lines = []
    for key, detail in list(room.facts.items())[:12]:
        template = FACTS.get(key)
        text = shown(key, detail)
        lines.append(
            sentence(template, room.facts)
            if template
            else f"{name(key.replace('_', ' '))}: {text}."
        )
    return lines


def room_lines(room: NodeRoom) -> str:
    """Return one node's headroom as lines of markup."""
    node = name(room.node.name)
    state = "" if room.node.online else " It is silent: these are the last figures."
    lines = [f"*{node}*: {plural(room.guests, 'guest counts', 'guests count')}.{state}"]
    lines += [sum_line(each, node) for each in room.sums[:12]]
    if room.held_mib:
        lines.append(f"Held for approved requests: {amount(room.held_mib, Unit.MIB)}.")
    lines += _fact_lines(room)
    if room.missing:
        lines.append(f"Some figures are unknown. {would_tell(room.missing)}")
    return "\n".join(lines)


def _fullness(room: NodeRoom) -> float:
    """Return how full a node is, by its fullest sum of memory; unknown counts as full."""
    shares = [
        1.0 if s.after is None or not s.room else s.after / s.room
        for s in room.sums
        if s.name in {"promised memory", "in use"}
    ]
    return max(shares, default=0.0)


def fullest(rooms: tuple[NodeRoom, ...], most: int) -> tuple[NodeRoom, ...]:
    """Return the rooms as they come, or of many the fullest."""
    if len(rooms) <= most:
        return rooms
    return tuple(sorted(rooms, key=_fullness, reverse=True)[:most])


def room_block(room: NodeRoom) -> Block:
    """Build one node's headroom, with its bars."""
    drawn = bars(room.sums)
    return section(f"{room_lines(room)}\n{drawn}" if drawn else room_lines(room))


def headroom(view: HeadroomView) -> Message:
    """Render the headroom of nodes, in words and bars; of many nodes the fullest."""
    if not view.rooms:
        said = "There is no node that I can show you."
        if view.wanted:
            known = listed([name(n) for n in view.known]) or "none"
            said = f"I know no node {name(view.wanted)}. There are: {known}."
        return message(said, [section(said)])
    rooms = fullest(view.rooms, SHOWN_ROOMS)
    said = f"Headroom of {listed([name(r.node.name) for r in rooms], limit=SHOWN_ROOMS)}."
    if len(view.rooms) > SHOWN_ROOMS:
        said = f"Headroom of the {len(rooms)} fullest of {len(view.rooms)} nodes."
    blocks = [section(said)]
    blocks += [room_block(room) for room in rooms]
    if len(view.rooms) > SHOWN_ROOMS:
        left = len(view.rooms) - SHOWN_ROOMS
        blocks.append(
            context(f"{plural(left, 'more node')} not shown here: name the one you mean.")
        )
    blocks += not_shown(view.silent)
    blocks.append(context(f"Read {when(view.read_at, seconds=True)}"))
    return message(said, blocks)
