from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

ACCOUNT = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
USES = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptTo"]
ARN = "arn:${AWS::Partition}:{service}:${AWS::Region}:${AWS::AccountId}:"


def test_there_is_one_key(template: View) -> None:
    keys = template.of_type("AWS::KMS::Key")

    assert set(keys) == {"EncryptionKey"}


def test_key_rotates(template: View) -> None:
    key = template.properties("EncryptionKey")

    assert key["EnableKeyRotation"] is True


def test_key_has_the_shortest_deletion_window(template: View) -> None:
    key = template.properties("EncryptionKey")

    assert key["PendingWindowInDays"] == 7


def test_alias_names_the_key(template: View) -> None:
    alias = template.only("AWS::KMS::Alias")

    assert alias == {
        "AliasName": {"Fn::Sub": "alias/payment-key-${EnvironmentSuffix}"},
        "TargetKeyId": {"Ref": "EncryptionKey"},
    }


@pytest.mark.parametrize(
    "action", ["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:EnableKeyRotation"]
)
def test_account_manages_the_key(template: View, action: str) -> None:
    statements = allowing(template, action)

    assert [(entry["Principal"], "Condition" in entry) for entry in statements] == [
        (ACCOUNT, False)
    ]


@pytest.mark.parametrize("action", [*USES, "kms:CreateGrant"])
def test_every_use_of_the_key_has_a_condition(template: View, action: str) -> None:
    statements = allowing(template, action)

    assert statements
    assert all(entry.get("Condition") for entry in statements)


@pytest.mark.parametrize("action", USES)
def test_account_uses_the_key_only_through_database_secrets_and_topic(
    template: View, action: str
) -> None:
    (statement,) = (entry for entry in allowing(template, action) if entry["Principal"] == ACCOUNT)

    services = ["rds.*", "secretsmanager.*", "sns.*"]
    assert statement["Condition"] == {"StringLike": {"kms:ViaService": services}}


def test_account_grants_only_to_aws_resources(template: View) -> None:
    (statement,) = (
        entry for entry in allowing(template, "kms:CreateGrant") if entry["Principal"] == ACCOUNT
    )

    assert statement["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html
@pytest.mark.parametrize("action", ["kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"])
def test_fargate_uses_the_key_only_for_the_disks_of_this_cluster(
    template: View, action: str
) -> None:
    (statement,) = (
        entry
        for entry in allowing(template, action)
        if entry["Principal"] == {"Service": "fargate.amazonaws.com"}
    )

    assert statement["Condition"]["StringEquals"] == {
        "kms:EncryptionContext:aws:ecs:clusterAccount": [{"Ref": "AWS::AccountId"}],
        "kms:EncryptionContext:aws:ecs:clusterName": [
            template.only("AWS::ECS::Cluster")["ClusterName"]
        ],
    }


def test_fargate_grants_only_decryption(template: View) -> None:
    (statement,) = (
        entry
        for entry in template.statements("EncryptionKey")
        if entry["Sid"] == "FargateHoldGrants"
    )

    operations = statement["Condition"]["ForAllValues:StringEquals"]
    assert operations == {"kms:GrantOperations": ["Decrypt"]}


def test_disabled_key_is_drift(template: View) -> None:
    key = template.properties("EncryptionKey")

    assert key["Enabled"] is True


@pytest.mark.parametrize("action", ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"])
def test_logs_of_this_region_use_the_key(template: View, action: str) -> None:
    services = services_allowed(template, action)

    assert {"Fn::Sub": "logs.${AWS::Region}.${AWS::URLSuffix}"} in services


def test_logs_use_the_key_only_for_the_stacks_log_groups(template: View) -> None:
    (statement,) = (entry for entry in template.statements("EncryptionKey") if is_for_logs(entry))
    groups = template.of_type("AWS::Logs::LogGroup").values()

    arns = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]

    prefix = "arn:*:logs:*:${AWS::AccountId}:log-group:"
    assert {arn["Fn::Sub"] for arn in arns} == {
        prefix + group["LogGroupName"]["Fn::Sub"] for group in groups
    }


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
@pytest.mark.parametrize("publisher", ["cloudwatch", "events", "events.rds"])
def test_publisher_uses_the_key(template: View, publisher: str, action: str) -> None:
    services = services_allowed(template, action)

    assert f"{publisher}.amazonaws.com" in services


def test_publishers_only_decrypt_and_generate_data_keys(template: View) -> None:
    statement = publishers(template)

    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_publishers_use_the_key_only_for_the_topic(template: View) -> None:
    topic = template.only("AWS::SNS::Topic")["TopicName"]["Fn::Sub"]

    condition = publishers(template)["Condition"]

    arn = ARN.replace("{service}", "sns") + topic
    assert condition == {
        "StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": {"Fn::Sub": arn}}
    }


def test_no_other_account_may_use_the_key(template: View) -> None:
    statements = template.statements("EncryptionKey")

    assert all(
        entry["Principal"] == ACCOUNT or set(entry["Principal"]) == {"Service"}
        for entry in statements
    )


def publishers(template: View) -> Json:
    (statement,) = (
        entry
        for entry in template.statements("EncryptionKey")
        if "cloudwatch.amazonaws.com" in entry["Principal"].get("Service", [])
    )
    return statement


def is_for_logs(statement: Json) -> bool:
    return "logs." in str(statement["Principal"])


def allowing(template: View, action: str) -> list[Json]:
    """Return the statements that allow an action, by its name or by a pattern."""
    return [
        statement
        for statement in template.statements("EncryptionKey")
        if any(fnmatchcase(action, pattern) for pattern in statement["Action"])
    ]


def services_allowed(template: View, action: str) -> list[object]:
    services: list[object] = []
    for statement in allowing(template, action):
        named = statement["Principal"].get("Service", [])
        services += named if isinstance(named, list) else [named]
    return services


# Retained logs of an option that is switched off again are read with the key, too.
@pytest.mark.parametrize("switch", ["flow_logs", "web_acl", "dns_query_logs"])
def test_key_stays_usable_for_retained_logs_of_an_option_that_is_off(switch: str) -> None:
    changes: list[dict[str, Any]] = [{switch: value} for value in (True, False)]
    on, off = (
        View.of(build_template(replace(PROFILES["production"], **change))) for change in changes
    )

    assert on.properties("EncryptionKey") == off.properties("EncryptionKey")
