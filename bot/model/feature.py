"""Features that an operator may switch off: each drops its verbs, Slack scopes and Proxmox privileges.

Operations, fields, verbs, scopes and privileges each name the feature they belong to; what names none
is always there.
"""

from dataclasses import dataclass
from enum import StrEnum


class Feature(StrEnum):
    """One feature; the value is its key in `[features]`."""

    MEMORY = "memory"
    CPU = "cpu"
    DISKS = "disks"
    POWER = "power"
    SNAPSHOTS = "snapshots"
    PICTURES = "pictures"
    HOME = "home"
    GROUPS = "groups"
    HISTORY = "history"
    INCIDENTS = "incidents"
    SHORTCUTS = "shortcuts"
    LINKS = "links"

    @property
    def said(self) -> str:
        """Return what it is, for the beginning of `… is switched off here`."""
        return _SAID[self]


_SAID = {
    Feature.MEMORY: "changing memory",
    Feature.CPU: "changing cores and CPU limits",
    Feature.DISKS: "growing disks",
    Feature.POWER: "starting, stopping and restarting guests",
    Feature.SNAPSHOTS: "working with snapshots",
    Feature.PICTURES: "drawing pictures of usage",
    Feature.HOME: "the Home tab",
    Feature.GROUPS: "asking Slack who is in its user groups",
    Feature.HISTORY: "looking back into channels",
    Feature.INCIDENTS: "running incidents",
    Feature.SHORTCUTS: "asking by a shortcut",
    Feature.LINKS: "showing links as cards",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Which features are there: all but those that are `off`."""

    off: frozenset[Feature] = frozenset()

    def has(self, feature: Feature | None) -> bool:
        """Return whether it is there; what belongs to no feature (None) always is."""
        return feature not in self.off

    def without(self, feature: Feature) -> "Features":
        """Return the same features but this one."""
        return Features(off=self.off | {feature})


EVERYTHING = Features()
