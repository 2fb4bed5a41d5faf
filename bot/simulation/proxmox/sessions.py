"""Tickets: two hours of a logged-in user, and the token against forged writes."""

from dataclasses import dataclass, field

from bot.simulation.clock import Clock

LIFETIME = 7200


@dataclass(slots=True)
class Sessions:
    """The tickets given out: their user, the time in unix seconds, and their CSRF token."""

    clock: Clock
    given: dict[str, tuple[str, float, str]] = field(default_factory=dict)

    def create(self, user: str) -> str:
        """Give out a ticket."""
        now = self.clock.now()
        made = f"PVE:{user}:{int(now):08X}::{self.clock.token(24).hex()}"
        self.given[made] = (user, now, f"{int(now):08X}:{self.clock.token(16).hex()}")
        return made

    def csrf(self, ticket: str) -> str:
        """Return the ticket's CSRF token."""
        return self.given[ticket][2]

    def user_of(self, ticket: str) -> str | None:
        """Return whose ticket it is; None if it is unknown or too old."""
        found = self.given.get(ticket)
        if found is None or self.clock.now() - found[1] > LIFETIME:
            return None
        return found[0]
