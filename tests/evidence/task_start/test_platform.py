"""Sizes, platforms and roles that AWS takes, and what of them the template leaves open."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, append, changed, cut, put
from tests.evidence.templates import real_document, verdict_of

_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_TRUST = "TaskRole.Properties.AssumeRolePolicyDocument.Statement"
_SIDECAR = {"Name": "sidecar", "Image": "example.com/sidecar:1"}
_SECRET = {"Name": "ALL", "ValueFrom": {"Ref": "DatabaseSecret"}}


def _size(cpu: object, memory: object) -> tuple[Change, ...]:
    return (
        put("TaskDefinition.Properties.Cpu", cpu),
        put("TaskDefinition.Properties.Memory", memory),
    )


def _check(command: str) -> Change:
    return put(f"{_CONTAINER}.HealthCheck", {"Command": ["CMD-SHELL", command]})


def _trusted(principal: object, **condition: object) -> Change:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return append(_TRUST, {**statement, **({"Condition": condition} if condition else {})})


def _monitored(region: str) -> tuple[Change, ...]:
    """Let RDS write the metrics of the writer, with a role for instances of one region."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "monitoring.rds.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnLike": {
                "aws:SourceArn": {"Fn::Sub": f"arn:*:rds:{region}:${{AWS::AccountId}}:db:*"}
            }
        },
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}}
    return (
        put("MonitoringRole", role),
        put("DatabaseWriter.Properties.MonitoringInterval", 60),
        put(
            "DatabaseWriter.Properties.MonitoringRoleArn", {"Fn::GetAtt": ["MonitoringRole", "Arn"]}
        ),
    )


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        pytest.param("valid-template", _size("1 vCPU", "2 GB"), id="a size in words"),
        pytest.param("valid-template", _size(".25 vcpu", "0.5GB"), id="a small size in words"),
        pytest.param("valid-template", _size(16384, 65536), id="a large size"),
        pytest.param("valid-template", _size(32768, 249856), id="the largest size"),
        pytest.param(
            "valid-template",
            [put("TaskDefinition.Properties.RuntimePlatform", {"CpuArchitecture": "ARM64"})],
            id="Linux on ARM64",
        ),
        pytest.param(
            "valid-template",
            [put("DatabaseCluster.Properties.EngineMode", "provisioned")],
            id="a provisioned cluster",
        ),
        pytest.param(
            "valid-template",
            [put("Service.Properties.SchedulingStrategy", "REPLICA")],
            id="replicas",
        ),
        pytest.param(
            "tasks-can-start",
            [
                put("Service.Properties.PlatformVersion", "1.3.0"),
                put(f"{_CONTAINER}.Secrets", [_SECRET]),
            ],
            id="a whole secret on an old platform",
        ),
        pytest.param(
            "tasks-can-start",
            [put("Service.Properties.PlatformVersion", "LATEST")],
            id="the latest platform",
        ),
        pytest.param(
            "tasks-can-start",
            [_check("curl -f http://localhost:8080/health || exit 1")],
            id="a check of the container's port",
        ),
        pytest.param(
            "tasks-can-start",
            [
                _check("curl -f http://localhost:9901/ready || exit 1"),
                append(f"{_CONTAINER}.Environment", {"Name": "ADMIN_PORT", "Value": "9901"}),
            ],
            id="a check of a port in the environment",
        ),
        pytest.param(
            "tasks-can-start", [_check("/bin/healthy || exit 1")], id="a check without a port"
        ),
        pytest.param(
            "tasks-can-start",
            [append(f"{_CONTAINER[:-2]}", {**_SIDECAR, "Essential": False})],
            id="a container that may end",
        ),
        pytest.param(
            "tasks-can-start",
            [
                put(f"{_CONTAINER}.LogConfiguration.Options.awslogs-region", "us-east-1"),
            ],
            id="the same region by its name",
        ),
        pytest.param(
            "rolling-update",
            [
                put("Service.Properties.DeploymentController", {"Type": "ECS"}),
                put("Service.Properties.DeploymentConfiguration.Strategy", "ROLLING"),
            ],
            id="a rolling update by name",
        ),
        pytest.param(
            "encrypted-at-rest",
            [put("EncryptionKey.Properties.Origin", "AWS_KMS")],
            id="key material of KMS",
        ),
        pytest.param(
            "services-can-assume-their-roles",
            [put(f"{_TRUST}.0.Principal", {"Service": {"Fn::Sub": "ecs-tasks.${AWS::URLSuffix}"}})],
            id="a service by its suffix",
        ),
        pytest.param(
            "services-can-assume-their-roles",
            _monitored("us-east-1"),
            id="RDS for an instance of the region",
        ),
        pytest.param(
            "no-other-account-is-trusted",
            [_trusted({"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}})],
            id="the account itself",
        ),
        pytest.param(
            "no-other-account-is-trusted",
            [_trusted({"AWS": {"Ref": "AWS::AccountId"}})],
            id="the account by its number",
        ),
    ],
)
def test_what_aws_takes_is_kept(claim: str, changes: list[Change]) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is Verdict.KEPT


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        pytest.param(
            "tasks-can-start",
            [append(f"{_CONTAINER[:-2]}", _SIDECAR)],
            id="a second container that can end the task",
        ),
        pytest.param(
            "tasks-can-start",
            [
                put("TaskDefinition.Properties.TaskRoleArn", "arn:aws:iam::123456789012:role/task"),
            ],
            id="a task role from outside",
        ),
        pytest.param(
            "tasks-can-start",
            [
                put("Service.Properties.LaunchType", "EC2"),
                put("Instances", {"Type": "AWS::AutoScaling::AutoScalingGroup"}),
            ],
            id="instances of the template",
        ),
        pytest.param(
            "tasks-can-start",
            [put("Service.Properties.LaunchType", "EXTERNAL")],
            id="instances from outside",
        ),
        pytest.param(
            "tasks-can-start",
            [cut("Service.Properties.LaunchType")],
            id="what the cluster has by default",
        ),
        pytest.param(
            "services-can-assume-their-roles",
            [put("TaskDefinition.Properties.TaskRoleArn", "arn:aws:iam::123456789012:role/task")],
            id="a role from outside",
        ),
    ],
)
def test_what_the_template_leaves_open_is_a_condition(claim: str, changes: list[Change]) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is Verdict.CONDITIONAL


def test_role_for_the_instances_of_another_region_is_of_no_use() -> None:
    document = changed(real_document(), *_monitored("eu-west-1"))

    assert verdict_of("services-can-assume-their-roles", document) is Verdict.BROKEN
