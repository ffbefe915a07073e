"""Which broken promises are accepted, for which profile, and why: the one place that says so."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAXIMUM = (
    "the specification decided on a rolling update at 100 % healthy, which needs room above 6"
)
_ONE_WRITER = "the specification decided on one writer: promoting another takes its time"
_ALARMS = "the specification decided on CloudWatch alarms; RDS and ECS events tell the same sooner"
_TWO_CHECKS = "the specification decided on a load balancer, which takes no fewer than two failures"
_SLA = "the specification decided on these services in a row; two regions are the way to 99.99 %"
_OWN_DATABASE = (
    "the specification decided on a cluster per region, on a class without global databases"
)
_INSIDE = "the specification decided on alarms inside each region alone"

# What the design of the specification itself breaks, whatever the options are.
_BY_DESIGN = {
    "alarms-within-sixty-seconds": _ALARMS,
    "availability-of-one-region": _SLA,
    "deployments-stay-at-six": _MAXIMUM,
    "detection-within-five-seconds": _TWO_CHECKS,
    "payments-survive-region-loss": _OWN_DATABASE,
    "region-loss-detected": _INSIDE,
    "zone-loss-without-downtime": _ONE_WRITER,
}
_ONE_NAT_GATEWAY = "the specification decided on a single NAT gateway: cost against availability"
_SIX_AT_75 = "the specification decided on 6 tasks and a target of 75 % CPU"
_KEPT_DATA = "production keeps the data when the stack is deleted, by its own decision"

ACCEPTED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "standard": {
            **_BY_DESIGN,
            "load-carried-after-zone-loss": _SIX_AT_75,
            "tasks-replaced-after-nat-loss": _ONE_NAT_GATEWAY,
            "tasks-replaced-after-zone-loss": _ONE_NAT_GATEWAY,
        },
        "production": {
            **_BY_DESIGN,
            "load-carried-after-zone-loss": _SIX_AT_75,
            "deletion-policies": _KEPT_DATA,
            "nothing-outlives-stack": _KEPT_DATA,
        },
    }
)
