"""How much one person may ask: within a while, and open at a time."""

from dataclasses import dataclass

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A while, from the first ask in it, and how many asks it takes."""

    length_ms: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one person may ask; far more than anybody types or presses by hand."""

    asks_per_minute: int = 30
    asks_per_hour: int = 300
    open_per_person: int = 25

    @property
    def windows(self) -> tuple[Window, ...]:
        """Return the windows in which asks are counted, the longest first."""
        return (
            Window(length_ms=HOUR_MS, most=self.asks_per_hour),
            Window(length_ms=MINUTE_MS, most=self.asks_per_minute),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Overspent:
    """A full window: until when, as seen at a moment (both ms, the store's clock).

    `first` says that nothing was refused in this window before.
    """

    window: Window
    at: int
    until: int
    first: bool
