"""Single faults that were tried on the template and that no claim noticed at first."""

from __future__ import annotations

from tests.evidence.changes import cut, put
from tests.evidence.mutations.mutation import Mutation, mutation

_CHECK = "HealthCheck.Properties.HealthCheckConfig"
_PARAMETERS = "DatabaseParameterGroup.Properties.Parameters"

TRIED: tuple[Mutation, ...] = (
    mutation(
        "the health check only opens a connection",
        "dns-fails-over",
        put(f"{_CHECK}.Type", "TCP"),
        cut(f"{_CHECK}.ResourcePath"),
    ),
    mutation(
        "the health check asks a port that redirects",
        "dns-fails-over",
        put(f"{_CHECK}.Type", "HTTP"),
        put(f"{_CHECK}.Port", 80),
    ),
    mutation(
        "each region has a domain name of its own",
        "regions-take-both-failover-roles",
        put("DnsRecord.Properties.Name", {"Fn::Sub": "${AWS::Region}.${DomainName}"}),
    ),
    mutation(
        "the database confirms commits early",
        "database-fails-over",
        put(f"{_PARAMETERS}.synchronous_commit", "off"),
    ),
    mutation(
        "the database takes TLS 1.0",
        "database-connections-are-encrypted",
        put(f"{_PARAMETERS}.ssl_min_protocol_version", "TLSv1"),
    ),
    mutation(
        "the certificate of the writer has expired",
        "valid-template",
        put("DatabaseWriter.Properties.CACertificateIdentifier", "rds-ca-2019"),
    ),
    mutation(
        "a subnet is too small for a load balancer",
        "valid-template",
        put("PublicSubnetB.Properties.CidrBlock", "10.0.2.0/28"),
    ),
    mutation(
        "the application logs in as any user",
        "iam-logins-name-their-database",
        put(
            "TaskPolicy.Properties.PolicyDocument.Statement.1.Resource.0",
            {
                "Fn::Sub": "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:"
                "dbuser:${DatabaseCluster.DBClusterResourceId}/*"
            },
        ),
    ),
    mutation(
        "the e-mails are raw messages",
        "alerts-reach-subscribers",
        put("AlertEmailSubscription.Properties.RawMessageDelivery", "true"),
    ),
    mutation(
        "the alias of the key has a reserved name",
        "valid-template",
        put("EncryptionKeyAlias.Properties.AliasName", "alias/aws/payment"),
    ),
    mutation(
        "a tag has a reserved name",
        "valid-template",
        put("Vpc.Properties.Tags.0.Key", "aws:environment"),
    ),
    mutation(
        "an output has HTTPS where no listener speaks it",
        "outputs-for-tests",
        put(
            "Outputs.ApplicationUrl.Value",
            {"Fn::Sub": "https://${LoadBalancer.DNSName}"},
        ),
    ),
)
