"""Decides from consecutive health checks whether a target of a load balancer is healthy.

docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html: a new
target is healthy once it has passed one check; after that, it takes UnhealthyThresholdCount failed
checks in a row to become unhealthy, and HealthyThresholdCount passed ones to become healthy again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A second of AWS takes 10 ms here: health checks and the draining of connections.
SPEED = 100
INITIAL, HEALTHY, UNHEALTHY = "initial", "healthy", "unhealthy"


@dataclass(kw_only=True)
class Health:
    """The state of one target, and since when its checks have passed, or failed."""

    # At first, the registration.
    since: float
    # Unknown before the first check.
    passing: bool | None = None
    state: str = INITIAL

    def check(self, group: Mapping[str, Any], *, passing: bool, now: float) -> None:
        """Apply the checks until now, all with the last known result, then the result of now."""
        if self.passing is None:
            self.passing = passing
        if now >= self.changes_at(group):
            self.state = HEALTHY if self.passing else UNHEALTHY
        if passing != self.passing:
            self.passing, self.since = passing, now

    def changes_at(self, group: Mapping[str, Any]) -> float:
        """Return when enough checks in a row have passed, or failed, to decide the state."""
        if not self.passing:
            checks = group["UnhealthyThresholdCount"]
        else:
            checks = 1 if self.state == INITIAL else group["HealthyThresholdCount"]
        seconds: float = checks * group["HealthCheckIntervalSeconds"] / SPEED
        return self.since + seconds
