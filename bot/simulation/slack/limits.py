"""Rate limits: counters for all methods, enforced on wish."""

import math
from collections import defaultdict, deque

from bot.simulation.clock import Clock

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
MINUTE = 60.0
POSTS_BURST = 5  # Slack allows "short bursts" above one a second and gives no number


class Limits:
    """How often each method was called within the last minute of Slack's time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, float]] = {}
        self.exceeded: dict[str, int] = defaultdict(int)

    def used(self, method: str) -> int:
        """Count the calls of a method within the last minute."""
        return len(self._recent(method))

    def count(self, method: str, tier: int | str, channel: str) -> int | None:
        """Count a call; give the seconds to wait when it is one too many.

        `channel` is where a message goes; posting has one budget per channel. A call that was one
        too many is counted as exceeded, not as used.
        """
        if tier == "special":
            wait = self._post(channel) if channel else None
        else:
            wait = self._over(method, PER_MINUTE[int(tier)])
        if wait is None:
            self._calls[method].append(self._clock.now())
            return None
        self.exceeded[method] += 1
        return max(1, math.ceil(wait))

    def _recent(self, method: str) -> deque[float]:
        calls = self._calls[method]
        while calls and calls[0] <= self._clock.now() - MINUTE:
            calls.popleft()
        return calls

    def _over(self, method: str, allowed: int) -> float | None:
        calls = self._recent(method)
        return None if len(calls) < allowed else calls[0] + MINUTE - self._clock.now()

    def _post(self, channel: str) -> float | None:
        now = self._clock.now()
        left, since = self._posts.get(channel, (float(POSTS_BURST), now))
        left = min(float(POSTS_BURST), left + (now - since))
        if left < 1:
            self._posts[channel] = (left, now)
            return 1 - left
        self._posts[channel] = (left - 1, now)
        return None
