"""How often AWS is asked while something is running."""

import random
import time
from dataclasses import dataclass

# Between two looks at an operation: quick while something happens, slower while nothing does.
SHORTEST_SECONDS = 2.0
LONGEST_SECONDS = 15.0
_GROWTH = 1.5


@dataclass(kw_only=True)
class Pace:
    """The pauses of one wait; mutable, since each pause depends on the one before."""

    shortest: float = SHORTEST_SECONDS
    longest: float = LONGEST_SECONDS
    _next: float = 0.0

    def pause(self, *, news: bool) -> None:
        """Wait a little; longer each time that there was nothing new, never in step with others."""
        grown = self._next * _GROWTH
        self._next = self.shortest if news else min(max(grown, self.shortest), self.longest)
        # A fifth of jitter, so that many waits do not ask at the same moment.
        time.sleep(self._next * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
