import json
from pathlib import Path
from typing import Any

import pytest

from tests.rollout.running import EAST, NAME, SMALL, SUFFIX, WEST, Commands, changed

_PRODUCTION = "payment-prod-9"
_INSIGHTS = "/aws/ecs/containerinsights/payment-cluster-dev-001/x"


def test_destroy_leaves_nothing(commands: Commands) -> None:
    commands.deploy()
    commands.rollout()

    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert f"nothing is left in {EAST}, {WEST}" in result.output
    assert (commands.greeting(EAST), commands.greeting(WEST)) == (None, None)
    assert commands.document("status")["stack_set"] is False


def test_destroy_with_another_suffix_deletes_nothing(commands: Commands) -> None:
    commands.deploy()

    result = commands.run("destroy", "--confirm", "prod-001")

    assert result.exit_code == 2
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_destroy_without_a_terminal_requires_the_option(commands: Commands) -> None:
    commands.deploy()

    result = commands.run("destroy")

    assert result.exit_code == 2
    assert f"--confirm {SUFFIX}" in result.stderr


@pytest.mark.parametrize("option", ["--stack-name", "--stack-set-name"])
def test_destroy_refuses_another_suffix(commands: Commands, option: str) -> None:
    commands.deploy("--suffix", "prod-9")
    commands.rollout("--suffix", "prod-9", "--stack-name", "elsewhere", "--region", WEST)

    result = commands.run(
        "destroy", "--confirm", SUFFIX, option, _PRODUCTION, "--region", EAST, "--region", WEST
    )

    assert result.exit_code == 2
    assert _PRODUCTION in result.stderr
    assert f"has the suffix prod-9, not {SUFFIX}" in result.stderr
    assert commands.stack(name=_PRODUCTION)["StackStatus"] == "CREATE_COMPLETE"


def test_destroy_shows_losses_before_the_confirmation(commands: Commands) -> None:
    commands.deploy()
    commands.rollout()

    result = commands.run("destroy")

    assert result.exit_code == 2
    assert f"{commands.aws.account}  {EAST}  {NAME}" in result.stdout
    assert f"{commands.aws.account}  {WEST}  StackSet-{NAME}" in result.stdout
    assert result.stdout.count("Records (Logs::LogGroup)") == 2


def test_destroy_fails_if_resources_are_left(commands: Commands) -> None:
    commands.deploy()
    commands.aws.client("logs", EAST).create_log_group(logGroupName=_INSIGHTS)

    document = commands.document("destroy", "--confirm", SUFFIX)

    assert document["exit_code"] == 1
    assert [one["name"] for one in document["leftovers"]] == [_INSIGHTS]


def test_destroy_finds_a_stack_of_another_name(commands: Commands) -> None:
    commands.deploy("--stack-name", "elsewhere")

    document = commands.document("destroy", "--confirm", SUFFIX)

    stacks = [one["name"] for one in document["leftovers"] if one["kind"] == "stack"]
    assert (document["exit_code"], stacks) == (1, ["elsewhere"])


def test_destroy_finds_policies_rules_targets_alarms_and_health_checks(commands: Commands) -> None:
    statement = {"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    commands.aws.client("iam", EAST).create_policy(
        PolicyName=f"payment-task-{SUFFIX}-{EAST}", PolicyDocument=document
    )
    commands.aws.client("events", EAST).put_rule(
        Name=f"payment-task-stopped-{SUFFIX}", ScheduleExpression="rate(1 day)"
    )
    commands.aws.client("elbv2", EAST).create_target_group(
        Name=f"payment-tg-{SUFFIX}", TargetType="ip", Port=80, Protocol="HTTP", VpcId="vpc-1"
    )
    commands.aws.client("cloudwatch", EAST).put_composite_alarm(
        AlarmName=f"payment-database-silent-{SUFFIX}", AlarmRule="FALSE"
    )
    _make_health_check(commands)

    left = commands.document("destroy", "--confirm", SUFFIX)["leftovers"]

    kinds = {one["kind"] for one in left}
    assert kinds == {"policy", "event rule", "target group", "alarm", "health check"}


@pytest.mark.parametrize("suffix", ["dev", "001", "0012"])
def test_resources_of_another_suffix_are_not_leftovers(commands: Commands, suffix: str) -> None:
    commands.aws.client("sns", EAST).create_topic(
        Name=f"payment-alerts-{SUFFIX}", Tags=[{"Key": "Environment", "Value": SUFFIX}]
    )

    document = commands.document("destroy", "--suffix", suffix, "--confirm", suffix)

    assert (document["exit_code"], document["leftovers"]) == (0, [])


def test_suffix_that_ends_with_the_region_is_another_one(commands: Commands) -> None:
    topic = {"Name": f"payment-alerts-dev-{EAST}"}
    commands.aws.client("sns", EAST).create_topic(**topic)

    document = commands.document("destroy", "--suffix", "dev", "--confirm", "dev")

    assert (document["exit_code"], document["leftovers"]) == (0, [])


def test_log_group_of_a_global_databases_cluster_is_found(commands: Commands) -> None:
    left = f"/aws/rds/cluster/payment-aurora-cluster-dev-{EAST}/postgresql"
    commands.aws.client("logs", EAST).create_log_group(logGroupName=left)

    document = commands.document("destroy", "--suffix", "dev", "--confirm", "dev")

    assert [one["name"] for one in document["leftovers"]] == [left]


def test_destroy_lists_kept_resources(commands: Commands, tmp_path: Path) -> None:
    long = tmp_path / "long.json"
    long.write_text(SMALL.read_text() + " " * 60_000)
    commands.rollout(template=long)

    document = commands.document("destroy", "--confirm", SUFFIX)

    assert document["exit_code"] == 0
    assert [one["name"] for one in document["shared"]] == [
        "payment-stack-set-roles",
        f"payment-templates-{commands.aws.account}-us-east-1",
    ]


def test_destroy_distinguishes_retained_resources_from_leftovers(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=changed(tmp_path, _RETAINED))
    commands.aws.client("logs", EAST).create_log_group(logGroupName=_INSIGHTS)

    document = commands.document("destroy", "--confirm", SUFFIX)

    assert document["exit_code"] == 1
    assert [one["name"] for one in document["leftovers"]] == [_INSIGHTS]
    assert {one["kind"] for one in document["retained"]} == {"log group", "key"}


def test_retained_resources_are_no_failure(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=changed(tmp_path, _RETAINED))

    result = commands.destroy()

    assert result.exit_code == 0, result.output
    assert "payment-records-dev-001" in result.stdout
    assert "nothing is left" not in result.stdout


def test_destroy_shows_retained_resources_before_the_confirmation(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=changed(tmp_path, {**_RETAINED, **_PROTECTED["database"]}))
    commands.aws.client("rds", EAST).modify_db_cluster(
        DBClusterIdentifier="payment-aurora-cluster-dev-001", DeletionProtection=False
    )

    result = commands.run("destroy")

    assert result.exit_code == 2
    # The table of a log folds long cells.
    shown = " ".join(result.stdout.split())
    assert "Database (RDS::DBCluster)" in shown
    for kept in ("Records", "(log group)", "Key (key)", "database snapshot of Database"):
        assert kept in shown


def test_key_that_is_pending_deletion_is_not_shown_as_retained(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=changed(tmp_path, _RETAINED))
    client = commands.aws.client("kms", EAST)
    (key,) = client.list_keys()["Keys"]
    client.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)

    document = commands.document("destroy", "--confirm", SUFFIX)

    assert [one["kind"] for one in document["retained"]] == ["log group"]


def test_destroy_refuses_a_protected_stack_before_any_deletion(commands: Commands) -> None:
    commands.deploy()
    commands.rollout()
    client = commands.aws.client("cloudformation", EAST)
    client.update_termination_protection(StackName=NAME, EnableTerminationProtection=True)

    result = commands.destroy()

    assert result.exit_code == 3
    assert "update-termination-protection --no-enable-termination-protection" in result.stderr
    assert commands.document("status")["stack_set"] is True


@pytest.mark.parametrize("resource", ["database", "load balancer"])
def test_destroy_refuses_a_protected_resource(
    commands: Commands, tmp_path: Path, resource: str
) -> None:
    template = changed(tmp_path, _PROTECTED[resource])
    commands.deploy(template=template)

    document = commands.document("destroy", "--confirm", SUFFIX)

    assert document["exit_code"] == 3
    assert f"the {resource}" in document["error"]
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


_RETAINED: dict[str, dict[str, Any]] = {
    "Records": {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "RetainExceptOnCreate",
        "Properties": {"LogGroupName": "payment-records-dev-001"},
    },
    "Key": {
        "Type": "AWS::KMS::Key",
        "DeletionPolicy": "RetainExceptOnCreate",
        "Properties": {
            "KeyPolicy": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
                        "Action": "kms:*",
                        "Resource": "*",
                    }
                ],
            }
        },
    },
}


def _subnet(zone: str, number: int) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Network"},
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": f"{EAST}{zone}",
        },
    }


_PROTECTED: dict[str, dict[str, Any]] = {
    "database": {
        "Database": {
            "Type": "AWS::RDS::DBCluster",
            "Properties": {
                "DBClusterIdentifier": "payment-aurora-cluster-dev-001",
                "Engine": "aurora-postgresql",
                "MasterUsername": "payment",
                "MasterUserPassword": "correct-horse",
                "DeletionProtection": True,
            },
        }
    },
    "load balancer": {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "SubnetA": _subnet("a", 1),
        "SubnetB": _subnet("b", 2),
        "Balancer": {
            "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "Properties": {
                "Name": "payment-alb-dev-001",
                "Subnets": [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}],
                "LoadBalancerAttributes": [{"Key": "deletion_protection.enabled", "Value": "true"}],
            },
        },
    },
}


def _make_health_check(commands: Commands) -> None:
    client = commands.aws.client("route53", EAST)
    check = client.create_health_check(
        CallerReference="x",
        HealthCheckConfig={"Type": "TCP", "Port": 80, "FullyQualifiedDomainName": "a.example.com"},
    )["HealthCheck"]
    client.change_tags_for_resource(
        ResourceType="healthcheck",
        ResourceId=check["Id"],
        AddTags=[
            {"Key": "Environment", "Value": SUFFIX},
            {"Key": "Name", "Value": f"payment-health-check-{SUFFIX}"},
        ],
    )
