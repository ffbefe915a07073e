"""Defines the promises of each profile, the accepted exceptions, and the limits of AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from payment_templates.facts.containers import (
    CHECK_LEAST_INTERVAL_SECONDS,
    CHECK_LEAST_TIMEOUT_SECONDS,
)
from payment_templates.facts.timings import (
    ALARM_EVALUATION_SECONDS,
    CLUSTER_TTL_SECONDS,
    METRIC_SECONDS,
    OFTEN_PROMOTION_SECONDS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """By how much a promise may be broken, in the unit of its claim, and why."""

    most: float
    unit: str
    reason: str

    def __str__(self) -> str:
        return f"up to {self.most:g} {self.unit}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """The best value possible on AWS for a promise that no template can keep."""

    # In the unit of the claim's `amount`.
    best: float
    unit: str
    reason: str
    # What the value consists of, or leaves out.
    note: str = ""

    def __str__(self) -> str:
        return f"at best {self.value}: {self.reason}"

    @property
    def value(self) -> str:
        """The best possible value, with its unit and what it consists of."""
        return f"{self.best:g} {self.unit}" + (f" {self.note}" if self.note else "")

    def distance(self, amount: float) -> str:
        """Return how far a stack is from the best possible value."""
        further = amount - self.best
        return f"{further:g} {self.unit} from it" if further > 0 else "this stack is at it"


@dataclass(frozen=True, kw_only=True)
class Promises:
    """The promises of a profile, and the accepted exceptions."""

    name: str
    # Whether an absent or undecided promise counts against the template.
    promises: bool = True
    # Claims that are not examined, with the reason.
    not_promised: Mapping[str, str] = field(default_factory=dict[str, str])
    accepted: Mapping[str, Acceptance] = field(default_factory=dict[str, Acceptance])


def _up_to(most: float, unit: str, reason: str) -> Acceptance:
    return Acceptance(most=most, unit=unit, reason=reason)


# Promises that no template can keep on AWS. The claim's evidence shows the calculation.
LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "alarms-within-sixty-seconds": Limit(
            best=METRIC_SECONDS + ALARM_EVALUATION_SECONDS,
            unit="s",
            note=f"({METRIC_SECONDS} s period + {ALARM_EVALUATION_SECONDS} s evaluation), before "
            "metric delivery",
            reason="AWS's own metrics have a point a minute, and CloudWatch evaluates them every "
            "minute",
        ),
        "availability-of-one-region": Limit(
            best=13.4,
            unit="minutes of downtime in 30 days",
            reason="AWS's SLAs of load balancer, ECS and Aurora, 99.99 % each, and KMS in series",
        ),
        "deployments-stay-at-six": Limit(
            best=7,
            unit="tasks",
            reason="at 100 % healthy ECS starts a new task before it stops an old one",
        ),
        "detection-within-five-seconds": Limit(
            best=CHECK_LEAST_INTERVAL_SECONDS + CHECK_LEAST_TIMEOUT_SECONDS,
            unit="s",
            reason=(
                "a container's own check runs 5 s apart, with a timeout of 2 s; a load balancer's "
                "needs 2 failures, 12 s"
            ),
        ),
        "zone-loss-without-downtime": Limit(
            best=OFTEN_PROMOTION_SECONDS + CLUSTER_TTL_SECONDS,
            unit="s",
            reason="a cluster has one writer: promoting another often takes 30 s, and clients "
            "resolve its name after 5 s",
        ),
    }
)
# Promises that the specification's own design breaks, with any options.
_BY_DESIGN = {
    "alarms-within-sixty-seconds": _up_to(
        360,
        "s at worst",
        "the specification asks for CloudWatch alarms; RDS and ECS events report the same sooner",
    ),
    "availability-of-one-region": _up_to(
        13.4,
        "minutes in 30 days",
        "the specification asks for these services in series; 99.99 % needs two regions",
    ),
    "deployments-stay-at-six": _up_to(
        12,
        "tasks",
        "the specification asks for a rolling update at 100 % healthy, which needs more than 6",
    ),
    "detection-within-five-seconds": _up_to(
        12,
        "s at worst",
        "the specification asks for a load balancer, which needs at least two failed checks",
    ),
    "load-carried-after-zone-loss": _up_to(
        112.5, "% CPU", "the specification asks for 6 tasks and a target of 75 % CPU"
    ),
    "lost-payments-are-bounded": _up_to(
        1, "cluster", "the specification asks for a cluster per region, which copies nothing"
    ),
    "payments-survive-region-loss": _up_to(
        1,
        "cluster",
        "the specification asks for a cluster per region, on a class without global databases",
    ),
    "region-loss-detected": _up_to(
        1, "region", "the specification asks for alarms only inside each region"
    ),
    "zone-loss-without-downtime": _up_to(
        65, "s", "the specification asks for one writer: promoting another takes time"
    ),
}
_ONE_NAT_GATEWAY = "the specification asks for a single NAT gateway, to reduce cost"
_ALL_DELETED = "standard deletes everything with the stack, as the specification asks"
_MORE_TASKS = "production has more tasks, so that those left carry the load after a zone failure"
_KEPT_DATA = "production keeps its data when the stack is deleted"
_NO_SUCH_ALERT = "the specification asks for no alert about certificates"
_SPECIFICATION = "required by this project's specification; not every stack needs it"

PROMISES: Mapping[str, Promises] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            Promises(
                name="standard",
                not_promised={
                    "data-survives-deletion": _ALL_DELETED,
                    "deletion-refused-at-once": _ALL_DELETED,
                    "expiring-certificate-detected": _NO_SUCH_ALERT,
                },
                accepted={
                    **_BY_DESIGN,
                    "tasks-replaced-after-nat-loss": _up_to(1, "NAT gateway", _ONE_NAT_GATEWAY),
                    "tasks-replaced-after-zone-loss": _up_to(
                        1, "zone, the NAT gateway's", _ONE_NAT_GATEWAY
                    ),
                },
            ),
            Promises(
                name="production",
                not_promised={
                    "deletion-policies": _KEPT_DATA,
                    "deployments-stay-at-six": _MORE_TASKS,
                    "exactly-six-tasks-wanted": _MORE_TASKS,
                    "nothing-outlives-stack": _KEPT_DATA,
                },
                # No choice of this project: each has its best possible value in LIMITS.
                accepted={
                    name: it
                    for name, it in _BY_DESIGN.items()
                    if name in LIMITS and name != "deployments-stay-at-six"
                },
            ),
            # For other templates: checks the resources that exist, requires none.
            Promises(
                name="any",
                promises=False,
                not_promised={
                    **dict.fromkeys(
                        ("alerts-reach-subscribers", "events-reach-subscribers"),
                        "alarms and rules of another template may act without a notification",
                    ),
                    "names-within-limits": "parameters of another template need no limit",
                    **dict.fromkeys(
                        (
                            *("alarm-on-database", "alarm-on-response-time", "alarm-on-targets"),
                            *("alarm-on-tasks", "alarms-within-sixty-seconds"),
                            *("availability-of-one-region", "availability-of-two-regions"),
                            *("arns-fit-every-partition", "dashboard-shows-failover"),
                            *("database-decides-creation-time", "failed-creation-rolls-back"),
                            *(
                                "database-fails-over",
                                "deletion-policies",
                                "deletion-refused-at-once",
                            ),
                            *("deployments-stay-at-six", "detection-within-five-seconds"),
                            *("dns-ttl-thirty-seconds", "encrypted-at-rest"),
                            *("exactly-six-tasks-wanted", "expiring-certificate-detected"),
                            "health-check-every-five-seconds",
                            *("load-balancer-checks-and-drains", "logs-expire"),
                            *("names-carry-suffix", "no-other-account-is-trusted"),
                            *("names-unique-across-regions", "no-region-or-account-literal"),
                            *("nothing-outlives-stack", "nothing-reachable-before-it-serves"),
                            *("only-neighbours-connect", "outputs-for-tests"),
                            "database-move-detected",
                            "unblocked-writes-detected",
                            *("alarms-rest-while-healthy", "lost-payments-are-bounded"),
                            *("payments-survive-region-loss", "region-back-within-two-minutes"),
                            *("region-loss-detected", "regions-take-both-failover-roles"),
                            *("tasks-in-three-zones", "tasks-run-in-private-subnets"),
                            "tasks-spread-evenly",
                            *("three-database-instances", "writer-back-within-a-minute"),
                        ),
                        _SPECIFICATION,
                    ),
                },
            ),
        )
    }
)
