"""Load balancers and target groups, with the timings that decide who is asked and who is out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.values import Fields

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.topology.network import Network


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    """A target group and its health check."""

    logical_id: str
    interval_seconds: float
    timeout_seconds: float
    unhealthy_threshold: int
    drain_seconds: float
    cross_zone: bool
    # The load balancers whose listeners forward to it.
    balancers: tuple[str, ...]

    @property
    def fastest_detection_seconds(self) -> float:
        """From the first failed check, made at once, to the last that is needed."""
        return self.interval_seconds * (self.unhealthy_threshold - 1)

    @property
    def slowest_detection_seconds(self) -> float:
        """A failure just after a check, and a last check that answers only by its timeout.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        """
        return self.interval_seconds * self.unhealthy_threshold + self.timeout_seconds


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """A load balancer and the zones that it stands in."""

    logical_id: str
    zones: tuple[str, ...]
    security_groups: tuple[str, ...]


def read_load_balancers(stack: Stack, network: Network) -> tuple[LoadBalancer, ...]:
    """Read every load balancer."""
    return tuple(
        LoadBalancer(
            logical_id=balancer.logical_id,
            zones=network.zones_of(balancer.fields.targets("Subnets")),
            security_groups=balancer.fields.targets("SecurityGroups"),
        )
        for balancer in stack.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
    )


def read_target_groups(stack: Stack) -> tuple[TargetGroup, ...]:
    """Read every target group; what is absent is AWS's default."""
    return tuple(
        _target_group(stack, group)
        for group in stack.of_type("AWS::ElasticLoadBalancingV2::TargetGroup")
    )


def _target_group(stack: Stack, group: Resource) -> TargetGroup:
    fields = group.fields
    attributes = Fields(
        place=f"{fields.place}.TargetGroupAttributes",
        entries=fields.pairs("TargetGroupAttributes"),
    )
    # The defaults of CreateTargetGroup and of a target group's attributes.
    return TargetGroup(
        logical_id=group.logical_id,
        interval_seconds=fields.number("HealthCheckIntervalSeconds", 30),
        timeout_seconds=fields.number("HealthCheckTimeoutSeconds", 6),
        unhealthy_threshold=int(fields.number("UnhealthyThresholdCount", 2)),
        drain_seconds=attributes.number("deregistration_delay.timeout_seconds", 300),
        cross_zone=attributes.text("load_balancing.cross_zone.enabled") != "false",
        balancers=tuple(
            listener.fields.target("LoadBalancerArn")
            for listener in stack.of_type("AWS::ElasticLoadBalancingV2::Listener")
            for action in listener.fields.children("DefaultActions")
            if action.target("TargetGroupArn") == group.logical_id
        ),
    )
