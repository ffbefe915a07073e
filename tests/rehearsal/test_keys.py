"""KMS keys that are pending deletion or disabled, and the services that use them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import databases, keys, stacks
from tests.rehearsal.stacks import EAST

STATES = pytest.mark.parametrize("state", [keys.PENDING, keys.DISABLED])


def test_deletion_of_a_stack_schedules_the_deletion_of_its_key(aws: EmbeddedAws) -> None:
    stacks.create(aws, stacks.resource("AWS::KMS::Key", PendingWindowInDays=7))

    stacks.delete(aws)

    kms = aws.client("kms", EAST)
    metadata = keys.metadata(kms, kms.list_keys()["Keys"][0]["KeyId"])
    waits = metadata["DeletionDate"] - metadata["CreationDate"]
    assert (metadata["KeyState"], waits.days) == ("PendingDeletion", 7)


def test_cancelled_deletion_leaves_the_key_disabled_until_it_is_enabled(aws: EmbeddedAws) -> None:
    kms = aws.client("kms", EAST)
    key = keys.create(kms, keys.PENDING)

    kms.cancel_key_deletion(KeyId=key)
    cancelled = keys.metadata(kms, key)
    kms.enable_key(KeyId=key)
    enabled = keys.metadata(kms, key)

    assert (cancelled["KeyState"], cancelled["Enabled"]) == ("Disabled", False)
    assert (enabled["KeyState"], enabled["Enabled"]) == ("Enabled", True)


@pytest.mark.parametrize("operation", ["enable_key", "disable_key", "schedule_key_deletion"])
def test_pending_deletion_of_a_key_can_only_be_cancelled(aws: EmbeddedAws, operation: str) -> None:
    kms = aws.client("kms", EAST)
    key = keys.create(kms, keys.PENDING)

    with pytest.raises(kms.exceptions.KMSInvalidStateException, match="is pending deletion"):
        getattr(kms, operation)(KeyId=key)


def test_deletion_that_was_not_scheduled_cannot_be_cancelled(aws: EmbeddedAws) -> None:
    kms = aws.client("kms", EAST)
    key = keys.create(kms)

    with pytest.raises(kms.exceptions.KMSInvalidStateException, match="is not pending deletion"):
        kms.cancel_key_deletion(KeyId=key)


@STATES
@pytest.mark.parametrize(
    ("operation", "request_with", "code"),
    [
        (
            "rds create_db_cluster",
            {"DBClusterIdentifier": "other", "Engine": "aurora-postgresql", "KmsKeyId": "<key>"},
            "KMSKeyNotAccessibleFault",
        ),
        (
            "secretsmanager create_secret",
            {"Name": "password", "SecretString": "{}", "KmsKeyId": "<key>"},
            "EncryptionFailure",
        ),
        (
            "logs create_log_group",
            {"logGroupName": "group", "kmsKeyId": "<key>"},
            "InvalidParameterException",
        ),
    ],
    ids=["database", "secret", "log group"],
)
def test_create_operation_rejects_an_unusable_key(
    aws: EmbeddedAws, operation: str, request_with: dict[str, str], code: str, state: str
) -> None:
    service, method = operation.split()
    key = keys.create(aws.client("kms", EAST), state)
    request = {name: value.replace("<key>", key) for name, value in request_with.items()}

    with pytest.raises(ClientError, match=rf"\({code}\)"):
        getattr(aws.client(service, EAST), method)(**request)


@pytest.mark.parametrize(
    ("resource_type", "properties", "code"),
    [
        ("AWS::Logs::LogGroup", {"LogGroupName": "group"}, "InvalidParameterException"),
        ("AWS::SecretsManager::Secret", {"SecretString": "{}"}, "EncryptionFailure"),
        (
            "AWS::RDS::DBCluster",
            {
                "Engine": "aurora-postgresql",
                "MasterUsername": "admin_user",
                "MasterUserPassword": "FirstPassword1",
                "StorageEncrypted": True,
            },
            "KMSKeyNotAccessibleFault",
        ),
    ],
)
def test_stack_with_an_unusable_key_fails(
    aws: EmbeddedAws, resource_type: str, properties: dict[str, Any], code: str
) -> None:
    key = keys.create(aws.client("kms", EAST), keys.PENDING)

    outcome = stacks.create(aws, stacks.resource(resource_type, KmsKeyId=key, **properties))

    assert outcome.status == "ROLLBACK_COMPLETE"
    assert code in outcome.failures["It"]


def test_database_is_inaccessible_until_its_key_is_usable_again(aws: EmbeddedAws) -> None:
    kms = aws.client("kms", EAST)
    key = keys.create(kms)
    cluster = databases.cluster(StorageEncrypted=True, KmsKeyId=key)
    stacks.create(aws, {"Resources": {"Cluster": cluster}})

    kms.disable_key(KeyId=key)
    without = databases.described(aws)["Status"]
    kms.enable_key(KeyId=key)

    assert without == "inaccessible-encryption-credentials-recoverable"
    assert databases.described(aws)["Status"] == "available"


def test_update_does_not_enable_a_manually_disabled_key(aws: EmbeddedAws) -> None:
    properties: dict[str, Any] = {"Enabled": True, "EnableKeyRotation": True}
    stacks.create(aws, stacks.resource("AWS::KMS::Key", **properties))
    kms = aws.client("kms", EAST)
    key = kms.list_keys()["Keys"][0]["KeyId"]
    kms.disable_key(KeyId=key)

    outcome = stacks.update(
        aws, stacks.resource("AWS::KMS::Key", **properties, Description="other")
    )

    assert outcome.status == "UPDATE_COMPLETE"
    assert keys.metadata(kms, key)["KeyState"] == "Disabled"


def test_key_that_is_pending_deletion_cannot_be_updated(aws: EmbeddedAws) -> None:
    stacks.create(aws, stacks.resource("AWS::KMS::Key"))
    kms = aws.client("kms", EAST)
    kms.schedule_key_deletion(KeyId=kms.list_keys()["Keys"][0]["KeyId"])

    outcome = stacks.update(aws, stacks.resource("AWS::KMS::Key", Description="other"))

    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: NotFound" in outcome.failures["It"]
