"""A rehearsal distinguishes what a template retains from what is left behind."""

from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.inventory import inventory
from payment_templates.rehearsal.retention import SnapshotError, retention_of
from payment_templates.rehearsal.stacks import Stack
from tests.rehearsal import databases, stacks
from tests.rehearsal.stacks import EAST

_STACK = Stack(region=EAST, name="payment", resources=2)


def test_retained_resources_snapshot_and_backups_are_not_left_behind(aws: EmbeddedAws) -> None:
    template = _template(DeleteAutomatedBackups=False)
    before = inventory(aws, EAST)
    stacks.create(aws, template)
    backup = databases.described(aws)["DbClusterResourceId"]

    retention = retention_of(aws, _STACK, template)
    stacks.delete(aws)
    aws.client("logs", EAST).create_log_group(logGroupName="left")
    found = inventory(aws, EAST) - before

    (snapshot,) = databases.snapshots(aws)
    retained = retention.among(aws, found)
    assert retained == {
        "logs retained",
        f"rds {backup}",
        f"rds {snapshot['DBClusterSnapshotIdentifier']}",
    }
    assert found - retained == {"logs left"}


def test_missing_final_snapshot_is_an_error(aws: EmbeddedAws) -> None:
    template = _template()
    stacks.create(aws, template)
    retention = retention_of(aws, _STACK, template)
    aws.client("rds", EAST).delete_db_cluster(
        DBClusterIdentifier=databases.IDENTIFIER, SkipFinalSnapshot=True
    )

    with pytest.raises(SnapshotError, match="payments in us-east-1 was deleted without"):
        retention.among(aws, frozenset())


def _template(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of any shape
    group = {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Retain",
        "Properties": {"LogGroupName": "retained"},
    }
    cluster = databases.cluster("Snapshot", **properties)
    return {"Resources": {"Group": group, "Cluster": cluster}}
