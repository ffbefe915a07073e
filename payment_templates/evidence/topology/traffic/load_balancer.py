"""Reads load balancers and target groups, with the timings of their health checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.topology.network.security_groups import (
    NO_GROUP,
    groups_or_default,
)

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource
    from payment_templates.evidence.topology.network.subnets import Network
    from payment_templates.evidence.topology.traffic.listeners import Listener


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    """A target group and its health check."""

    logical_id: str
    interval_seconds: float
    timeout_seconds: float
    unhealthy_threshold: int
    drain_seconds: float
    cross_zone: bool
    target_type: str
    protocol: str
    check_protocol: str
    # None: the target's own port (traffic-port).
    check_port: int | None
    # The status codes that count as healthy.
    matcher: str
    # The load balancers with a listener that forwards to this group.
    balancers: tuple[str, ...]
    # The path that the health check asks for.
    check_path: str
    # HTTP1, HTTP2 or GRPC.
    version: str
    # Its network: a logical ID, or else an ID.
    vpc: str
    # Whether its health checks are off.
    unchecked: bool

    @property
    def fastest_detection_seconds(self) -> float:
        """The minimum time until a target is unhealthy: the first check fails immediately."""
        return self.interval_seconds * (self.unhealthy_threshold - 1)

    @property
    def slowest_detection_seconds(self) -> float:
        """The maximum time: the target fails just after a check, and the last check times out.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
        """
        return self.interval_seconds * self.unhealthy_threshold + self.timeout_seconds


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """A load balancer and its enabled zones."""

    logical_id: str
    subnets: tuple[str, ...]
    zones: tuple[str, ...]
    # Whether the template lists every subnet.
    shows_subnets: bool
    security_groups: tuple[str, ...]
    internal: bool
    # application, network or gateway.
    kind: str


def read_load_balancers(stack: Stack, network: Network) -> tuple[LoadBalancer, ...]:
    """Read every load balancer."""
    return tuple(
        LoadBalancer(
            logical_id=balancer.logical_id,
            subnets=_subnets(balancer),
            zones=network.zones_of(_subnets(balancer)),
            shows_subnets=_shows_subnets(balancer),
            security_groups=_security_groups(balancer.properties),
            internal=balancer.properties.text("Scheme") == "internal",
            kind=balancer.properties.text("Type") or "application",
        )
        for balancer in stack.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
    )


def _security_groups(fields: Properties) -> tuple[str, ...]:
    if fields.text("Type") in {"", "application"}:
        return groups_or_default(fields, "SecurityGroups")
    return fields.identities("SecurityGroups") or (NO_GROUP,)


def read_target_groups(stack: Stack, listeners: tuple[Listener, ...]) -> tuple[TargetGroup, ...]:
    """Read every target group, with the load balancers whose listeners forward to it."""
    return tuple(
        _target_group(group, listeners)
        for group in stack.of_type("AWS::ElasticLoadBalancingV2::TargetGroup")
    )


def _subnets(balancer: StackResource) -> tuple[str, ...]:
    mapped = balancer.properties.children("SubnetMappings")
    return balancer.properties.targets("Subnets") or tuple(
        mapping.target("SubnetId") for mapping in mapped
    )


def _shows_subnets(balancer: StackResource) -> bool:
    fields = balancer.properties
    listed = fields.values("Subnets") or fields.values("SubnetMappings")
    return len(_subnets(balancer)) == len(listed) > 0


def _target_group(group: StackResource, listeners: tuple[Listener, ...]) -> TargetGroup:
    fields = group.properties
    attributes = fields.attributes("TargetGroupAttributes")
    return TargetGroup(
        logical_id=group.logical_id,
        interval_seconds=fields.number("HealthCheckIntervalSeconds"),
        timeout_seconds=fields.number("HealthCheckTimeoutSeconds"),
        unhealthy_threshold=fields.whole("UnhealthyThresholdCount"),
        drain_seconds=attributes.number("deregistration_delay.timeout_seconds"),
        cross_zone=attributes.text("load_balancing.cross_zone.enabled") != "false",
        target_type=fields.text("TargetType"),
        protocol=fields.text("Protocol"),
        check_protocol=fields.text("HealthCheckProtocol"),
        check_port=_check_port(fields),
        matcher=fields.child("Matcher").text("HttpCode"),
        balancers=tuple(
            listener.balancer
            for listener in listeners
            if group.logical_id in listener.target_groups
        ),
        check_path=fields.text("HealthCheckPath"),
        version=fields.text("ProtocolVersion") or "HTTP1",
        vpc=fields.identity("VpcId"),
        unchecked=fields.text("HealthCheckEnabled").lower() == "false",
    )


def _check_port(fields: Properties) -> int | None:
    own = fields.text("HealthCheckPort") == "traffic-port"
    return None if own else fields.whole("HealthCheckPort")
