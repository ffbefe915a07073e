"""Sets how often a running operation is polled."""

import random
import time
from dataclasses import dataclass

# Between two polls of an operation: short while events arrive, longer while none do.
SHORTEST_SECONDS = 2.0
LONGEST_SECONDS = 15.0
_GROWTH = 1.5


@dataclass(kw_only=True)
class Pace:
    """The pauses while waiting for one operation; each depends on the previous one."""

    shortest: float = SHORTEST_SECONDS
    longest: float = LONGEST_SECONDS
    _next: float = 0.0

    def pause(self, *, news: bool) -> None:
        """Sleep with random jitter, longer after each poll without new events."""
        grown = self._next * _GROWTH
        self._next = self.shortest if news else min(max(grown, self.shortest), self.longest)
        # A fifth of jitter, so that parallel runs do not poll at the same moment.
        time.sleep(self._next * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
