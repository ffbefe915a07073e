"""Adds DNS failover between regions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troposphere import If, Sub, route53

from payment_templates import naming

from .security import HTTP_PORT, HTTPS_PORT

if TYPE_CHECKING:
    from troposphere import Ref

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .compute import Compute
    from .load_balancer import LoadBalancer

# The shorter of the two allowed intervals: HealthCheckConfig, RequestInterval.
REQUEST_INTERVAL_SECONDS = 10
FAILURE_THRESHOLD = 3
# A CNAME, because an alias record to a load balancer has a fixed TTL of 60 s.
RECORD_TTL_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Dns:
    """This region's health check and record; both exist only with a domain."""

    health_check: route53.HealthCheck
    record: route53.RecordSetType


def add_dns(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    load_balancer: LoadBalancer,
    compute: Compute,
) -> Dns:
    """Add the health check of this region's load balancer and its failover record."""
    host = load_balancer.balancer.get_att("DNSName")
    health_check = scope.add(
        route53.HealthCheck(
            "HealthCheck",
            Condition=conditions.has_domain,
            # Route 53 considers a new health check healthy: without this, the record could send
            # clients to a region before its tasks run. Deletion uses the reverse order.
            DependsOn=[compute.service.title],
            HealthCheckConfig=route53.HealthCheckConfig(
                Type=If(conditions.has_certificate, "HTTPS", "HTTP"),
                Port=If(conditions.has_certificate, HTTPS_PORT, HTTP_PORT),
                FullyQualifiedDomainName=host,
                ResourcePath=_path(parameters, conditions),
                RequestInterval=REQUEST_INTERVAL_SECONDS,
                FailureThreshold=FAILURE_THRESHOLD,
            ),
            HealthCheckTags=naming.tags("health-check"),
        )
    )
    record = scope.add(
        route53.RecordSetType(
            "DnsRecord",
            Condition=conditions.has_domain,
            HostedZoneId=parameters.hosted_zone_id.ref(),
            Name=parameters.domain_name.ref(),
            Type="CNAME",
            TTL=str(RECORD_TTL_SECONDS),
            ResourceRecords=[host],
            SetIdentifier=Sub("payment-${EnvironmentSuffix}-${AWS::Region}"),
            Failover=If(conditions.is_primary_region, "PRIMARY", "SECONDARY"),
            HealthCheckId=health_check.ref(),
        )
    )
    return Dns(health_check=health_check, record=record)


def _path(parameters: Parameters, conditions: Conditions) -> If | Ref:
    # Not the load balancer's path: it would replace healthy tasks that wait for a writer.
    liveness, readiness = parameters.health_check_path, parameters.readiness_path
    if not (readiness and conditions.has_readiness_path):
        return liveness.ref()
    return If(conditions.has_readiness_path, readiness.ref(), liveness.ref())
