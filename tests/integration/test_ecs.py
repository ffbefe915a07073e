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


def test_container_insights_is_enabled(stack: Stack) -> None:
    settings = resources.ecs_cluster(stack)["settings"]

    assert {"name": "containerInsights", "value": "enabled"} in settings


def test_task_storage_is_encrypted_with_the_stacks_key(stack: Stack) -> None:
    storage = resources.ecs_cluster(stack)["configuration"]["managedStorageConfiguration"]

    # ECS shows the key as it was set: ID, ARN or alias.
    key = storage["fargateEphemeralStorageKmsKeyId"].split("/")[-1]
    assert key == stack.outputs["EncryptionKeyArn"].split("/")[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "ACTIVE"),
        ("launchType", "FARGATE"),
        ("schedulingStrategy", "REPLICA"),
        ("availabilityZoneRebalancing", "ENABLED"),
        ("propagateTags", "SERVICE"),
        ("healthCheckGracePeriodSeconds", 60),
    ],
)
def test_service_has_the_setting(stack: Stack, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    service = resources.service(stack)

    assert service[name] == value


def test_service_wants_the_tasks_of_the_profile(stack: Stack) -> None:
    wanted = resources.service(stack)["desiredCount"]

    assert stack.profile.tasks <= wanted <= stack.profile.most_tasks


def test_deployment_keeps_all_tasks_until_new_ones_are_healthy(stack: Stack) -> None:
    deployment = resources.service(stack)["deploymentConfiguration"]

    assert (deployment["minimumHealthyPercent"], deployment["maximumPercent"]) == (100, 200)


def test_failed_deployment_is_rolled_back(stack: Stack) -> None:
    breaker = resources.service(stack)["deploymentConfiguration"]["deploymentCircuitBreaker"]

    assert (breaker["enable"], breaker["rollback"]) == (True, True)


def test_tasks_may_run_in_every_private_subnet(stack: Stack) -> None:
    subnets = network(stack)["subnets"]

    private = [subnet["SubnetId"] for subnet in resources.subnets(stack, "Private")]
    assert sorted(subnets) == sorted(private)


def test_tasks_run_in_private_subnets(stack: Stack) -> None:
    public = network(stack)["assignPublicIp"]

    assert public == "DISABLED"


def test_as_many_tasks_run_in_every_zone(stack: Stack) -> None:
    zones = Counter(task["availabilityZone"] for task in resources.tasks(stack))

    assert zones.keys() == set(resources.zones(stack))
    assert max(zones.values()) - min(zones.values()) <= 1
    assert zones.total() == resources.service(stack)["desiredCount"]


def test_tasks_use_the_services_task_definition(stack: Stack) -> None:
    definitions = {task["taskDefinitionArn"] for task in resources.tasks(stack)}

    assert definitions == {resources.service(stack)["taskDefinition"]}


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
def test_task_has_the_setting(stack: Stack, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    definition = resources.task_definition(stack)

    assert definition[name] == value


@pytest.mark.parametrize("role", ["executionRoleArn", "taskRoleArn"])
def test_role_belongs_to_the_stack_and_trusts_only_tasks(stack: Stack, role: str) -> None:
    name = resources.task_definition(stack)[role].split("/")[-1]

    trusted = stack.ask("iam", "get_role", RoleName=name)["Role"]["AssumeRolePolicyDocument"]

    assert name in resources.of_type(stack, "AWS::IAM::Role")
    services = [statement["Principal"]["Service"] for statement in trusted["Statement"]]
    assert services == ["ecs-tasks.amazonaws.com"]


def test_container_runs_the_requested_image(stack: Stack) -> None:
    image = resources.container(stack)["image"]

    assert image == stack.parameters["ContainerImage"]


def test_container_runs_as_the_requested_user(stack: Stack) -> None:
    user = resources.container(stack).get("user", "")

    # Empty: the user of the image.
    assert user == stack.parameters["ContainerUser"]


def test_container_listens_on_the_requested_port(stack: Stack) -> None:
    (mapping,) = resources.container(stack)["portMappings"]

    assert (mapping["containerPort"], mapping["protocol"]) == (container_port(stack), "tcp")


def test_load_balancer_connects_to_the_container_port(stack: Stack) -> None:
    (link,) = resources.service(stack)["loadBalancers"]

    assert link["targetGroupArn"] == stack.outputs["TargetGroupArn"]
    assert link["containerName"] == resources.container(stack)["name"]
    assert link["containerPort"] == container_port(stack)


def test_container_filesystem_is_read_only(stack: Stack) -> None:
    container = resources.container(stack)

    assert container["readonlyRootFilesystem"] is True


def test_container_can_write_only_to_tmp(stack: Stack) -> None:
    parameters = resources.container(stack)["linuxParameters"]

    writable = [mount["containerPath"] for mount in parameters["tmpfs"]]

    assert writable == ["/tmp"]  # noqa: S108 - the container's, not the machine's.


@pytest.mark.parametrize(
    ("variable", "output"),
    [("DB_HOST", "WriterEndpoint"), ("DB_READER_HOST", "ReaderEndpoint")],
    ids=["writer", "readers"],
)
def test_container_has_the_database_endpoints(stack: Stack, variable: str, output: str) -> None:
    environment = resources.container(stack)["environment"]

    assert {"name": variable, "value": stack.outputs[output]} in environment


def test_container_connects_to_the_port_of_the_database(stack: Stack) -> None:
    environment = resources.container(stack)["environment"]

    port = str(resources.database_cluster(stack)["Port"])
    assert {"name": "DB_PORT", "value": port} in environment


def test_container_logs_in_by_the_secret_or_by_iam(stack: Stack) -> None:
    container = resources.container(stack)
    given = {one["name"]: one["valueFrom"] for one in container.get("secrets", [])}
    environment = {one["name"]: one["value"] for one in container["environment"]}

    if stack.profile.global_database:
        assert given == {}
        assert (environment["DB_USERNAME"], environment["DB_AUTH"]) == ("payment_app", "iam")
    else:
        secret = stack.outputs["DatabaseSecretArn"]
        assert given == {
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

    settings = {(group["retentionInDays"], group["kmsKeyId"]) for group in groups}

    assert len(groups) == stack.profile.log_groups
    assert settings == {(stack.profile.log_days, stack.outputs["EncryptionKeyArn"])}


def test_all_tasks_are_running(stack: Stack) -> None:
    states = {task["lastStatus"] for task in resources.tasks(stack)}

    assert states == {"RUNNING"}


def test_service_is_in_steady_state(stack: Stack) -> None:
    (deployment,) = resources.service(stack)["deployments"]

    assert deployment["rolloutState"] == "COMPLETED"
    assert deployment["runningCount"] == deployment["desiredCount"]


def network(stack: Stack) -> Json:
    configuration: Json = resources.service(stack)["networkConfiguration"]["awsvpcConfiguration"]
    return configuration


def container_port(stack: Stack) -> int:
    return int(stack.parameters["ContainerPort"])
