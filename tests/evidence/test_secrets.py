"""A secret in plain text is found, and a value that only looks like one is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change

CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
CLAIM = "secrets-not-in-clear"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.


def variable(name: str, value: object) -> Change:
    return put(f"{CONTAINER}.Environment.0", {"Name": name, "Value": value})


def parameter(name: str, **entries: object) -> Change:
    return put(f"Parameters.{name}", {"Type": "String", **entries})


NO_SECRETS: dict[str, tuple[Change, ...]] = {
    "the ARN of a secret by a parameter": (
        parameter("LoginArn"),
        variable("DB_SECRET", {"Ref": "LoginArn"}),
    ),
    "the name of a key pair by a parameter": (
        parameter("Pair", Type="AWS::EC2::KeyPair::KeyName"),
        variable("PRIVATE_KEY", {"Ref": "Pair"}),
    ),
    "a switch by a parameter": (
        parameter("Managed", Default="true", AllowedValues=["true", "false"]),
        variable("ASK_PASSWORD", {"Ref": "Managed"}),
    ),
    "a duration by a parameter": (
        parameter("Minutes", Type="Number", Default=60),
        variable("REFRESH_TOKEN", {"Ref": "Minutes"}),
    ),
    "a function for a custom resource": (
        parameter("Handler"),
        put(
            "Custom",
            {"Type": "Custom::It", "Properties": {"ServiceToken": {"Ref": "Handler"}}},
        ),
    ),
    "the ID of an access key": (
        put("Key", {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "payment"}}),
        put("Outputs.Key", {"Value": {"Ref": "Key"}}),
    ),
    "the secret of an access key in a secret": (
        put("Key", {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "payment"}}),
        put(
            "Another",
            {
                "Type": SECRET,
                "Properties": {"SecretString": {"Fn::GetAtt": ["Key", "SecretAccessKey"]}},
            },
        ),
    ),
    "what goes with a generated password": (
        put(
            "Another",
            {
                "Type": SECRET,
                "Properties": {
                    "GenerateSecretString": {
                        "SecretStringTemplate": '{"username":"pay","token_url":"https://x","p":1}',
                        "GenerateStringKey": "password",
                    }
                },
            },
        ),
    ),
    "an address without a password": (
        variable("DATABASE_URL", {"Fn::Sub": "postgresql://payment@${DatabaseCluster.Port}/b:c@d"}),
    ),
    "a password that the shell puts in": (
        put(
            f"{CONTAINER}.Command",
            ["sh", "-c", "run --password=$DB_PASSWORD postgresql://a:$PW@host"],
        ),
    ),
    "a choice of what is no secret": (
        variable("MODE", {"Fn::Select": [1, ["fast", "slow"]]}),
        variable("ZONE_TOKEN", {"Fn::Select": [0, {"Fn::GetAZs": ""}]}),
    ),
}
DOUBTS: dict[str, tuple[Change, ...]] = {
    "an argument": (put(f"{CONTAINER}.Command", ["run", "--password=hunter2hunter2"]),),
    "two arguments": (put(f"{CONTAINER}.Command", ["run", "--password", "hunter2hunter2"]),),
    "the query of an address": (
        variable("DATABASE_URL", "jdbc:postgresql://host/payments?user=a&password=hunter2"),
    ),
    "a secret or its name": (
        parameter("Login", Default="payment"),
        variable("DB_SECRET", {"Ref": "Login"}),
    ),
    "a token or its name": (
        parameter("Chosen"),
        variable("API_TOKEN", {"Ref": "Chosen"}),
    ),
}


@pytest.mark.parametrize("title", NO_SECRETS)
def test_what_is_no_secret_may_be_shown(title: str) -> None:
    assert verdict_of(CLAIM, changed(real_document(), *NO_SECRETS[title])) is Verdict.KEPT


@pytest.mark.parametrize("title", DOUBTS)
def test_what_may_be_a_secret_is_not_known_to_be_hidden(title: str) -> None:
    assert verdict_of(CLAIM, changed(real_document(), *DOUBTS[title])) is Verdict.UNKNOWN
