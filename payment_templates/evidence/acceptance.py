"""Which broken promises are accepted, for which profile, up to what, and why: all in one place."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """How far a promise may be broken, in the unit of its claim, and why."""

    most: float
    unit: str
    reason: str

    def __str__(self) -> str:
        return f"up to {self.most:g} {self.unit}: {self.reason}"


def _up_to(most: float, unit: str, reason: str) -> Acceptance:
    return Acceptance(most=most, unit=unit, reason=reason)


# What the design of the specification itself breaks, whatever the options are.
_BY_DESIGN = {
    "alarms-within-sixty-seconds": _up_to(
        360,
        "s at worst",
        "the specification decided on CloudWatch alarms; RDS and ECS events report the same sooner",
    ),
    "availability-of-one-region": _up_to(
        13.4,
        "minutes in 30 days",
        "the specification decided on these services in series; two regions are the way to 99.99 %",
    ),
    "deployments-stay-at-six": _up_to(
        12,
        "tasks",
        "the specification decided on a rolling update at 100 % healthy, which needs room above 6",
    ),
    "detection-within-five-seconds": _up_to(
        12,
        "s at worst",
        "the specification decided on a load balancer, which takes no fewer than two failures",
    ),
    "load-carried-after-zone-loss": _up_to(
        112.5, "% CPU", "the specification decided on 6 tasks and a target of 75 % CPU"
    ),
    "payments-survive-region-loss": _up_to(
        1,
        "cluster",
        "the specification decided on a cluster per region, on a class without global databases",
    ),
    "region-loss-detected": _up_to(
        1, "region", "the specification decided on alarms inside each region alone"
    ),
    "zone-loss-without-downtime": _up_to(
        65, "s", "the specification decided on one writer: promoting another takes time"
    ),
}
_ONE_NAT_GATEWAY = "the specification decided on a single NAT gateway: cost against availability"
_KEPT_DATA = "production keeps the data when the stack is deleted, by its own decision"
_ALL_DELETED = "the specification decided that everything is deleted with the stack"

ACCEPTED: Mapping[str, Mapping[str, Acceptance]] = MappingProxyType(
    {
        "standard": {
            **_BY_DESIGN,
            "data-survives-deletion": _up_to(
                6, "things: snapshot, backups, key and three log groups", _ALL_DELETED
            ),
            "deletion-refused-at-once": _up_to(1, "stack", _ALL_DELETED),
            "tasks-replaced-after-nat-loss": _up_to(1, "NAT gateway", _ONE_NAT_GATEWAY),
            "tasks-replaced-after-zone-loss": _up_to(
                1, "zone, the NAT gateway's", _ONE_NAT_GATEWAY
            ),
        },
        "production": {
            **_BY_DESIGN,
            "deletion-policies": _up_to(5, "resources: database, key and logs", _KEPT_DATA),
            "nothing-outlives-stack": _up_to(
                8,
                "ways: snapshot, backups, key, three log groups, and a protected database and "
                "load balancer",
                _KEPT_DATA,
            ),
        },
    }
)
