import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from payment_templates.rehearsal import EmbeddedAws
from tests.rehearsal import stacks

_TEMPLATE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "templates" / "every_type.json").read_text()
)


@pytest.fixture(scope="module")
def deployed(running_aws: EmbeddedAws) -> Iterator[EmbeddedAws]:
    aws = replace(running_aws, account="210000000000")
    assert stacks.create(aws, _TEMPLATE).status == "CREATE_COMPLETE"
    assert stacks.create(aws, _TEMPLATE, region=stacks.WEST).status == "CREATE_COMPLETE"
    yield aws
    stacks.delete(aws)
    stacks.delete(aws, region=stacks.WEST)


def test_condition_sees_the_region(deployed: EmbeddedAws) -> None:
    # The parameter has the condition IsPrimaryRegion.
    east = deployed.client("ssm", stacks.EAST).describe_parameters()["Parameters"]
    west = deployed.client("ssm", stacks.WEST).describe_parameters()["Parameters"]

    assert (len(east), len(west)) == (1, 0)


def test_first_instance_is_the_only_writer_of_the_cluster(deployed: EmbeddedAws) -> None:
    cluster = deployed.client("rds", stacks.EAST).describe_db_clusters()["DBClusters"][0]

    members = [
        (member["DBInstanceIdentifier"], member["IsClusterWriter"], member["PromotionTier"])
        for member in cluster["DBClusterMembers"]
    ]
    assert members == [
        ("aurora-0-test", True, 0),
        ("aurora-1-test", False, 1),
        ("aurora-2-test", False, 2),
    ]


def test_cluster_shows_its_encryption_and_its_logs(deployed: EmbeddedAws) -> None:
    rds = deployed.client("rds", stacks.EAST)
    key = deployed.client("kms", stacks.EAST).list_keys()["Keys"][0]["KeyArn"]

    cluster = rds.describe_db_clusters()["DBClusters"][0]
    instances = rds.describe_db_instances()["DBInstances"]

    assert (cluster["StorageEncrypted"], cluster["KmsKeyId"]) == (True, key)
    assert cluster["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert {(instance["StorageEncrypted"], instance["KmsKeyId"]) for instance in instances} == {
        (True, key)
    }


@pytest.mark.parametrize("region", [stacks.EAST, stacks.WEST])
def test_subnets_are_in_the_zones_of_their_region(deployed: EmbeddedAws, region: str) -> None:
    ec2 = deployed.client("ec2", region)
    vpc = ec2.describe_nat_gateways()["NatGateways"][0]["VpcId"]

    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]

    zones = sorted(subnet["AvailabilityZone"] for subnet in subnets)
    assert zones == [f"{region}{letter}" for letter in "aabbcc"]


def test_region_with_two_zones_has_two(aws: EmbeddedAws) -> None:
    described = aws.client("ec2", "us-west-1").describe_availability_zones()

    zones = [(zone["ZoneName"], zone["ZoneId"]) for zone in described["AvailabilityZones"]]
    assert zones == [("us-west-1a", "usw1-az1"), ("us-west-1c", "usw1-az3")]


def test_nat_gateway_shows_its_address(deployed: EmbeddedAws) -> None:
    ec2 = deployed.client("ec2", stacks.EAST)
    address = ec2.describe_addresses()["Addresses"][0]

    gateway = ec2.describe_nat_gateways()["NatGateways"][0]

    shown = gateway["NatGatewayAddresses"][0]
    assert (shown["AllocationId"], shown["PublicIp"], shown["AssociationId"]) == (
        address["AllocationId"],
        address["PublicIp"],
        address["AssociationId"],
    )


def test_tasks_spread_over_the_zones(deployed: EmbeddedAws) -> None:
    zones = sorted(task["availabilityZone"] for task in _tasks(deployed))

    assert zones == [f"us-east-1{letter}" for letter in "aabbcc"]


def test_stopped_task_is_replaced_in_its_zone(deployed: EmbeddedAws) -> None:
    ecs = deployed.client("ecs", stacks.EAST)
    stopped = _tasks(deployed)[0]["taskArn"]

    ecs.stop_task(cluster="cluster-test", task=stopped)

    tasks = _tasks(deployed)
    assert stopped not in {task["taskArn"] for task in tasks}
    assert sorted(task["availabilityZone"] for task in tasks) == [
        f"us-east-1{letter}" for letter in "aabbcc"
    ]


def test_tasks_are_the_targets_of_the_load_balancer(deployed: EmbeddedAws) -> None:
    elbv2 = deployed.client("elbv2", stacks.EAST)
    group = elbv2.describe_target_groups()["TargetGroups"][0]["TargetGroupArn"]

    health = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]

    addresses = {
        detail["value"]
        for task in _tasks(deployed)
        for detail in task["attachments"][0]["details"]
        if detail["name"] == "privateIPv4Address"
    }
    assert {target["Target"]["Id"] for target in health} == addresses


def test_load_balancer_shows_its_network(deployed: EmbeddedAws) -> None:
    balancer = deployed.client("elbv2", stacks.EAST).describe_load_balancers()["LoadBalancers"][0]

    zones = [zone["ZoneName"] for zone in balancer["AvailabilityZones"]]
    groups = deployed.client("elbv2", stacks.EAST).describe_target_groups()["TargetGroups"]
    assert zones == ["us-east-1a", "us-east-1b", "us-east-1c"]
    assert balancer["VpcId"] == groups[0]["VpcId"]


def test_reference_to_a_secret_is_its_arn(deployed: EmbeddedAws) -> None:
    client = deployed.client("cloudformation", stacks.EAST)

    detail = client.describe_stack_resource(StackName="payment", LogicalResourceId="Secret")

    ref = detail["StackResourceDetail"]["PhysicalResourceId"]
    name = f"arn:aws:secretsmanager:us-east-1:{deployed.account}:secret:database-test-"
    assert ref.startswith(name)


def test_unchanged_secret_has_not_drifted(deployed: EmbeddedAws) -> None:
    client = deployed.client("cloudformation", stacks.EAST)

    detected = client.detect_stack_resource_drift(StackName="payment", LogicalResourceId="Secret")

    assert detected["StackResourceDrift"]["StackResourceDriftStatus"] == "IN_SYNC"


def test_dashboard_is_shown_in_every_region(deployed: EmbeddedAws) -> None:
    east = deployed.client("cloudwatch", stacks.EAST).list_dashboards()["DashboardEntries"]
    west = deployed.client("cloudwatch", stacks.WEST).list_dashboards()["DashboardEntries"]

    names = ["dashboard-test-us-east-1", "dashboard-test-us-west-2"]
    assert [entry["DashboardName"] for entry in east] == names
    assert [entry["DashboardName"] for entry in west] == names


def test_ecs_cluster_shows_its_storage_key_only_if_requested(aws: EmbeddedAws) -> None:
    storage = {"FargateEphemeralStorageKmsKeyId": "key-id"}
    stacks.create(
        aws,
        stacks.resource(
            "AWS::ECS::Cluster",
            ClusterName="pay",
            Configuration={"ManagedStorageConfiguration": storage},
        ),
    )
    ecs = aws.client("ecs", stacks.EAST)

    (detailed,) = ecs.describe_clusters(clusters=["pay"], include=["CONFIGURATIONS"])["clusters"]
    (plain,) = ecs.describe_clusters(clusters=["pay"])["clusters"]

    assert detailed["configuration"] == {
        "managedStorageConfiguration": {"fargateEphemeralStorageKmsKeyId": "key-id"}
    }
    assert "configuration" not in plain


def _tasks(aws: EmbeddedAws) -> list[dict[str, Any]]:
    ecs = aws.client("ecs", stacks.EAST)
    arns = ecs.list_tasks(cluster="cluster-test")["taskArns"]
    tasks: list[dict[str, Any]] = ecs.describe_tasks(cluster="cluster-test", tasks=arns)["tasks"]
    return tasks
