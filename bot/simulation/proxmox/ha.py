"""High availability: what is wanted of a guest, and the manager that makes it so later."""

from dataclasses import dataclass


@dataclass(slots=True)
class Resource:
    """A guest under HA: the wanted state (started, stopped, disabled, ignored) and the reached."""

    vmid: int
    wanted: str = "started"
    reached: str = "started"
    comment: str = ""
