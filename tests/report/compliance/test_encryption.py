"""Stored data is encrypted, or not, as AWS does it by default for each type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.report.compliance import Status
from tests.evidence.changes import cut, put
from tests.report.compliance.complete_template import assessed

if TYPE_CHECKING:
    from payment_templates.report.compliance import Assessment
    from tests.evidence.changes import Change

_ENCRYPTED = ("3.3.2", "3.6.1.2", "8.3.2")
_OWN_KEY = "3.5.1.3"
_KEY = {"Fn::GetAtt": ["EncryptionKey", "Arn"]}


def _status(found: Assessment, number: str) -> Status:
    return next(it.status for it in found.requirements if it.row.number == number)


def _with(kind: str, properties: dict[str, Any]) -> Assessment:
    return assessed(put("Store", {"Type": kind, "Properties": properties}))


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::Kinesis::Stream", {"ShardCount": 1}),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": False}),
        ("AWS::EFS::FileSystem", {}),
        ("AWS::EC2::Volume", {"Size": 8, "AvailabilityZone": "us-east-1a"}),
        ("AWS::RDS::DBCluster", {"Engine": "aurora-postgresql"}),
    ],
)
def test_store_that_is_not_encrypted_by_default(kind: str, properties: dict[str, Any]) -> None:
    found = _with(kind, properties)

    assert {_status(found, number) for number in _ENCRYPTED} == {Status.NOT_MET}


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("AWS::Kinesis::Stream", {"StreamEncryption": {"EncryptionType": "KMS", "KeyId": _KEY}}),
        ("AWS::SQS::Queue", {}),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": True}),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": False, "KmsMasterKeyId": _KEY}),
        ("AWS::DynamoDB::Table", {"BillingMode": "PAY_PER_REQUEST"}),
        ("AWS::S3::Bucket", {}),
    ],
)
def test_store_that_is_encrypted_by_default(kind: str, properties: dict[str, Any]) -> None:
    found = _with(kind, properties)

    assert Status.NOT_MET not in {_status(found, number) for number in _ENCRYPTED}


def test_table_with_a_key_of_aws_has_no_customer_managed_key() -> None:
    found = _with("AWS::DynamoDB::Table", {"SSESpecification": {"KMSMasterKeyId": _KEY}})

    assert _status(found, _OWN_KEY) is Status.NOT_MET


@pytest.mark.parametrize("kind", ["AWS::EC2::Instance", "AWS::EC2::LaunchTemplate"])
def test_disks_of_instances_are_a_condition(kind: str) -> None:
    found = _with(kind, {})

    assert {_status(found, number) for number in _ENCRYPTED} == {Status.CONDITIONAL}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ((), Status.UNKNOWN),
        ((put("DatabaseCluster.Properties.StorageEncrypted", value=True),), Status.MET),
    ],
    ids=["as its snapshot", "encrypted"],
)
def test_restored_cluster_is_encrypted_as_its_snapshot(
    changes: tuple[Change, ...], status: Status
) -> None:
    snapshot = put("DatabaseCluster.Properties.SnapshotIdentifier", "before")
    without = cut("DatabaseCluster.Properties.StorageEncrypted")

    found = assessed(snapshot, without, *changes)

    assert _status(found, "3.6.1.2") is status
