"""Ways to break the failover between regions."""

from __future__ import annotations

from tests.evidence.changes import cut, drop, put
from tests.evidence.mutations.mutation import mutation

_BALANCED = {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}
_CHECK = "HealthCheck.Properties.HealthCheckConfig"

REGIONS = (
    mutation("the record has no TTL", "dns-fails-over", cut("DnsRecord.Properties.TTL")),
    mutation(
        "the record lives for 300 s",
        "dns-ttl-thirty-seconds",
        put("DnsRecord.Properties.TTL", "300"),
    ),
    mutation(
        "an alias has a TTL",
        "dns-ttl-thirty-seconds",
        put("DnsRecord.Properties.AliasTarget", {"DNSName": _BALANCED}),
    ),
    mutation(
        "the record follows no health check",
        "dns-fails-over",
        cut("DnsRecord.Properties.HealthCheckId"),
    ),
    mutation(
        "the health check asks another host",
        "dns-fails-over",
        put("HealthCheck.Properties.HealthCheckConfig.FullyQualifiedDomainName", "example.com"),
    ),
    mutation(
        "the health check is slow",
        "region-back-within-two-minutes",
        put("HealthCheck.Properties.HealthCheckConfig.RequestInterval", 30),
    ),
    mutation("there is no record", "availability-of-two-regions", drop("DnsRecord")),
    mutation(
        "only a note speaks of a record",
        "dns-fails-over",
        drop("DnsRecord"),
        put("Metadata.Note", "AWS::Route53::RecordSet"),
    ),
    mutation(
        "both regions are primary",
        "regions-take-both-failover-roles",
        put("DnsRecord.Properties.Failover", "PRIMARY"),
    ),
    mutation(
        "both records have one identifier",
        "regions-take-both-failover-roles",
        put("DnsRecord.Properties.SetIdentifier", "payment"),
    ),
    mutation(
        "a role has one name in both regions",
        "names-unique-across-regions",
        put("TaskRole.Properties.RoleName", {"Fn::Sub": "payment-task-${EnvironmentSuffix}"}),
    ),
    mutation(
        "the dashboard has one name in both regions",
        "names-unique-across-regions",
        put("Dashboard.Properties.DashboardName", {"Fn::Sub": "payment-${EnvironmentSuffix}"}),
    ),
    mutation(
        "an endpoint names its region",
        "no-region-or-account-literal",
        put("S3Endpoint.Properties.ServiceName", "com.amazonaws.us-east-1.s3"),
    ),
    mutation(
        "an ARN names its partition",
        "arns-fit-every-partition",
        put(
            "TaskPolicy.Properties.PolicyDocument.Statement.0.Resource",
            ["arn:aws:ssm:${AWS::Region}"],
        ),
    ),
    mutation(
        "the record answers with another host",
        "dns-fails-over",
        put("DnsRecord.Properties.ResourceRecords", ["example.com"]),
    ),
    mutation(
        "a record of an address has a name",
        "dns-fails-over",
        put("DnsRecord.Properties.Type", "A"),
    ),
    mutation(
        "the record has a weight too",
        "dns-fails-over",
        put("DnsRecord.Properties.Weight", 1),
    ),
    mutation(
        "the health check is disabled",
        "dns-fails-over",
        put(f"{_CHECK}.Disabled", value=True),
    ),
    mutation(
        "the health check is inverted",
        "dns-fails-over",
        put(f"{_CHECK}.Inverted", value=True),
    ),
    mutation(
        "the health check asks a port without a listener",
        "dns-fails-over",
        put(f"{_CHECK}.Port", 9999),
    ),
    mutation(
        "the health check asks by HTTPS without a certificate",
        "dns-fails-over",
        put(f"{_CHECK}.Type", "HTTPS"),
    ),
    mutation(
        "the health check asks every 20 s",
        "dns-fails-over",
        put(f"{_CHECK}.RequestInterval", 20),
    ),
)
