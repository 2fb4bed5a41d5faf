"""Hours of the day and days of the week, as rules name them, on the clock of one time zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.model.times import zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = tuple(range(7))
MINUTE_MS = 60_000


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

    def end_of(self, epoch_ms: int, timezone: str) -> int:
        """Return when the range that holds this moment ends (ms), as clocks there show it."""
        at = datetime.fromtimestamp(epoch_ms / 1000, tz=zone(timezone))
        minute = at.hour * 60 + at.minute
        over_midnight = (
            self.start >= self.end and minute >= self.start and at.weekday() in self.days
        )
        day = at.date() + timedelta(days=over_midnight)
        local = datetime.combine(day, time(), zone(timezone)) + timedelta(minutes=self.end)
        ends = (int(local.replace(fold=fold).timestamp() * 1000) for fold in (0, 1))
        return next((end for end in ends if end > epoch_ms), epoch_ms + MINUTE_MS)


def after_all(ranges: Iterable[Hours], epoch_ms: int, timezone: str) -> int | None:
    """Return the moment, or the first one after it that none of the ranges holds (ms).

    None where they leave nothing free: no week has more ends of ranges than are looked at.
    """
    every = tuple(ranges)
    for _ in range(8 * len(every) + 1):
        held = next((hours for hours in every if hours.hold(epoch_ms, timezone)), None)
        if held is None:
            return epoch_ms
        epoch_ms = held.end_of(epoch_ms, timezone)
    return None
