from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration import resources

if TYPE_CHECKING:
    from tests.integration.services import Json
    from tests.integration.stack import Stack


def test_cluster_is_active(stack: Stack) -> None:
    status = resources.ecs_cluster(stack)["status"]

    assert status == "ACTIVE"


def test_container_insights_watches_the_cluster(stack: Stack) -> None:
    settings = resources.ecs_cluster(stack)["settings"]

    assert {"name": "containerInsights", "value": "enabled"} in settings


def test_disks_of_the_tasks_are_encrypted_with_the_stacks_key(stack: Stack) -> None:
    storage = resources.ecs_cluster(stack)["configuration"]["managedStorageConfiguration"]

    # ECS shows the key as it was given: by ID, ARN or alias.
    key = storage["fargateEphemeralStorageKmsKeyId"].split("/")[-1]
    assert key == stack.outputs["EncryptionKeyArn"].split("/")[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "ACTIVE"),
        ("desiredCount", 6),
        ("launchType", "FARGATE"),
        ("schedulingStrategy", "REPLICA"),
        ("availabilityZoneRebalancing", "ENABLED"),
        ("propagateTags", "SERVICE"),
        ("healthCheckGracePeriodSeconds", 60),
    ],
)
def test_service_is_as_promised(stack: Stack, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    service = resources.service(stack)

    assert service[name] == value


def test_new_version_replaces_no_task_before_its_own_is_healthy(stack: Stack) -> None:
    deployment = resources.service(stack)["deploymentConfiguration"]

    assert (deployment["minimumHealthyPercent"], deployment["maximumPercent"]) == (100, 200)


def test_version_that_does_not_start_is_rolled_back(stack: Stack) -> None:
    breaker = resources.service(stack)["deploymentConfiguration"]["deploymentCircuitBreaker"]

    assert (breaker["enable"], breaker["rollback"]) == (True, True)


def test_tasks_may_run_in_every_private_subnet(stack: Stack) -> None:
    subnets = network(stack)["subnets"]

    private = [subnet["SubnetId"] for subnet in resources.subnets(stack, "Private")]
    assert sorted(subnets) == sorted(private)


def test_tasks_have_no_public_address(stack: Stack) -> None:
    public = network(stack)["assignPublicIp"]

    assert public == "DISABLED"


def test_six_tasks_run_two_in_every_zone(stack: Stack) -> None:
    zones = Counter(task["availabilityZone"] for task in resources.tasks(stack))

    assert zones == dict.fromkeys(resources.zones(stack), 2)


def test_tasks_are_made_from_the_services_definition(stack: Stack) -> None:
    made_from = {task["taskDefinitionArn"] for task in resources.tasks(stack)}

    assert made_from == {resources.service(stack)["taskDefinition"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "ACTIVE"),
        ("cpu", "256"),
        ("memory", "512"),
        ("networkMode", "awsvpc"),
        ("requiresCompatibilities", ["FARGATE"]),
    ],
)
def test_task_is_as_promised(stack: Stack, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    definition = resources.task_definition(stack)

    assert definition[name] == value


@pytest.mark.parametrize("role", ["executionRoleArn", "taskRoleArn"])
def test_role_is_the_stacks_own_and_for_tasks_alone(stack: Stack, role: str) -> None:
    name = resources.task_definition(stack)[role].split("/")[-1]

    trusted = stack.ask("iam", "get_role", RoleName=name)["Role"]["AssumeRolePolicyDocument"]

    assert name in resources.of_type(stack, "AWS::IAM::Role")
    services = [statement["Principal"]["Service"] for statement in trusted["Statement"]]
    assert services == ["ecs-tasks.amazonaws.com"]


def test_container_runs_the_image_asked_for(stack: Stack) -> None:
    image = resources.container(stack)["image"]

    assert image == stack.parameters["ContainerImage"]


def test_container_runs_as_the_user_asked_for(stack: Stack) -> None:
    user = resources.container(stack).get("user", "")

    # Empty: the image's own.
    assert user == stack.parameters["ContainerUser"]


def test_container_listens_on_the_port_asked_for(stack: Stack) -> None:
    (mapping,) = resources.container(stack)["portMappings"]

    assert (mapping["containerPort"], mapping["protocol"]) == (container_port(stack), "tcp")


def test_load_balancer_reaches_the_container_on_that_port(stack: Stack) -> None:
    (link,) = resources.service(stack)["loadBalancers"]

    assert link["targetGroupArn"] == stack.outputs["TargetGroupArn"]
    assert link["containerName"] == resources.container(stack)["name"]
    assert link["containerPort"] == container_port(stack)


def test_container_cannot_change_its_image(stack: Stack) -> None:
    container = resources.container(stack)

    assert container["readonlyRootFilesystem"] is True


def test_container_may_write_to_tmp_alone(stack: Stack) -> None:
    parameters = resources.container(stack)["linuxParameters"]

    writable = [mount["containerPath"] for mount in parameters["tmpfs"]]

    assert writable == ["/tmp"]  # noqa: S108 - the container's, not the machine's.


@pytest.mark.parametrize(
    ("variable", "output"),
    [("DB_HOST", "WriterEndpoint"), ("DB_READER_HOST", "ReaderEndpoint")],
    ids=["writer", "readers"],
)
def test_container_finds_the_database(stack: Stack, variable: str, output: str) -> None:
    environment = resources.container(stack)["environment"]

    assert {"name": variable, "value": stack.outputs[output]} in environment


def test_container_asks_the_database_on_its_port(stack: Stack) -> None:
    environment = resources.container(stack)["environment"]

    port = str(resources.database_cluster(stack)["Port"])
    assert {"name": "DB_PORT", "value": port} in environment


def test_container_gets_user_and_password_from_the_secret(stack: Stack) -> None:
    secrets = resources.container(stack)["secrets"]

    secret = stack.outputs["DatabaseSecretArn"]
    assert {given["name"]: given["valueFrom"] for given in secrets} == {
        "DB_USERNAME": f"{secret}:username::",
        "DB_PASSWORD": f"{secret}:password::",
    }


def test_container_writes_its_log_to_cloudwatch(stack: Stack) -> None:
    log = resources.container(stack)["logConfiguration"]

    assert log["logDriver"] == "awslogs"
    assert log["options"]["awslogs-region"] == stack.region
    assert log["options"]["awslogs-group"] in resources.log_groups(stack)


def test_every_log_expires_and_is_encrypted(stack: Stack) -> None:
    groups = resources.log_groups(stack).values()

    kept = {(group["retentionInDays"], group["kmsKeyId"]) for group in groups}

    assert len(groups) == 3
    assert kept == {(stack.profile.log_days, stack.outputs["EncryptionKeyArn"])}


@pytest.mark.real_aws("whether the containers really run")
def test_all_six_tasks_are_running(stack: Stack) -> None:
    states = [task["lastStatus"] for task in resources.tasks(stack)]

    assert states == ["RUNNING"] * 6


@pytest.mark.real_aws("whether a deployment settles")
def test_service_is_in_steady_state(stack: Stack) -> None:
    (deployment,) = resources.service(stack)["deployments"]

    assert (deployment["rolloutState"], deployment["runningCount"]) == ("COMPLETED", 6)


def network(stack: Stack) -> Json:
    configuration: Json = resources.service(stack)["networkConfiguration"]["awsvpcConfiguration"]
    return configuration


def container_port(stack: Stack) -> int:
    return int(stack.parameters["ContainerPort"])
