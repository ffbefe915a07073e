"""Resources that a deletion retains, with stubbed AWS responses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from payment_templates.rollout.deletion.leftovers import Leftover
from payment_templates.rollout.deletion.retained import (
    CLUSTER_BACKUPS,
    CLUSTER_SNAPSHOT,
    Retained,
    find_retained,
    retained_before,
)

if TYPE_CHECKING:
    from botocore.stub import Stubber

_EAST = "us-east-1"
_STACK = f"arn:aws:cloudformation:{_EAST}:123456789012:stack/payment-prod-001/1"
_CLUSTER = "payment-aurora-cluster-prod-001"
_GROUP = "/ecs/payment-prod-001"


@pytest.fixture
def session() -> boto3.Session:
    return boto3.Session(region_name=_EAST)


def test_retained_resources_of_a_deleted_stack_are_found(
    session: boto3.Session, cloudformation: Stubber
) -> None:
    cloudformation.add_response("list_stacks", {"StackSummaries": [_deleted("payment-prod-001")]})
    cloudformation.add_response(
        "get_template", {"TemplateBody": json.dumps(_template(DeleteAutomatedBackups=False))}
    )
    cloudformation.add_response(
        "list_stack_resources",
        {
            "StackResourceSummaries": [
                _resource("Database", "AWS::RDS::DBCluster", _CLUSTER, "DELETE_COMPLETE"),
                _resource("Logs", "AWS::Logs::LogGroup", _GROUP, "DELETE_SKIPPED"),
                _resource("Gone", "AWS::Logs::LogGroup", "/gone", "DELETE_COMPLETE"),
            ]
        },
    )

    found = [*_before(session)]

    assert [(one.kind, one.name) for one in found] == [
        (CLUSTER_SNAPSHOT, _CLUSTER),
        (CLUSTER_BACKUPS, _CLUSTER),
        ("log group", _GROUP),
    ]


def test_backups_deleted_with_the_cluster_are_not_retained(
    session: boto3.Session, cloudformation: Stubber
) -> None:
    cloudformation.add_response("list_stacks", {"StackSummaries": [_deleted("payment-prod-001")]})
    cloudformation.add_response("get_template", {"TemplateBody": json.dumps(_template())})
    cluster = _resource("Database", "AWS::RDS::DBCluster", _CLUSTER, "DELETE_COMPLETE")
    cloudformation.add_response("list_stack_resources", {"StackResourceSummaries": [cluster]})

    assert [one.kind for one in _before(session)] == [CLUSTER_SNAPSHOT]


def test_stack_of_another_name_is_ignored(session: boto3.Session, cloudformation: Stubber) -> None:
    cloudformation.add_response("list_stacks", {"StackSummaries": [_deleted("payment-prod-002")]})

    assert [*_before(session)] == []


@pytest.mark.parametrize(("status", "count"), [("retained", 1), ("active", 0)])
def test_backups_are_found_by_their_status(
    session: boto3.Session, rds: Stubber, status: str, count: int
) -> None:
    backup = {"DBClusterIdentifier": _CLUSTER, "Status": status}
    rds.add_response(
        "describe_db_cluster_automated_backups",
        {"DBClusterAutomatedBackups": [backup]},
        {"DBClusterIdentifier": _CLUSTER},
    )

    assert len(find_retained(session, [_planned(CLUSTER_BACKUPS)], [])) == count


def test_backups_without_access_are_unknown(session: boto3.Session, rds: Stubber) -> None:
    rds.add_client_error("describe_db_cluster_automated_backups", "AccessDenied")

    (found,) = find_retained(session, [_planned(CLUSTER_BACKUPS)], [])

    assert not found.known


def test_cluster_of_the_same_name_is_no_snapshot(session: boto3.Session) -> None:
    cluster = Leftover(region=_EAST, kind="database cluster", name=_CLUSTER)

    assert find_retained(session, [_planned(CLUSTER_SNAPSHOT)], [cluster]) == ()


def _before(session: boto3.Session) -> list[Retained]:
    names = {"stack_name": "payment-prod-001", "stack_set_name": "payment-prod-001"}
    return [*retained_before(session, [_EAST], **names)]


def _planned(kind: str) -> Retained:
    return Retained(region=_EAST, kind=kind, name=_CLUSTER, logical_id="Database")


def _deleted(name: str) -> dict[str, Any]:
    return {
        "StackName": name,
        "StackId": _STACK,
        "StackStatus": "DELETE_COMPLETE",
        "CreationTime": "2026-01-01T00:00:00Z",
    }


def _resource(name: str, kind: str, physical_id: str, status: str) -> dict[str, Any]:
    return {
        "LogicalResourceId": name,
        "PhysicalResourceId": physical_id,
        "ResourceType": kind,
        "ResourceStatus": status,
        "LastUpdatedTimestamp": "2026-01-01T00:00:00Z",
    }


def _template(**cluster: object) -> dict[str, Any]:
    group = {"Type": "AWS::Logs::LogGroup", "DeletionPolicy": "RetainExceptOnCreate"}
    database = {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Snapshot", "Properties": cluster}
    return {"Resources": {"Database": database, "Logs": group, "Gone": group}}
