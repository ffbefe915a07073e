"""The production template in one of its two regions, and changes of its global database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Finding, topology_of
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import CLAIMS, production_document

if TYPE_CHECKING:
    from payment_templates.evidence.topology import Topology
    from tests.evidence.changes import Change, Json

HOME, OTHER = "us-east-1", "us-west-2"
GIVEN = {
    "EnvironmentSuffix": "dev-001",
    "AlertEmail": "on-call@example.com",
    "CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/example",
    "DomainName": "pay.example.com",
    "HostedZoneId": "Z0EXAMPLE",
}
NO_VALUE = {"Ref": "AWS::NoValue"}
WRITER_ALARM = "DatabaseFailoverAlarm.Properties"


def at_home(value: object) -> Json:
    """Give a property only to the stack in which the global database starts."""
    return {"Fn::If": ["IsDatabaseHome", value, NO_VALUE]}


def metric(name: str, *dimensions: tuple[str, object]) -> Json:
    """Read a metric of the cluster, as one of an alarm."""
    pairs = (("DBClusterIdentifier", {"Ref": "DatabaseCluster"}), *dimensions)
    return {
        "Metric": {
            "Namespace": "AWS/RDS",
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in pairs],
        },
        "Period": 60,
        "Stat": "Maximum",
    }


def metrics(expression: str) -> list[Json]:
    """Watch an expression over the connections of the writer and the replication lag."""
    lag = metric("AuroraGlobalDBReplicationLag")
    return [
        {"Id": "watched", "Expression": expression, "ReturnData": True},
        {
            "Id": "connections",
            "MetricStat": metric("DatabaseConnections", ("Role", "WRITER")),
            "ReturnData": False,
        },
        {"Id": "lag", "MetricStat": lag, "ReturnData": False},
    ]


def watching(expression: str) -> tuple[Change, ...]:
    """Let the writer's alarm watch an expression over its connections and the lag, as one alarm."""
    return (
        *(
            cut(f"{WRITER_ALARM}.{name}")
            for name in ("Namespace", "MetricName", "Dimensions", "Statistic", "Period")
        ),
        put(f"{WRITER_ALARM}.Metrics", metrics(expression)),
        put(f"{WRITER_ALARM}.TreatMissingData", "breaching"),
    )


def settings(**more: object) -> Change:
    """Set the parameters of the database."""
    of_group = {"rds.force_ssl": "1", **{key.replace("__", "."): it for key, it in more.items()}}
    return put("DatabaseParameterGroup.Properties.Parameters", of_group)


def bound(value: object) -> Change:
    """Bound the lost seconds."""
    return settings(rds__global_db_rpo=value)


def topology(*changes: Change, region: str = HOME, **parameters: str) -> Topology:
    """Read a changed template in one of its regions, with a domain name."""
    document = changed(production_document(), *changes)
    template = parse_template(json.dumps(document, separators=(",", ":")), name="global")
    values = {name: text.replace(HOME, region) for name, text in GIVEN.items()}
    values |= {"DatabaseHomeRegion": HOME, "PrimaryRegion": HOME, **parameters}
    return topology_of(template, region=region, parameters=values)


def finding(claim: str, *changes: Change, region: str = HOME, **parameters: str) -> Finding:
    """Judge one claim on a changed template in one of its regions."""
    return CLAIMS[claim].check(topology(*changes, region=region, **parameters))
