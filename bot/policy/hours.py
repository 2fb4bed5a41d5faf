"""Hours of the day and days of the week, as rules name them, on the clock of one time zone."""

from dataclasses import dataclass
from datetime import datetime

from bot.model.times import zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = tuple(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A range on some days: `start` and `end` in minutes after midnight, the end not in it.

    An end that is not after the start is on the next day: `20:00-08:00` on Friday ends on Saturday.
    """

    start: int
    end: int
    days: tuple[int, ...] = WEEK

    def hold(self, epoch_ms: int, timezone: str) -> bool:
        """Return whether the moment lies within, on the clocks of that zone."""
        at = datetime.fromtimestamp(epoch_ms / 1000, tz=zone(timezone))
        today, minute = at.weekday(), at.hour * 60 + at.minute
        if self.start < self.end:
            return today in self.days and self.start <= minute < self.end
        began_today = today in self.days and minute >= self.start
        return began_today or ((today - 1) % 7 in self.days and minute < self.end)
