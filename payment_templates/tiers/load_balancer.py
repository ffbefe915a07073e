"""Adds the public load balancer, its target group and its listeners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import If, Tags
from troposphere import elasticloadbalancingv2 as elb

from payment_templates import naming

from .security import HTTP_PORT, HTTPS_PORT

if TYPE_CHECKING:
    from troposphere import Ref

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .access_logs import AccessLogs
    from .network import Network
    from .security import Security

# The shortest interval, timeout and thresholds that an ALB allows: CreateTargetGroup.
HEALTH_CHECK_INTERVAL_SECONDS = 5
HEALTH_CHECK_TIMEOUT_SECONDS = 2
HEALTHY_THRESHOLD = 2
UNHEALTHY_THRESHOLD = 2
DEREGISTRATION_DELAY_SECONDS = 30
# AWS's default is an hour.
CLIENT_CONNECTION_SECONDS = 300
# TLS 1.2 and 1.3, only with forward secrecy and authenticated ciphers:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
# A year, and this name alone: names below it may belong to others.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html
HSTS = "max-age=31536000"


@dataclass(frozen=True, kw_only=True)
class LoadBalancer:
    """The load balancer, its target group and its listener."""

    balancer: elb.LoadBalancer
    target_group: elb.TargetGroup
    # Created after the HTTPS listener, if there is one.
    http_listener: elb.Listener


def add_load_balancer(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    network: Network,
    security: Security,
    access_logs: AccessLogs | None,
) -> LoadBalancer:
    """Add the load balancer, its target group and its listeners."""
    balancer = _add_balancer(scope, parameters, network, security, access_logs)
    target_group = _add_target_group(scope, parameters, network)
    https = scope.add(
        elb.Listener(
            "HttpsListener",
            Condition=conditions.has_certificate,
            LoadBalancerArn=balancer.ref(),
            Port=HTTPS_PORT,
            Protocol="HTTPS",
            SslPolicy=SSL_POLICY,
            Certificates=[elb.Certificate(CertificateArn=parameters.certificate_arn.ref())],
            DefaultActions=[_forward(target_group)],
            Tags=naming.tags("https"),
        )
    )
    if scope.options.hsts:
        https.ListenerAttributes = [
            elb.ListenerAttribute(
                Key="routing.http.response.strict_transport_security.header_value", Value=HSTS
            )
        ]
    http = scope.add(
        elb.Listener(
            "HttpListener",
            LoadBalancerArn=balancer.ref(),
            Port=HTTP_PORT,
            Protocol="HTTP",
            DefaultActions=[
                If(conditions.has_certificate, _redirect_to_https(), _forward(target_group))
            ],
            # Redirects only after the HTTPS listener exists. DependsOn cannot name a conditional
            # resource, but a reference in a property is a dependency too.
            Tags=naming.tags("http")
            + Tags(RedirectsTo=If(conditions.has_certificate, https.ref(), "")),
        )
    )
    return LoadBalancer(balancer=balancer, target_group=target_group, http_listener=http)


def _add_balancer(
    scope: Scope,
    parameters: Parameters,
    network: Network,
    security: Security,
    access_logs: AccessLogs | None,
) -> elb.LoadBalancer:
    protection = parameters.deletion_protection.ref() if parameters.deletion_protection else "false"
    return scope.add(
        elb.LoadBalancer(
            "LoadBalancer",
            # AWS refuses an internet-facing balancer in a VPC without an Internet gateway, and the
            # balancer cannot answer before its subnets have the public route.
            DependsOn=[
                *(route.title for route in network.public_routes),
                # Enabling the logs writes a first file, which the policy must already allow.
                *([access_logs.policy.title] if access_logs else []),
            ],
            Name=naming.physical_name("AWS::ElasticLoadBalancingV2::LoadBalancer", "alb"),
            Scheme="internet-facing",
            Subnets=[subnet.ref() for subnet in network.public_subnets],
            SecurityGroups=[security.load_balancer.ref()],
            LoadBalancerAttributes=[
                _attribute("deletion_protection.enabled", protection),
                _attribute("routing.http.drop_invalid_header_fields.enabled", "true"),
                # Lets an operator or AWS remove a failing zone from DNS.
                _attribute("zonal_shift.config.enabled", "true"),
                *_shorter_connections(scope),
                *_log_access(access_logs),
            ],
            Tags=naming.tags("alb"),
        )
    )


def _shorter_connections(scope: Scope) -> list[elb.LoadBalancerAttributes]:
    # A zonal shift changes DNS: a client whose connection to a zone stays open never notices.
    # AWS advises to close connections after about 300 s:
    # https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.resource-types.app-load-balancers.html
    if not scope.options.zonal_autoshift:
        return []
    return [_attribute("client_keep_alive.seconds", str(CLIENT_CONNECTION_SECONDS))]


def _log_access(access_logs: AccessLogs | None) -> list[elb.LoadBalancerAttributes]:
    if access_logs is None:
        return []
    return [
        _attribute("access_logs.s3.enabled", "true"),
        _attribute("access_logs.s3.bucket", access_logs.bucket.ref()),
    ]


def _attribute(key: str, value: str | Ref) -> elb.LoadBalancerAttributes:
    return elb.LoadBalancerAttributes(Key=key, Value=value)


def _add_target_group(scope: Scope, parameters: Parameters, network: Network) -> elb.TargetGroup:
    delay = str(DEREGISTRATION_DELAY_SECONDS)
    return scope.add(
        elb.TargetGroup(
            "TargetGroup",
            Name=naming.physical_name("AWS::ElasticLoadBalancingV2::TargetGroup", "tg"),
            VpcId=network.vpc.ref(),
            TargetType="ip",
            Protocol="HTTP",
            # ECS registers each task with its own port. With the container's port here, a changed
            # port would replace the group, which its fixed name prevents.
            Port=HTTP_PORT,
            HealthCheckPath=parameters.health_check_path.ref(),
            HealthCheckIntervalSeconds=HEALTH_CHECK_INTERVAL_SECONDS,
            HealthCheckTimeoutSeconds=HEALTH_CHECK_TIMEOUT_SECONDS,
            HealthyThresholdCount=HEALTHY_THRESHOLD,
            UnhealthyThresholdCount=UNHEALTHY_THRESHOLD,
            TargetGroupAttributes=[
                elb.TargetGroupAttribute(Key="deregistration_delay.timeout_seconds", Value=delay),
                elb.TargetGroupAttribute(Key="load_balancing.cross_zone.enabled", Value="true"),
                *_anomaly_mitigation(scope),
            ],
            Tags=naming.tags("tg"),
        )
    )


def _anomaly_mitigation(scope: Scope) -> list[elb.TargetGroupAttribute]:
    if not scope.options.weighted_random_routing:
        return []
    # Only this algorithm can mitigate: botocore elbv2, TargetGroupAttribute, Key.
    return [
        elb.TargetGroupAttribute(Key="load_balancing.algorithm.type", Value="weighted_random"),
        elb.TargetGroupAttribute(Key="load_balancing.algorithm.anomaly_mitigation", Value="on"),
    ]


def _forward(target_group: elb.TargetGroup) -> elb.Action:
    return elb.Action(Type="forward", TargetGroupArn=target_group.ref())


def _redirect_to_https() -> elb.Action:
    return elb.Action(
        Type="redirect",
        RedirectConfig=elb.RedirectConfig(
            Protocol="HTTPS", Port=str(HTTPS_PORT), StatusCode="HTTP_301"
        ),
    )
