"""Finds attributes of load balancers and target groups that ELB refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.load_balancer_attributes import (
    ALGORITHM,
    ANOMALY_MITIGATION,
    SECONDS,
    SLOW_START,
    SLOW_START_SECONDS,
    WITHOUT_SLOW_START,
    WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack

_BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
_THRESHOLD = "target_group_health.{}.minimum_healthy_targets.{}"
_OFF = {"", "0"}


def attribute_refusals(stack: Stack) -> Iterator[str]:
    """Yield a sentence for each value of an attribute that ELB refuses, alone or with another."""
    for balancer in stack.of_type(_BALANCER):
        # Other kinds of load balancers have other attributes.
        if balancer.properties.text("Type") in {"", "application"}:
            attributes = balancer.properties.attributes("LoadBalancerAttributes")
            yield from (f"{balancer.logical_id} {it}" for it in _value_refusals(attributes))
    for group in stack.of_type(_GROUP):
        fields = group.properties
        # botocore elbv2, CreateTargetGroup, HealthCheckEnabled.
        if (
            fields.text("HealthCheckEnabled").lower() == "false"
            and fields.text("TargetType") != "lambda"
        ):
            yield f"{group.logical_id} turns its health checks off, which only functions may"
        if group.properties.text("Protocol") in {"HTTP", "HTTPS"}:
            attributes = group.properties.attributes("TargetGroupAttributes")
            for problem in (*_value_refusals(attributes), *_pair_refusals(attributes)):
                yield f"{group.logical_id} {problem}"


def _value_refusals(attributes: Properties) -> Iterator[str]:
    for name in attributes:
        value = attributes.text(name)
        if name in SECONDS and not (value.isdecimal() and int(value) in SECONDS[name]):
            taken = SECONDS[name]
            yield f"has {name} {value}: ELB accepts {taken[0]} to {taken[-1]}"
        if name in WORDS and value.lower() not in WORDS[name]:
            yield f"has {name} {value}: ELB accepts {', '.join(WORDS[name])}"


def _pair_refusals(attributes: Properties) -> Iterator[str]:
    slow, algorithm = attributes.text(SLOW_START), attributes.text(ALGORITHM)
    if slow not in _OFF:
        if not slow.isdecimal() or int(slow) not in SLOW_START_SECONDS:
            taken = f"{SLOW_START_SECONDS[0]} to {SLOW_START_SECONDS[-1]}"
            yield f"has {SLOW_START} {slow}: ELB accepts 0 or {taken}"
        elif algorithm in WITHOUT_SLOW_START:
            yield f"has slow start with {algorithm}, which do not go together"
    if attributes.text(ANOMALY_MITIGATION) == "on" and algorithm != "weighted_random":
        yield "has anomaly mitigation without weighted_random"
    for kind in ("count", "percentage"):
        names = [_THRESHOLD.format(action, kind) for action in _ACTIONS]
        leaves, asks = (attributes.text(name) for name in names)
        if leaves.isdecimal() and asks.isdecimal() and int(leaves) < int(asks):
            yield f"leaves DNS below {leaves} ({kind}), but asks failed targets below {asks}"


# "The threshold for DNS failover must be greater than or equal to the threshold for routing
# failover": https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
_ACTIONS = ("dns_failover", "unhealthy_state_routing")
