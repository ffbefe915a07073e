"""Secret and database have the same password after a change of the master password."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import databases, stacks
from tests.rehearsal.stacks import EAST

_FILE = Path(__file__).parents[2] / "output" / "TapStack.json"
_PAYMENT: dict[str, Any] = json.loads(_FILE.read_text())
# Before the tasks start, only these resources have the password.
_STACK: dict[str, Any] = {
    "Parameters": {
        "EnvironmentSuffix": {"Type": "String", "Default": "dev-001"},
        "DBMasterPassword": _PAYMENT["Parameters"]["DBMasterPassword"],
    },
    "Conditions": {
        name: condition
        for name, condition in _PAYMENT["Conditions"].items()
        if "DBMasterPassword" in json.dumps(condition)
    },
    "Resources": {
        "DatabaseSecret": {
            **_PAYMENT["Resources"]["DatabaseSecret"],
            "Properties": {
                name: value
                for name, value in _PAYMENT["Resources"]["DatabaseSecret"]["Properties"].items()
                if name != "KmsKeyId"
            },
        },
        "Cluster": databases.cluster(
            **{
                name: _PAYMENT["Resources"]["DatabaseCluster"]["Properties"][name]
                for name in ("MasterUsername", "MasterUserPassword")
            }
        ),
        "Instance": databases.instance(),
    },
}
GENERATED = ""
GIVEN = "GivenPassword123"
OTHER = "OtherPassword456"
CHANGES = pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(GENERATED, GIVEN, id="generated to given"),
        pytest.param(GIVEN, GENERATED, id="given to generated"),
        pytest.param(GIVEN, OTHER, id="given to another"),
    ],
)


@pytest.mark.parametrize("password", [GENERATED, GIVEN])
def test_secret_matches_the_new_database(aws: EmbeddedAws, password: str) -> None:
    stacks.create(aws, _STACK, DBMasterPassword=password)

    assert _secret_matches_the_database(aws)


@CHANGES
def test_secret_matches_the_database_after_a_change(
    aws: EmbeddedAws, before: str, after: str
) -> None:
    stacks.create(aws, _STACK, DBMasterPassword=before)
    first = _password(aws)

    outcome = stacks.update(aws, _STACK, DBMasterPassword=after)

    assert outcome.status == "UPDATE_COMPLETE"
    assert _password(aws) != first
    assert _secret_matches_the_database(aws)


@CHANGES
def test_secret_matches_the_database_after_a_rolled_back_change(
    aws: EmbeddedAws, before: str, after: str
) -> None:
    stacks.create(aws, _STACK, DBMasterPassword=before)
    first = _password(aws)

    outcome = stacks.update(aws, _with_a_failure(_STACK), DBMasterPassword=after)

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert _password(aws) == first
    assert _secret_matches_the_database(aws)


def test_single_secret_resource_leaves_the_old_password_in_the_database(
    aws: EmbeddedAws,
) -> None:
    old_design = copy.deepcopy(_STACK)
    old_design["Resources"]["DatabaseSecret"]["Properties"]["Name"] = "payment-database"
    stacks.create(aws, old_design, DBMasterPassword=GENERATED)

    outcome = stacks.update(aws, old_design, DBMasterPassword=GIVEN)

    assert outcome.status == "UPDATE_COMPLETE"
    assert _password(aws) == GIVEN
    assert not _secret_matches_the_database(aws)


def _with_a_failure(template: dict[str, Any]) -> dict[str, Any]:
    failing = {"Failing": databases.failing("Cluster", "DatabaseSecret")}
    return {**template, "Resources": {**template["Resources"], **failing}}


def _secret(aws: EmbeddedAws) -> str:
    detail = aws.client("cloudformation", EAST).describe_stack_resource(
        StackName="payment", LogicalResourceId="DatabaseSecret"
    )
    return str(detail["StackResourceDetail"]["PhysicalResourceId"])


def _password(aws: EmbeddedAws) -> str:
    value = aws.client("secretsmanager", EAST).get_secret_value(SecretId=_secret(aws))
    return str(json.loads(value["SecretString"])["password"])


def _secret_matches_the_database(aws: EmbeddedAws) -> bool:
    cluster = databases.described(aws)["DBClusterArn"]
    # Enabled only because the Data API logs in with the secret.
    aws.client("rds", EAST).enable_http_endpoint(ResourceArn=cluster)
    try:
        aws.client("rds-data", EAST).begin_transaction(
            resourceArn=cluster, secretArn=_secret(aws), database="payments"
        )
    except ClientError as error:
        if "password authentication failed" not in str(error):
            raise
        return False
    return True
