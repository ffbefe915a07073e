from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

ROLES = ["ExecutionRole", "TaskRole"]
ACCOUNT_ARN = "arn:${AWS::Partition}:{service}:${AWS::Region}:${AWS::AccountId}:"
SECRET = [{"Ref": "DatabaseSecret"}]
KEY = [{"Fn::GetAtt": ["EncryptionKey", "Arn"]}]
LOGS = [{"Fn::GetAtt": ["ApplicationLogGroup", "Arn"]}]
REPOSITORY = [{"Ref": "ContainerRepositoryArn"}]
PARAMETERS = [
    {
        "Fn::Sub": ACCOUNT_ARN.replace("{service}", "ssm")
        + "parameter/payment/${EnvironmentSuffix}/database/*"
    }
]
DATABASE_USER = [
    {
        "Fn::Sub": ACCOUNT_ARN.replace("{service}", "rds-db")
        + "dbuser:${DatabaseCluster.DBClusterResourceId}/payment_app"
    }
]
# Every permission of the stack's roles, with its resources.
PERMISSIONS = {
    ("ExecutionRole", "secretsmanager:GetSecretValue"): SECRET,
    ("ExecutionRole", "kms:Decrypt"): KEY,
    ("ExecutionRole", "logs:CreateLogStream"): LOGS,
    ("ExecutionRole", "logs:PutLogEvents"): LOGS,
    ("ExecutionRole", "ecr:BatchCheckLayerAvailability"): REPOSITORY,
    ("ExecutionRole", "ecr:BatchGetImage"): REPOSITORY,
    ("ExecutionRole", "ecr:GetDownloadUrlForLayer"): REPOSITORY,
    # A token is for a registry: ECR allows no other resource here.
    ("ExecutionRole", "ecr:GetAuthorizationToken"): ["*"],
    ("TaskRole", "secretsmanager:GetSecretValue"): SECRET,
    ("TaskRole", "kms:Decrypt"): KEY,
    ("TaskRole", "ssm:GetParameter"): PARAMETERS,
    ("TaskRole", "ssm:GetParameters"): PARAMETERS,
    ("TaskRole", "rds-db:connect"): DATABASE_USER,
}


def test_there_is_an_execution_role_and_a_task_role(template: View) -> None:
    roles = template.of_type("AWS::IAM::Role")

    assert list(roles) == ROLES


@pytest.mark.parametrize("role", ROLES)
def test_only_tasks_of_this_account_assume_the_role(template: View, role: str) -> None:
    (statement,) = template.statements(role)

    assert statement == {
        "Effect": "Allow",
        "Principal": {"Service": "ecs-tasks.amazonaws.com"},
        "Action": ["sts:AssumeRole"],
        "Condition": {
            "ArnLike": {"aws:SourceArn": {"Fn::Sub": ACCOUNT_ARN.replace("{service}", "ecs") + "*"}}
        },
    }


@pytest.mark.parametrize("property_name", ["Policies", "ManagedPolicyArns"])
@pytest.mark.parametrize("role", ROLES)
def test_role_has_neither_inline_nor_aws_managed_policies(
    template: View, role: str, property_name: str
) -> None:
    properties = template.properties(role)

    assert property_name not in properties


@pytest.mark.parametrize(("role", "action"), PERMISSIONS)
def test_role_has_the_permission_on_exactly_its_resources(
    template: View, role: str, action: str
) -> None:
    resources = [
        resource
        for holder, allowed, resource in permissions(template)
        if (holder, allowed) == (role, action)
    ]

    assert resources == PERMISSIONS[role, action]


def test_roles_have_no_other_permissions(template: View) -> None:
    allowed = {(role, action) for role, action, _ in permissions(template)}

    assert allowed == set(PERMISSIONS)


def test_all_policies_are_managed_policies(template: View) -> None:
    policies = template.of_type("AWS::IAM::Policy") | template.of_type("AWS::IAM::RolePolicy")

    assert policies == {}


def test_policies_use_no_not_action_or_not_resource(template: View) -> None:
    policies = template.of_type("AWS::IAM::ManagedPolicy")

    keys = {
        key for policy in policies for statement in template.statements(policy) for key in statement
    }

    assert keys == {"Sid", "Effect", "Action", "Resource", "Condition"}


def test_roles_decrypt_only_through_secrets_manager(template: View) -> None:
    (statement,) = (
        statement
        for statement in template.statements("SecretPolicy")
        if statement["Action"] == ["kms:Decrypt"]
    )

    assert statement["Condition"] == {"StringLike": {"kms:ViaService": "secretsmanager.*"}}


def test_tasks_pull_from_no_repository_by_default(template: View) -> None:
    allowed = permissions(template.deployed())

    assert not [action for _, action, _ in allowed if action.startswith("ecr:")]


def test_tasks_pull_from_the_given_repository(template: View) -> None:
    repository = "arn:aws:ecr:us-east-1:123456789012:repository/payments"

    allowed = permissions(template.deployed(ContainerRepositoryArn=repository))

    assert (
        "ExecutionRole",
        "ecr:BatchGetImage",
        {"Ref": "ContainerRepositoryArn"},
    ) in allowed


def permissions(template: View) -> list[tuple[str, str, Json | str]]:
    """Return role, action and resource of every permission in the managed policies."""
    return [
        (role["Ref"], action, resource)
        for name, policy in template.of_type("AWS::IAM::ManagedPolicy").items()
        for role in policy["Roles"]
        for statement in template.statements(name)
        if statement["Effect"] == "Allow"
        for action in statement["Action"]
        for resource in statement["Resource"]
    ]
