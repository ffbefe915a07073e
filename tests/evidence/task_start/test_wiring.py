"""Variables for the database: harmless spellings, and what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, append, changed, cut, put
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Json

CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
ENVIRONMENT = f"{CONTAINER}.Environment"
WRITER = "${DatabaseCluster.Endpoint.Address}"
USED, PUBLISHED = "tasks-use-their-database", "published-endpoints-are-right"
KIND = "references-have-the-right-kind"

READER = "${DatabaseCluster.ReadEndpoint.Address}"


def variable(name: str, value: object) -> tuple[str, Change]:
    return USED, append(ENVIRONMENT, {"Name": name, "Value": value})


def host_from(logical_id: str, resource_type: str, attribute: str) -> tuple[str, Change]:
    """Let the tasks get their host from a resource that may lead to the database."""

    def change(document: Json) -> None:
        put(logical_id, {"Type": resource_type, "Properties": {}})(document)
        put(f"{ENVIRONMENT}.1.Value", {"Fn::GetAtt": [logical_id, attribute]})(document)

    return USED, change


def attached(*changes: Change) -> Change:
    """Attach the secret to the cluster, which writes host, port and name into it."""
    properties = {
        "SecretId": {"Ref": "DatabaseSecret"},
        "TargetId": {"Ref": "DatabaseCluster"},
        "TargetType": "AWS::RDS::DBCluster",
    }

    def change(document: Json) -> None:
        kind = "AWS::SecretsManager::SecretTargetAttachment"
        put("Attachment", {"Type": kind, "Properties": properties})(document)
        for each in changes:
            each(document)

    return change


def from_secret(name: str, source: str) -> Change:
    return append(f"{CONTAINER}.Secrets", {"Name": name, "ValueFrom": {"Fn::Sub": source}})


HARMLESS: dict[str, object] = {
    "DATABASE_TYPE": "postgresql",
    "DATABASE_ENGINE": "aurora",
    "DATABASE_SCHEMA": "public",
    "DATABASE_POOL_SIZE": "10",
    "DATABASE_SSLMODE": "require",
    "DATABASE_NAME_PREFIX": "tenant_",
    "DATABASE_DRIVER_CLASS_NAME": "org.postgresql.Driver",
    "DB_POOL_NAME": "main",
    "DB_TABLE_NAME": "payments",
    "DB_APPLICATION_NAME": "payments-api",
    "DB_NAME_TEST": "payments_test",
    "USE_DATABASE": "true",
    "RDS_REGION_NAME": "us-east-1",
    "SPRING_DATASOURCE_NAME": "main",
    "DB_CLUSTER_NAME": {"Ref": "DatabaseCluster"},
    "DB_SECRET_NAME": {"Ref": "DatabaseSecret"},
    "REPORTS_DB_HOST": {"Fn::Sub": READER},
    "DB_SECONDARY_HOST": {"Fn::Sub": READER},
    "DB_HOST_READER": {"Fn::Sub": READER},
    "DB_HOSTS": {"Fn::Sub": f"{WRITER},{READER}"},
    "DB_INSTANCE_HOST": {"Fn::GetAtt": ["DatabaseReader1", "Endpoint.Address"]},
    "JDBC_URL": {"Fn::Sub": f"jdbc:postgresql://{WRITER}:5432/payments;ssl=true"},
    "DB_PORT_COPY": {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Port"]},
    "POSTGRES_DB": "payments",
}

KEPT: dict[str, tuple[str, Change]] = {
    **{f"the variable {name}": variable(name, value) for name, value in HARMLESS.items()},
    "the host from the attached secret": (
        USED,
        attached(cut(f"{ENVIRONMENT}.1"), from_secret("DB_HOST", "${DatabaseSecret}:host::")),
    ),
    "the host by a dynamic reference to the attached secret": (
        USED,
        attached(
            put(
                f"{ENVIRONMENT}.1.Value",
                {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:host}}"},
            )
        ),
    ),
    "a key that an attachment adds": (
        "tasks-can-start",
        attached(from_secret("OTHER_HOST", "${DatabaseSecret}:host::")),
    ),
    "the secret by its attachment": (
        "tasks-can-start",
        attached(from_secret("OTHER_HOST", "${Attachment}:host::")),
    ),
    "an output of an instance": (
        PUBLISHED,
        put(
            "Outputs.DatabaseInstance1Endpoint",
            {"Value": {"Fn::GetAtt": ["DatabaseWriter", "Endpoint.Address"]}},
        ),
    ),
    "a parameter whose path says what it is": (
        PUBLISHED,
        put("ReaderParameter.Properties.Name", "/payment/database/reader/endpoint"),
    ),
    "an output of both endpoints": (
        PUBLISHED,
        put("Outputs.Endpoints", {"Value": {"Fn::Sub": f"{WRITER},{READER}"}}),
    ),
    "an output of the network by the network of a subnet": (
        KIND,
        put("Outputs.VpcId.Value", {"Fn::GetAtt": ["PublicSubnetA", "VpcId"]}),
    ),
    "an output of a cluster that is one of a database": (
        KIND,
        put("Outputs.ClusterId", {"Value": {"Ref": "DatabaseCluster"}}),
    ),
    "an output of a name that no type has": (
        KIND,
        put("Outputs.MainThingId", {"Value": {"Ref": "Vpc"}}),
    ),
    "a connection string": (
        USED,
        put(f"{ENVIRONMENT}.1.Value", {"Fn::Sub": f"postgres://{WRITER}:5432/payments?ssl=true"}),
    ),
    "the database that every server has": (USED, put(f"{ENVIRONMENT}.4.Value", "postgres")),
    "a variable of another language": (USED, put(f"{ENVIRONMENT}.1.Name", "dbHost")),
    "an instance for reports": (
        USED,
        put(f"{ENVIRONMENT}.2.Value", {"Fn::GetAtt": ["DatabaseReader1", "Endpoint.Address"]}),
    ),
    "a thread count": (USED, put(f"{ENVIRONMENT}.0.Name", "THREADS")),
    "the current version by its name": (
        USED,
        put(
            f"{CONTAINER}.Secrets.1.ValueFrom",
            {"Fn::Sub": "${DatabaseSecret}:password:AWSCURRENT:"},
        ),
    ),
    "an output of another name": (
        PUBLISHED,
        put("Outputs.Other", {"Value": {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]}}),
    ),
}
OPEN: dict[str, tuple[str, Change]] = {
    "a proxy": host_from("Proxy", "AWS::RDS::DBProxy", "Endpoint"),
    "a nested stack": host_from("Data", "AWS::CloudFormation::Stack", "Outputs.Host"),
    "a custom resource": host_from("Data", "Custom::Database", "Host"),
    "another database of the cluster": variable("LEDGER_DB_NAME", "ledger"),
    "a migration service": variable("DB_MIGRATIONS_URL", "https://migrations.example.com"),
    "a host outside": (USED, put(f"{ENVIRONMENT}.1.Value", "database.example.com")),
    "a database that RDS does not create": (USED, cut("DatabaseCluster.Properties.DatabaseName")),
    "a reader by its alias": (
        PUBLISHED,
        put("ReaderParameter.Properties.Value", "reader.example.com"),
    ),
}


@pytest.mark.parametrize(("claim", "change"), KEPT.values(), ids=list(KEPT))
def test_harmless_variant_is_kept(claim: str, change: Change) -> None:
    assert verdict_of(claim, changed(real_document(), change)) is Verdict.KEPT


@pytest.mark.parametrize(("claim", "change"), OPEN.values(), ids=list(OPEN))
def test_what_the_template_does_not_show_is_a_condition(claim: str, change: Change) -> None:
    assert verdict_of(claim, changed(real_document(), change)) is Verdict.CONDITIONAL
