"""Tasks: what Proxmox VE does in the background."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A Proxmox task. `exit_text` is set once it stopped: `OK`, `WARNINGS: n`, or the error."""

    upid: str
    running: bool
    exit_text: str = ""
    started_at: int = 0
    type: str = ""
    vmid: str = ""
    log_tail: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Return whether it ended well (warnings count as well)."""
        return not self.running and (
            self.exit_text == "OK" or self.exit_text.startswith("WARNINGS:")
        )
