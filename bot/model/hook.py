"""Where Proxmox may send its notifications, and where they are told."""

from dataclasses import dataclass

from bot.model.notification import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One `[[hook]]`: told in `channel` from the severity `least` on."""

    name: str
    channel: str
    least: Severity = Severity.NOTICE
