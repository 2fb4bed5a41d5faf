"""When approvers are reminded of a request that waits: later and later, not at night, not for ever."""

from dataclasses import dataclass

from bot.policy.hours import Hours, after_all

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """The first reminder comes after `after_ms`, each next one after twice as long, `times` in all.

    What would come within `quiet` comes at its end, on the clocks of `timezone`.
    """

    after_ms: int = 4 * HOUR_MS
    times: int = 3
    quiet: tuple[Hours, ...] = ()
    timezone: str = "UTC"

    def moments(self, since: int, until: int) -> tuple[int, ...]:
        """Return when somebody is reminded of what waits since then (ms), all before `until`."""
        found: list[int] = []
        last = since
        for number in range(self.times):
            due = after_all(self.quiet, last + self.after_ms * 2**number, self.timezone)
            if due is None or due >= until:
                break
            found.append(due)
            last = due
        return tuple(found)
