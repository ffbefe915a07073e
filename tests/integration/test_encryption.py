from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KeyManager", "CUSTOMER"),
        ("KeyState", "Enabled"),
        ("KeyUsage", "ENCRYPT_DECRYPT"),
        ("KeySpec", "SYMMETRIC_DEFAULT"),
        ("Origin", "AWS_KMS"),
    ],
)
def test_key_has_the_setting(stack: Stack, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    key = stack.ask("kms", "describe_key", KeyId=key_arn(stack))["KeyMetadata"]

    assert key[name] == value


def test_key_rotates_automatically(stack: Stack) -> None:
    rotation = stack.ask("kms", "get_key_rotation_status", KeyId=key_arn(stack))

    assert rotation["KeyRotationEnabled"] is True


def test_alias_points_to_the_key(stack: Stack) -> None:
    aliases = stack.ask("kms", "list_aliases", KeyId=key_arn(stack))["Aliases"]

    names = [alias["AliasName"] for alias in aliases]

    assert names == [f"alias/payment-key-{stack.suffix}"]


def test_key_policy_allows_no_other_account(stack: Stack) -> None:
    # A condition limits services to the account; accounts appear by ID or as root.
    principals = [json.dumps(statement["Principal"]) for statement in statements(stack)]

    others = [principal for principal in principals if '"Service"' not in principal]

    own = rf'{{"AWS": "(arn:aws[a-z-]*:iam::)?{stack.account}(:root)?"}}'
    assert others
    assert [principal for principal in others if not re.fullmatch(own, principal)] == []


def test_services_can_use_the_key_only_for_this_stack(stack: Stack) -> None:
    of_services = [given for given in statements(stack) if "Service" in given["Principal"]]

    conditions = [json.dumps(statement.get("Condition")) for statement in of_services]

    assert conditions
    assert all("kms:EncryptionContext" in condition for condition in conditions)
    assert all(stack.suffix in condition for condition in conditions)


@pytest.mark.parametrize("service", ["logs", "cloudwatch", "events", "events.rds", "fargate"])
def test_service_can_use_the_key(stack: Stack, service: str) -> None:
    regional = {f"{service}.amazonaws.com", f"{service}.{stack.region}.amazonaws.com"}

    granted = json.dumps([given["Principal"].get("Service") for given in statements(stack)])

    assert any(f'"{principal}"' in granted for principal in regional)


def test_secret_of_the_database_is_encrypted_with_the_key(stack: Stack, secret_arn: str) -> None:
    secret = stack.ask("secretsmanager", "describe_secret", SecretId=secret_arn)

    # Secrets Manager shows the key as it was set: ID, ARN or alias.
    assert secret["KmsKeyId"].split("/")[-1] == key_arn(stack).split("/")[-1]


def test_secret_of_the_database_is_not_deleted(stack: Stack, secret_arn: str) -> None:
    secret = stack.ask("secretsmanager", "describe_secret", SecretId=secret_arn)

    stages = [stage for version in secret["VersionIdsToStages"].values() for stage in version]
    assert stages.count("AWSCURRENT") == 1
    assert "DeletedDate" not in secret


def statements(stack: Stack) -> list[Json]:
    answer = stack.ask("kms", "get_key_policy", KeyId=key_arn(stack), PolicyName="default")
    return cast("list[Json]", json.loads(answer["Policy"])["Statement"])


def key_arn(stack: Stack) -> str:
    return stack.outputs["EncryptionKeyArn"]
