"""Aurora clusters are created and updated as CloudFormation's handler does it."""

from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import databases, stacks
from tests.rehearsal.stacks import EAST

_PORTS = {
    "of the cluster": {"Value": {"Fn::GetAtt": ["Cluster", "Endpoint.Port"]}},
    "of the instance": {"Value": {"Fn::GetAtt": ["Instance", "Endpoint.Port"]}},
}


@pytest.mark.parametrize(
    ("properties", "port"),
    [
        pytest.param({}, 3306, id="left out"),
        pytest.param({"Port": 5432}, 5432, id="given"),
        pytest.param({"Port": "5433"}, 5433, id="given as text"),
        pytest.param({"EngineMode": "serverless"}, 5432, id="left out, serverless"),
    ],
)
def test_port_defaults_to_the_handlers_port(
    aws: EmbeddedAws, properties: dict[str, Any], port: int
) -> None:
    template = {"Resources": {"Cluster": databases.cluster(**properties)}}

    assert stacks.create(aws, template).status == "CREATE_COMPLETE"

    assert databases.described(aws)["Port"] == port


@pytest.mark.parametrize("port", [None, 5432])
def test_every_api_shows_the_same_port(aws: EmbeddedAws, port: int | None) -> None:
    resources = {"Cluster": databases.cluster(Port=port), "Instance": databases.instance()}
    outputs = {name.title().replace(" ", ""): value for name, value in _PORTS.items()}

    stacks.create(aws, {"Resources": resources, "Outputs": outputs})

    cloudformation, rds = aws.client("cloudformation", EAST), aws.client("rds", EAST)
    shown = cloudformation.describe_stacks(StackName="payment")["Stacks"][0]["Outputs"]
    instance = rds.describe_db_instances()["DBInstances"][0]
    ports = [int(output["OutputValue"]) for output in shown]
    ports += [databases.described(aws)["Port"], instance["Endpoint"]["Port"]]
    assert ports == [port or 3306] * 4


def test_port_added_to_the_template_changes_a_running_cluster(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": {"Cluster": databases.cluster()}})

    outcome = stacks.update(aws, {"Resources": {"Cluster": databases.cluster(Port=5432)}})

    assert outcome.status == "UPDATE_COMPLETE"
    assert databases.described(aws)["Port"] == 5432


def test_deletion_protection_is_switched_in_place(aws: EmbeddedAws) -> None:
    cluster = databases.cluster(DeletionProtection={"Ref": "Protected"})
    template = {"Parameters": {"Protected": {"Type": "String"}}, "Resources": {"Cluster": cluster}}
    stacks.create(aws, template, Protected="false")
    before = databases.described(aws)

    stacks.update(aws, template, Protected="true")
    protected = databases.described(aws)
    stacks.update(aws, template, Protected="false")
    after = databases.described(aws)

    seen = [found["DeletionProtection"] for found in (before, protected, after)]
    assert seen == [False, True, False]
    assert len({found["DbClusterResourceId"] for found in (before, protected, after)}) == 1


def test_any_update_restores_manually_removed_protection(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": {"Cluster": databases.cluster(DeletionProtection=True)}})
    aws.client("rds", EAST).modify_db_cluster(
        DBClusterIdentifier=databases.IDENTIFIER, DeletionProtection=False
    )

    changed = databases.cluster(DeletionProtection=True, BackupRetentionPeriod=7)
    stacks.update(aws, {"Resources": {"Cluster": changed}})

    assert databases.described(aws)["DeletionProtection"] is True


def test_update_does_not_restore_manually_removed_iam_authentication(
    aws: EmbeddedAws,
) -> None:
    cluster = databases.cluster(EnableIAMDatabaseAuthentication=True)
    stacks.create(aws, {"Resources": {"Cluster": cluster}})
    aws.client("rds", EAST).modify_db_cluster(
        DBClusterIdentifier=databases.IDENTIFIER, EnableIAMDatabaseAuthentication=False
    )

    changed = databases.cluster(EnableIAMDatabaseAuthentication=True, BackupRetentionPeriod=7)
    stacks.update(aws, {"Resources": {"Cluster": changed}})

    assert databases.described(aws)["IAMDatabaseAuthenticationEnabled"] is False


def test_change_of_the_master_user_is_ignored(aws: EmbeddedAws) -> None:
    stacks.create(aws, {"Resources": {"Cluster": databases.cluster()}})

    changed = databases.cluster(MasterUsername="another_user")
    outcome = stacks.update(aws, {"Resources": {"Cluster": changed}})

    assert outcome.status == "UPDATE_COMPLETE"
    assert databases.described(aws)["MasterUsername"] == "admin_user"


def test_upgraded_engine_stays_upgraded_when_the_update_is_rolled_back(aws: EmbeddedAws) -> None:
    before = databases.cluster(BackupRetentionPeriod=1)
    stacks.create(aws, {"Resources": {"Cluster": before}})

    changed = databases.cluster(BackupRetentionPeriod=7, EngineVersion="15.19")
    resources = {"Cluster": changed, "Failing": databases.failing("Cluster")}
    outcome = stacks.update(aws, {"Resources": resources})

    cluster = databases.described(aws)
    assert outcome.status == "UPDATE_ROLLBACK_COMPLETE"
    assert (cluster["EngineVersion"], cluster["BackupRetentionPeriod"]) == ("15.19", 1)


def test_instances_are_updated_in_the_order_of_their_dependencies(aws: EmbeddedAws) -> None:
    def instances(tag: str) -> dict[str, Any]:
        tags = [{"Key": "release", "Value": tag}]
        return {
            "Cluster": databases.cluster(),
            # No alphabetical order of these names is the expected order.
            "Middle": {**databases.instance(2, Tags=tags), "DependsOn": ["Writer"]},
            "Last": {**databases.instance(3, Tags=tags), "DependsOn": ["Middle"]},
            "Writer": databases.instance(1, Tags=tags),
        }

    stacks.create(aws, {"Resources": instances("one")})

    stacks.update(aws, {"Resources": instances("two")})

    events = aws.client("cloudformation", EAST).describe_stack_events(StackName="payment")
    updated = [
        event["LogicalResourceId"]
        for event in reversed(events["StackEvents"])
        if event["ResourceType"] == "AWS::RDS::DBInstance"
        and event["ResourceStatus"] == "UPDATE_COMPLETE"
    ]
    assert updated == ["Writer", "Middle", "Last"]


def test_log_export_ends_when_the_template_leaves_it_out(aws: EmbeddedAws) -> None:
    cluster = databases.cluster(EnableCloudwatchLogsExports=["postgresql"])
    stacks.create(aws, {"Resources": {"Cluster": cluster}})
    exported = databases.described(aws)["EnabledCloudwatchLogsExports"]

    stacks.update(aws, {"Resources": {"Cluster": databases.cluster()}})

    assert exported == ["postgresql"]
    assert databases.described(aws).get("EnabledCloudwatchLogsExports", []) == []


def test_changed_tags_reach_the_cluster(aws: EmbeddedAws) -> None:
    tags = [{"Key": "team", "Value": "one"}, {"Key": "old", "Value": "yes"}]
    stacks.create(aws, {"Resources": {"Cluster": databases.cluster(Tags=tags)}})

    changed = databases.cluster(Tags=[{"Key": "team", "Value": "two"}])
    stacks.update(aws, {"Resources": {"Cluster": changed}})

    shown = {tag["Key"]: tag["Value"] for tag in databases.described(aws)["TagList"]}
    own = {key: value for key, value in shown.items() if not key.startswith("aws:")}
    assert own == {"team": "two"}
