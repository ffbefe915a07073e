"""Tests the global database: what the home region creates, and what the other region does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import references_in
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

NAME = {"Fn::Sub": "payment-global-${EnvironmentSuffix}"}
ONLY_AT_HOME = {
    *("GlobalDatabase", "DatabaseSecret", "SecretParameter"),
    *("BackupPlan", "BackupRole", "BackupSelection"),
    *("BackupFailedRule", "BackupMissingAlarm", "BackupStoppedRule"),
}


@pytest.fixture(scope="module")
def home(production: View) -> View:
    """The stack of the region in which the database is created."""
    return production.deployed()


@pytest.fixture(scope="module")
def away(production: View) -> View:
    """The stack of the other region."""
    return production.deployed(**{"AWS::Region": "us-west-2"})


def test_only_the_home_region_has_the_global_database_the_secret_and_the_backup_plan(
    home: View, away: View
) -> None:
    assert set(home.resources) - set(away.resources) == ONLY_AT_HOME


# A reference would make each change of the cluster a possible replacement.
def test_global_database_is_made_from_the_cluster(home: View) -> None:
    name = home.properties("DatabaseCluster")["DBClusterIdentifier"]["Fn::Sub"]

    assert home.properties("GlobalDatabase") == {
        "GlobalClusterIdentifier": NAME,
        "SourceDBClusterIdentifier": {
            "Fn::Sub": "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}"
            f":cluster:{name}"
        },
        "DeletionProtection": {"Ref": "DeletionProtection"},
    }


# A deletion then stops at the global database while the other region is in it.
def test_global_database_is_deleted_before_any_instance(home: View) -> None:
    before = home.waits_for("GlobalDatabase")

    assert set(home.of_type("AWS::RDS::DBInstance")) <= before


# It moves the traffic; it must not move the place where the database was created.
@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_primary_region_changes_nothing_of_the_database(production: View, region: str) -> None:
    deployed = production.deployed(PrimaryRegion="us-west-2", **{"AWS::Region": region})
    before = production.deployed(**{"AWS::Region": region})

    assert deployed.properties("DatabaseCluster") == before.properties("DatabaseCluster")
    assert ("GlobalDatabase" in deployed.resources) == (region == "us-east-1")


@pytest.mark.parametrize("name", ["GlobalClusterIdentifier", "SourceRegion"])
def test_cluster_at_home_joins_nothing(home: View, name: str) -> None:
    assert name not in home.properties("DatabaseCluster")


@pytest.mark.parametrize("name", ["DatabaseName", "MasterUsername", "MasterUserPassword"])
def test_cluster_of_the_other_region_has_no_database_of_its_own(
    home: View, away: View, name: str
) -> None:
    assert name in home.properties("DatabaseCluster")
    assert name not in away.properties("DatabaseCluster")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GlobalClusterIdentifier", NAME),
        ("SourceRegion", {"Ref": "DatabaseHomeRegion"}),
        ("StorageEncrypted", True),
        ("KmsKeyId", {"Fn::GetAtt": ["EncryptionKey", "Arn"]}),
    ],
    ids=["by name", "from the home region", "encrypted", "with its own key"],
)
def test_cluster_of_the_other_region_joins(away: View, name: str, value: object) -> None:
    assert away.properties("DatabaseCluster")[name] == value


def test_other_region_refers_to_nothing_of_the_home_region(away: View) -> None:
    named = {
        name
        for section in ("Resources", "Outputs")
        for name in references_in(away.document[section])
    }

    assert not named & ONLY_AT_HOME


# RDS does not return the writer endpoint of a cluster without a writer: Fn::GetAtt would fail.
@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_no_region_asks_for_a_writer_endpoint_that_may_be_missing(
    production: View, region: str
) -> None:
    deployed = production.deployed(**{"AWS::Region": region})

    assert "Endpoint.Address" not in attributes(deployed.document)


def test_standard_stack_asks_for_the_writer_endpoint(template: View) -> None:
    assert "Endpoint.Address" in attributes(template.document)


def test_tasks_connect_to_the_writer_of_their_own_region(away: View) -> None:
    reader = {"Fn::GetAtt": ["DatabaseCluster", "ReadEndpoint.Address"]}

    assert environment(away)["DB_HOST"] == {
        "Fn::Join": [".cluster-", {"Fn::Split": [".cluster-ro-", reader]}]
    }
    assert environment(away)["DB_READER_HOST"] == reader


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_tasks_log_in_with_iam_in_both_regions(production: View, region: str) -> None:
    deployed = production.deployed(**{"AWS::Region": region})
    (container,) = deployed.only("AWS::ECS::TaskDefinition")["ContainerDefinitions"]

    login = {name: environment(deployed)[name] for name in ("DB_USERNAME", "DB_AUTH")}

    assert login == {"DB_USERNAME": "payment_app", "DB_AUTH": "iam"}
    assert "Secrets" not in container


def test_no_role_reads_the_administrators_password(home: View) -> None:
    actions = {
        action
        for policy in home.of_type("AWS::IAM::ManagedPolicy")
        for statement in home.statements(policy)
        for action in statement["Action"]
    }

    assert "rds-db:connect" in actions
    assert not {action for action in actions if action.startswith("secretsmanager:")}


@pytest.mark.parametrize(
    ("region", "secret"), [("us-east-1", True), ("us-west-2", False)], ids=["home", "other"]
)
def test_outputs_name_the_global_database_in_both_regions(
    production: View, region: str, *, secret: bool
) -> None:
    outputs = production.deployed(**{"AWS::Region": region}).document["Outputs"]

    assert outputs["GlobalDatabaseId"]["Value"] == NAME
    assert outputs["DatabaseHomeRegion"]["Value"] == {"Ref": "DatabaseHomeRegion"}
    assert ("DatabaseSecretArn" in outputs) is secret


# Without a copy that is close enough, the database commits nothing: not before the other region has
# joined, and after a failover not in that region.
@pytest.mark.parametrize(
    ("region", "given", "bound"),
    [
        ("us-east-1", {}, {}),
        ("us-east-1", {"BoundLostPayments": "true"}, {"rds.global_db_rpo": "20"}),
        ("us-west-2", {"BoundLostPayments": "true"}, {}),
    ],
    ids=["first creation", "home", "other"],
)
def test_only_the_home_region_bounds_the_lost_payments_and_only_on_request(
    region: str, given: dict[str, str], bound: dict[str, str]
) -> None:
    options = replace(PROFILES["production"], lost_seconds=20, database_audit=False)
    deployed = View.of(build_template(options)).deployed(**{"AWS::Region": region}, **given)

    group = deployed.properties("DatabaseParameterGroup")

    assert group["Parameters"] == {"rds.force_ssl": "1", **bound}


@pytest.mark.parametrize("lost_seconds", [0, 20])
def test_bound_is_a_parameter_only_with_lost_seconds(lost_seconds: int) -> None:
    options = replace(PROFILES["production"], lost_seconds=lost_seconds)

    parameters = View.of(build_template(options)).document["Parameters"]

    assert ("BoundLostPayments" in parameters) is bool(lost_seconds)


@pytest.mark.parametrize(
    ("given", "path"), [("", "HealthCheckPath"), ("/ready", "ReadinessPath")], ids=["none", "given"]
)
def test_dns_follows_the_writer(production: View, given: str, path: str) -> None:
    deployed = production.deployed(
        ReadinessPath=given, HostedZoneId="Z0123456789", DomainName="pay.example.com"
    )

    check = deployed.properties("HealthCheck")["HealthCheckConfig"]

    assert check["ResourcePath"] == {"Ref": path}


# A task without a writer is alive: replacing it would not bring one.
def test_load_balancer_does_not_follow_the_writer(production: View) -> None:
    group = production.deployed(ReadinessPath="/ready").properties("TargetGroup")

    assert group["HealthCheckPath"] == {"Ref": "HealthCheckPath"}


def environment(view: View) -> dict[str, object]:
    (container,) = view.only("AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    return {entry["Name"]: entry["Value"] for entry in container["Environment"]}


def attributes(document: Json) -> set[str]:
    """Return every attribute that Fn::GetAtt asks for."""
    return set(re.findall(r'"Fn::GetAtt": \["\w+", "([\w.]+)"\]', json.dumps(document)))
