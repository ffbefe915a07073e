"""What else stores data: volumes of tasks, and resources of which that is not known."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, changed, put
from tests.evidence.templates import real_document, verdict_of

KEPT, CONDITIONAL, BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
UNKNOWN = Verdict.UNKNOWN
KEY = {"Fn::GetAtt": ["EncryptionKey", "Arn"]}
CLUSTER_KEY = put("Cluster.Properties.Configuration.ManagedStorageConfiguration.KmsKeyId", KEY)


def volume(**properties: object) -> tuple[Change, ...]:
    """Attach a volume to each task."""
    configuration = {"Name": "data", "ManagedEBSVolume": {"SizeInGiB": 20, **properties}}
    return (
        put("TaskDefinition.Properties.Volumes", [{"Name": "data", "ConfiguredAtLaunch": True}]),
        put("Service.Properties.VolumeConfigurations", [configuration]),
    )


def encrypted(*changes: Change) -> Verdict:
    return verdict_of("encrypted-at-rest", changed(real_document(), *changes))


VOLUMES: dict[str, tuple[Verdict, tuple[Change, ...]]] = {
    "not encrypted": (BROKEN, volume(Encrypted=False)),
    "not encrypted by default": (BROKEN, volume()),
    "not encrypted, in text": (BROKEN, volume(Encrypted="false")),
    "not encrypted, with a key": (BROKEN, volume(Encrypted=False, KmsKeyId=KEY)),
    "with AWS's own key": (BROKEN, volume(Encrypted=True)),
    "with a key": (UNKNOWN, volume(Encrypted=True, KmsKeyId=KEY)),
    "with the key of the cluster": (UNKNOWN, (*volume(Encrypted=True), CLUSTER_KEY)),
    "by the cluster": (UNKNOWN, (*volume(), CLUSTER_KEY)),
    "from a snapshot": (UNKNOWN, volume(SnapshotId="snap-1")),
}


@pytest.mark.parametrize("title", VOLUMES)
def test_volume_of_a_task_stores_data(title: str) -> None:
    verdict, changes = VOLUMES[title]

    assert encrypted(*changes) is verdict


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("AWS::Events::Archive", CONDITIONAL),
        ("AWS::Events::Connection", CONDITIONAL),
        ("AWS::CloudFormation::Stack", CONDITIONAL),
        ("AWS::CloudFormation::CustomResource", CONDITIONAL),
        ("AWS::Events::Rule", KEPT),
        ("AWS::CloudFormation::WaitConditionHandle", KEPT),
        ("AWS::EFS::MountTarget", KEPT),
        ("AWS::EFS::AccessPoint", KEPT),
    ],
)
def test_resource_that_may_store_data_is_a_condition(kind: str, verdict: Verdict) -> None:
    assert encrypted(put("Other", {"Type": kind, "Properties": {}})) is verdict
