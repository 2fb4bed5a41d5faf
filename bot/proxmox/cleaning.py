"""Secrets taken out of what people wrote into Proxmox: names, notes and other values of guests."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TypeVar

from bot.model.estate import ClusterPicture
from bot.model.guest import GuestSummary, Snapshot
from bot.model.redaction import Redaction

REMEMBERED = 65_536
"""Texts whose redaction is remembered: the names of a large cluster come again every ten seconds."""

Value = TypeVar("Value", str, str | None)


class Cleaning:
    """Redacts what was read of one cluster; what is clean comes back as it is.

    Tags, pools and names of snapshots stay: rules and calls go by them.
    """

    def __init__(self, redaction: Redaction) -> None:
        self.text = lru_cache(REMEMBERED)(redaction.text)

    def picture(self, picture: ClusterPicture) -> ClusterPicture:
        """Return the picture with clean names of guests."""
        return replace(picture, guests=tuple(map(self._guest, picture.guests)))

    def _guest(self, guest: GuestSummary) -> GuestSummary:
        name = self.text(guest.name)
        return guest if name == guest.name else replace(guest, name=name)

    def values(self, config: Mapping[str, Value]) -> dict[str, Value]:
        """Return a config, or what waits of it, with clean values; the description is one of them."""
        return {key: value and self.text(value) for key, value in config.items()}

    def snapshot(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with a clean description."""
        return replace(snapshot, description=self.text(snapshot.description))
