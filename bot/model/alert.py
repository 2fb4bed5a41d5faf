"""Alerts: what is watched in a cluster's picture, and how often it is worth a message. Pure.

A value over its threshold for a while raises an alert, one message; only a value under the lower
threshold for a while ends it, by an edit of that message. What flaps between the two posts once. A
figure that is missing is unknown: it neither raises nor ends anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model.estate import ClusterPicture
from bot.model.guest import GuestRef
from bot.model.incident import Severity


class Watch(StrEnum):
    """What an alert is about."""

    NODE_MEMORY = "node memory"
    NODE_DOWN = "node down"
    GUEST_MEMORY = "guest memory"
    GUEST_DOWN = "guest down"
    STORAGE = "storage"
    QUORUM = "quorum"


SHARES = frozenset({Watch.NODE_MEMORY, Watch.GUEST_MEMORY, Watch.STORAGE})
"""Watches of a share; the others are of a yes or no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One `[[alert]]`: raised at or over `over`, ended under `clear`, each for `lasting_ms`.

    `clusters`, `nodes` and `tags` narrow it down; empty: all. `opens` makes it open an incident of
    that severity.
    """

    name: str
    watch: Watch
    channel: str
    over: float = 1.0
    clear: float = 1.0
    lasting_ms: int = 0
    clusters: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    opens: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One look at one thing: `share` of what it has, 1.0 for a plain yes; None: unknown.

    `subject` is what people call it, `key` what it is called here; `guest` if it is one.
    """

    key: str
    subject: str
    node: str = ""
    share: float | None = None
    guest: GuestRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One thing over an alert's threshold: not told yet, told (`raised`), or over (`ended`).

    `reading` is the worst one. `turning` is since when the value has been beyond the threshold that
    counts now; None if it is not. `ts` is the message's, once it is posted; `incident` the one that it
    opened or joined. Times in ms.
    """

    id: str
    alert: str
    reading: Reading
    turning: int | None = None
    raised: int | None = None
    ended: int | None = None
    channel: str = ""
    ts: str = ""
    incident: str = ""

    @property
    def told(self) -> bool:
        """Return whether people have been told, or are about to be."""
        return self.raised is not None


def readings(alert: Alert, picture: ClusterPicture) -> Iterator[Reading]:
    """Yield what the alert watches in the picture of a cluster."""
    if alert.clusters and picture.cluster not in alert.clusters:
        return
    for reading, tags in _looked_at(alert.watch, picture):
        on_node = not alert.nodes or reading.node in alert.nodes
        if on_node and (not alert.tags or set(alert.tags) & set(tags)):
            yield reading


def _looked_at(watch: Watch, picture: ClusterPicture) -> Iterator[tuple[Reading, tuple[str, ...]]]:
    if watch is Watch.QUORUM:
        lost = None if picture.quorate is None else float(not picture.quorate)
        yield Reading(key=picture.cluster, subject=f"cluster {picture.cluster}", share=lost), ()
    elif watch in {Watch.NODE_MEMORY, Watch.NODE_DOWN}:
        yield from ((reading, ()) for reading in _nodes(watch, picture))
    elif watch is Watch.STORAGE:
        yield from ((reading, ()) for reading in _storages(picture))
    else:
        yield from _guests(watch, picture)


def _nodes(watch: Watch, picture: ClusterPicture) -> Iterator[Reading]:
    for node in picture.nodes:
        share: float | None = float(not node.online)
        if watch is Watch.NODE_MEMORY:
            share = _share(node.used_mib, node.memory_mib) if node.online else None
        key = f"{picture.cluster}/{node.name}"
        yield Reading(key=key, subject=f"node {node.name}", node=node.name, share=share)


def _storages(picture: ClusterPicture) -> Iterator[Reading]:
    seen: set[str] = set()
    for storage in picture.storages:
        where = "" if storage.shared else storage.node
        key = f"{picture.cluster}/{where}/{storage.name}"
        if key not in seen:
            seen.add(key)
            subject = f"storage {storage.name}" + (f" on {where}" if where else "")
            share = _share(storage.used_bytes, storage.total_bytes) if storage.active else None
            yield Reading(key=key, subject=subject, node=where, share=share)


def _guests(watch: Watch, picture: ClusterPicture) -> Iterator[tuple[Reading, tuple[str, ...]]]:
    silent = {node.name for node in picture.nodes if not node.online}
    for guest in picture.guests:
        if guest.template:
            continue
        share: float | None
        if guest.node in silent:
            share = None
        elif watch is Watch.GUEST_DOWN:
            share = (
                None
                if guest.starts_at_boot is None
                else float(guest.starts_at_boot and not guest.running)
            )
        else:
            share = _share(guest.used_mib, guest.memory_mib) if guest.running else 0.0
        subject = f"{guest.name} ({guest.ref.kind.word} {guest.ref.vmid})"
        reading = Reading(
            key=guest.ref.key, subject=subject, node=guest.node, share=share, guest=guest.ref
        )
        yield reading, guest.tags


def _share(used: int | None, whole: int | None) -> float | None:
    return None if used is None or not whole else used / whole


def judge(
    alert: Alert, known: Standing | None, reading: Reading, now: int, new_id: str
) -> Standing | None:
    """Return how it stands after one more look; None: nothing is over, and nothing was.

    Without figures it stands as it did. Once it has ended it stays so until its message says it.
    """
    if reading.share is None or (known is not None and known.ended is not None):
        return known
    told = known is not None and known.told
    beyond = reading.share < alert.clear if told else reading.share >= alert.over
    if known is None:
        known = Standing(id=new_id, alert=alert.name, reading=reading)
    if not beyond:
        return replace(_worst(known, reading), turning=None) if told else None
    turning = now if known.turning is None else known.turning
    turned = replace(_worst(known, reading), turning=turning)
    if now - turning < alert.lasting_ms:
        return turned
    if told:
        return replace(turned, ended=now, turning=None)
    return replace(turned, raised=now, turning=None, channel=alert.channel)


def _worst(known: Standing, reading: Reading) -> Standing:
    worse = (reading.share or 0.0) > (known.reading.share or 0.0)
    return replace(known, reading=reading) if worse else known
