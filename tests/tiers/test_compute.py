from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

LOG_GROUPS = ["DatabaseLogGroup", "InsightsLogGroup", "ApplicationLogGroup"]
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/one"
TASK = {
    "RequiresCompatibilities": ["FARGATE"],
    "NetworkMode": "awsvpc",
    "Cpu": "256",
    "Memory": "512",
    "ExecutionRoleArn": {"Fn::GetAtt": ["ExecutionRole", "Arn"]},
    "TaskRoleArn": {"Fn::GetAtt": ["TaskRole", "Arn"]},
}
SERVICE = {
    "Cluster": {"Ref": "Cluster"},
    "TaskDefinition": {"Ref": "TaskDefinition"},
    "LaunchType": "FARGATE",
    "DesiredCount": 6,
    "AvailabilityZoneRebalancing": "ENABLED",
    "HealthCheckGracePeriodSeconds": 60,
    "PropagateTags": "SERVICE",
}


def test_cluster_has_container_insights(template: View) -> None:
    cluster = template.properties("Cluster")

    assert cluster["ClusterSettings"] == [{"Name": "containerInsights", "Value": "enabled"}]


def test_log_group_of_container_insights_is_created_before_the_cluster(template: View) -> None:
    dependencies = template.depends_on("Cluster")

    assert "InsightsLogGroup" in dependencies


# Container Insights may still write after the cluster is deleted; the database takes longer.
def test_group_of_container_insights_is_deleted_after_the_database(template: View) -> None:
    deleted_before = template.depends_on("DatabaseCluster")

    assert "InsightsLogGroup" in deleted_before


def test_log_group_has_the_name_that_container_insights_uses(template: View) -> None:
    cluster = template.properties("Cluster")["ClusterName"]["Fn::Sub"]

    group = template.properties("InsightsLogGroup")

    name = f"/aws/ecs/containerinsights/{cluster}/performance"
    assert group["LogGroupName"] == {"Fn::Sub": name}


@pytest.mark.parametrize("group", LOG_GROUPS)
def test_logs_are_kept_for_a_week(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["RetentionInDays"] == 7


@pytest.mark.parametrize("group", LOG_GROUPS)
def test_logs_are_encrypted_with_the_key(template: View, group: str) -> None:
    properties = template.properties(group)

    assert properties["KmsKeyId"] == {"Fn::GetAtt": ["EncryptionKey", "Arn"]}


def test_there_are_no_other_logs(template: View) -> None:
    groups = template.of_type("AWS::Logs::LogGroup")

    assert list(groups) == LOG_GROUPS


@pytest.mark.parametrize("name", TASK)
def test_task_is_set_up_as_specified(template: View, name: str) -> None:
    definition = template.properties("TaskDefinition")

    assert definition[name] == TASK[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Image", {"Ref": "ContainerImage"}),
        ("ReadonlyRootFilesystem", True),
        ("PortMappings", [{"ContainerPort": {"Ref": "ContainerPort"}}]),
    ],
    ids=["image", "read-only", "port"],
)
def test_container_is_set_up_as_specified(template: View, name: str, value: object) -> None:
    assert container(template)[name] == value


def test_container_is_not_privileged(template: View) -> None:
    assert "Privileged" not in container(template)


def test_container_runs_as_the_user_of_its_image(template: View) -> None:
    assert "User" not in container(template.deployed())


def test_operator_may_choose_the_user_of_the_container(template: View) -> None:
    deployed = template.deployed(ContainerUser="1000:1000")

    assert container(deployed)["User"] == {"Ref": "ContainerUser"}


def test_disks_of_the_tasks_are_encrypted_with_the_key(template: View) -> None:
    cluster = template.properties("Cluster")

    storage = cluster["Configuration"]["ManagedStorageConfiguration"]
    assert storage == {"FargateEphemeralStorageKmsKeyId": {"Ref": "EncryptionKey"}}


def test_default_image_starts_without_root(template: View) -> None:
    image = template.document["Parameters"]["ContainerImage"]["Default"]

    assert "-unprivileged:" in image


def test_container_can_write_only_to_tmp(template: View) -> None:
    (mount,) = container(template)["LinuxParameters"]["Tmpfs"]

    assert (mount["ContainerPath"], mount["Size"]) == ("/tmp", 64)  # noqa: S108 - in the container.


def test_tmp_allows_no_execution_setuid_or_devices(template: View) -> None:
    (mount,) = container(template)["LinuxParameters"]["Tmpfs"]

    assert set(mount["MountOptions"]) == {"nosuid", "nodev", "noexec"}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DB_HOST", {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]}),
        ("DB_READER_HOST", {"Fn::GetAtt": ["DatabaseCluster", "ReadEndpoint.Address"]}),
        ("DB_PORT", "5432"),
    ],
    ids=["writer", "readers", "port"],
)
def test_container_gets_the_database_endpoints(
    template: View, variable: str, value: object
) -> None:
    variables = {entry["Name"]: entry["Value"] for entry in container(template)["Environment"]}

    assert variables[variable] == value


def test_container_uses_the_database_name_of_the_cluster(template: View) -> None:
    variables = {entry["Name"]: entry["Value"] for entry in container(template)["Environment"]}

    assert variables["DB_NAME"] == template.properties("DatabaseCluster")["DatabaseName"]


def test_environment_has_no_secrets(template: View) -> None:
    variables = {entry["Name"] for entry in container(template)["Environment"]}

    assert variables == {"PORT", "DB_HOST", "DB_READER_HOST", "DB_PORT", "DB_NAME"}


def test_container_gets_its_port(template: View) -> None:
    variables = {entry["Name"]: entry["Value"] for entry in container(template)["Environment"]}

    assert variables["PORT"] == {"Ref": "ContainerPort"}


def test_container_gets_user_and_password_from_the_secret(template: View) -> None:
    secrets = {entry["Name"]: entry["ValueFrom"] for entry in container(template)["Secrets"]}

    assert secrets == {
        "DB_USERNAME": {"Fn::Sub": "${DatabaseSecret}:username::"},
        "DB_PASSWORD": {"Fn::Sub": "${DatabaseSecret}:password::"},
    }


def test_container_writes_to_the_applications_log_group(template: View) -> None:
    logs = container(template)["LogConfiguration"]

    assert logs == {
        "LogDriver": "awslogs",
        "Options": {
            "awslogs-group": {"Ref": "ApplicationLogGroup"},
            "awslogs-region": {"Ref": "AWS::Region"},
            "awslogs-stream-prefix": "application",
            "mode": "non-blocking",
        },
    }


def test_container_of_production_is_killed_at_the_memory_of_its_task(production: View) -> None:
    definition = production.only("AWS::ECS::TaskDefinition")

    assert str(container(production)["Memory"]) == definition["Memory"]


def test_container_of_production_has_no_capabilities(production: View) -> None:
    linux = container(production)["LinuxParameters"]

    assert linux["Capabilities"] == {"Drop": ["ALL"]}


def test_container_of_production_has_an_init_process(production: View) -> None:
    assert container(production)["LinuxParameters"]["InitProcessEnabled"] is True


# Another user than the image's own can break it, and the template does not know the image.
def test_container_of_production_runs_as_the_user_of_its_image(production: View) -> None:
    deployed = production.deployed(CertificateArn=CERTIFICATE)

    assert "User" not in container(deployed)


def test_no_shell_can_be_opened_in_the_tasks_of_production(production: View) -> None:
    assert production.properties("Service")["EnableExecuteCommand"] is False


@pytest.mark.parametrize("name", SERVICE)
def test_service_is_set_up_as_specified(template: View, name: str) -> None:
    service = template.properties("Service")

    assert service[name] == SERVICE[name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MinimumHealthyPercent", 100),
        ("MaximumPercent", 200),
        ("DeploymentCircuitBreaker", {"Enable": True, "Rollback": True}),
    ],
    ids=["minimum", "maximum", "circuit breaker"],
)
def test_deployment_starts_new_tasks_before_it_stops_old_ones(
    template: View, name: str, value: object
) -> None:
    deployment = template.properties("Service")["DeploymentConfiguration"]

    assert deployment[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AssignPublicIp", "DISABLED"),
        ("Subnets", [{"Ref": f"PrivateSubnet{zone}"} for zone in "ABC"]),
        ("SecurityGroups", [{"Ref": "ApplicationSecurityGroup"}]),
    ],
    ids=["no public address", "subnets", "security group"],
)
def test_tasks_run_in_the_private_subnet_of_every_zone(
    template: View, name: str, value: object
) -> None:
    network = template.properties("Service")["NetworkConfiguration"]["AwsvpcConfiguration"]

    assert network[name] == value


def test_load_balancer_forwards_to_the_port_of_the_container(template: View) -> None:
    (target,) = template.properties("Service")["LoadBalancers"]

    assert target == {
        "ContainerName": container(template)["Name"],
        "ContainerPort": container(template)["PortMappings"][0]["ContainerPort"],
        "TargetGroupArn": {"Ref": "TargetGroup"},
    }


@pytest.mark.parametrize(
    "needed",
    [
        *(f"PrivateRoute{zone}" for zone in "ABC"),
        *(f"PrivateAssociation{zone}" for zone in "ABC"),
        *("RequestsIngress", "DatabaseSecurityGroup"),
        *("SecretPolicy", "TaskPolicy", "ExecutionPolicy"),
        *("HttpListener", "DatabaseWriter"),
    ],
)
def test_service_waits_for_what_its_tasks_need(template: View, needed: str) -> None:
    dependencies = template.deployed().depends_on("Service")

    assert needed in dependencies


def test_service_waits_for_https_with_a_certificate(template: View) -> None:
    dependencies = template.deployed(CertificateArn=CERTIFICATE).waits_for("Service")

    assert "HttpsListener" in dependencies


@pytest.mark.parametrize(
    "unneeded",
    ["DatabaseReader1", "DatabaseReader2", "S3Endpoint", "AlertTopic"],
)
def test_service_waits_for_nothing_more(template: View, unneeded: str) -> None:
    dependencies = template.waits_for("Service")

    assert unneeded not in dependencies


# DependsOn must name a resource that exists for all parameter values.
def test_no_resource_depends_on_a_conditional_one(template: View) -> None:
    dependencies = {
        name for resource in template.resources.values() for name in resource.get("DependsOn", [])
    }

    assert dependencies <= set(template.deployed().resources)


def container(template: View) -> Json:
    (only,) = template.only("AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    definition: Json = only
    return definition
