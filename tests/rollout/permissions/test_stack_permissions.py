"""The permissions for a template's resources: complete, and narrowed to its names."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from payment_templates.cloudformation import read_template, template_of
from payment_templates.cloudformation.authorization import arn_formats
from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.conditional_actions import CONDITIONAL_ACTIONS
from payment_templates.rollout.permissions import (
    Permissions,
    Purpose,
    Scope,
    Statement,
    permissions_for,
    permissions_of_the_stack,
)
from tests.rollout.running import changed

_REGIONAL = "arn:${Partition}:%s:${Region}:${Account}:%s"
_PAYMENT = read_template(Path("output/TapStack.json"))
_ROLE = {
    "Type": "AWS::IAM::Role",
    "Condition": "Never",
    "Properties": {
        "RoleName": {"Fn::Sub": "payment-export-${AWS::Region}"},
        "AssumeRolePolicyDocument": {
            "Statement": [{"Principal": {"Service": "export.rds.amazonaws.com"}}]
        },
    },
}
# Actions on identities that the template does not have.
_NOT_NEEDED = {
    *("iam:AttachGroupPolicy", "iam:AttachUserPolicy"),
    *("iam:DetachGroupPolicy", "iam:DetachUserPolicy"),
}


def _of_the_stack(suffix: str = "dev-001") -> Permissions:
    return permissions_of_the_stack(_PAYMENT, Scope(suffix=suffix))


def _resources(found: Permissions, action: str) -> set[str]:
    return {
        resource for one in found.statements if action in one.actions for resource in one.resources
    }


def test_every_action_of_the_schemas_is_allowed_or_conditional() -> None:
    found = _of_the_stack()

    allowed = {action for one in found.statements for action in one.actions}
    conditional = {
        (it.resource_type, action) for it in CONDITIONAL_ACTIONS for action in it.actions
    }
    for resource in _PAYMENT.resources.values():
        schema = resource_schema(resource.type)
        assert schema is not None
        for operation in ("create", "read", "update", "delete"):
            for action in {*schema.permissions(operation)} - _NOT_NEEDED - allowed:
                known = arn_formats(action) is not None
                assert not known or (resource.type, action) in conditional, (resource.type, action)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("rds:DeleteDBInstance", _REGIONAL % ("rds", "db:payment-aurora-1-dev-001")),
        ("iam:CreateRole", "arn:${Partition}:iam::${Account}:role/payment-task-dev-001-*"),
        ("sns:DeleteTopic", _REGIONAL % ("sns", "payment-alerts-dev-001")),
        (
            "secretsmanager:GetSecretValue",
            _REGIONAL % ("secretsmanager", "secret:payment-given-password-dev-001-??????"),
        ),
        (
            "elasticloadbalancing:DeleteListener",
            _REGIONAL % ("elasticloadbalancing", "listener/app/payment-alb-dev-001/*"),
        ),
    ],
    ids=["instance", "role", "topic", "secret that a condition names", "listener"],
)
def test_action_is_narrowed_to_the_names_of_the_stack(action: str, resource: str) -> None:
    found = _resources(_of_the_stack(), action)

    assert resource in found
    assert "*" not in found


def test_no_other_instance_may_be_deleted() -> None:
    found = _resources(_of_the_stack(), "rds:DeleteDBInstance")

    # The schema of a cluster names the action too.
    other = _REGIONAL % ("rds", "db:orders")
    assert not any(fnmatchcase(other, pattern) for pattern in found)


def test_without_a_suffix_any_suffix_is_allowed() -> None:
    found = _resources(_of_the_stack(suffix=""), "sns:DeleteTopic")

    assert found == {_REGIONAL % ("sns", "payment-alerts-*")}


def test_default_option_group_remains_open() -> None:
    found = _resources(_of_the_stack(), "rds:CreateDBInstance")

    assert _REGIONAL % ("rds", "og:*") in found


def test_identities_are_narrowed_for_every_purpose() -> None:
    for purpose in Purpose:
        found = permissions_for(purpose, _PAYMENT, Scope())

        everywhere = {
            action
            for one in found.statements
            if "*" in one.resources
            for action in one.actions
            if action.startswith("iam:")
        }
        assert everywhere <= {"iam:ListPolicies", "iam:ListRoles", "iam:SimulatePrincipalPolicy"}
        assert "iam:*" not in repr(found)


def test_roles_may_be_passed_only_to_services_of_the_template() -> None:
    (passing,) = _passing(_of_the_stack())

    assert passing.condition is not None
    assert passing.condition.values == ("ecs-tasks.amazonaws.com",)
    assert all("role/payment-" in arn for arn in passing.resources)


def test_role_that_a_condition_may_create_is_included(tmp_path: Path) -> None:
    template = read_template(
        changed(tmp_path, {"Export": _ROLE}, template=Path("output/TapStack.json"))
    )
    document = {**template.document, "Conditions": {**template.document["Conditions"]}}
    document["Conditions"]["Never"] = {"Fn::Equals": ["a", "b"]}

    found = permissions_of_the_stack(template_of(document, name="changed"), Scope())

    assert ("export.rds.amazonaws.com",) in {
        one.condition.values for one in _passing(found) if one.condition
    }
    assert "arn:${Partition}:iam::${Account}:role/payment-export-*" in _resources(
        found, "iam:CreateRole"
    )


def test_key_is_used_only_through_secrets_manager() -> None:
    (one,) = [it for it in _of_the_stack().statements if "kms:Decrypt" in it.actions]

    assert one.condition is not None
    assert (one.condition.key, one.condition.operator) == ("kms:ViaService", "StringLike")


def test_what_is_no_action_is_left_out_silently() -> None:
    found = _of_the_stack()

    assert arn_formats("s3:REST.PUT.OBJECT") is None
    assert "s3:REST.PUT.OBJECT" not in json.dumps([one.actions for one in found.statements])
    assert not found.notes


def _of_types(*types: str) -> Permissions:
    document = {"Resources": {f"R{number}": {"Type": it} for number, it in enumerate(types)}}
    return permissions_of_the_stack(template_of(document, name="other"), Scope())


def test_actions_with_a_wildcard_are_allowed() -> None:
    found = _of_types("AWS::AutoScaling::AutoScalingGroup")

    assert _resources(found, "autoscaling:Describe*") == {"*"}


def test_wildcard_that_matches_no_action_is_left_out() -> None:
    found = _of_types("AWS::AutoScaling::AutoScalingGroup")

    assert not _resources(found, "managed-fleets:Get*")


@pytest.mark.parametrize(
    ("resource_type", "action"),
    [
        ("AWS::Evidently::Project", "evidently:CreateProject"),
        ("AWS::AutoScaling::AutoScalingGroup", "managed-fleets:Get*"),
    ],
)
def test_actions_of_a_service_without_a_reference_are_named(
    resource_type: str, action: str
) -> None:
    (note,) = _of_types(resource_type).notes

    assert note.startswith("left out, because AWS's service authorization reference")
    assert action in note
    assert note.endswith(f"; add those that {resource_type} needs yourself")


@pytest.mark.parametrize(
    ("resource_type", "actions"),
    [
        ("AWS::EMR::Step", {"elasticmapreduce:AddJobFlowSteps"}),
        ("AWS::MSK::Channel", {"states:StartExecution", "states:StopExecution"}),
        ("AWS::SageMaker::Domain", {"elasticfilesystem:CreateFileSystem"}),
        ("AWS::Synthetics::Canary", {"s3:PutEncryptionConfiguration"}),
    ],
)
def test_misspelt_action_is_the_one_that_aws_has(resource_type: str, actions: set[str]) -> None:
    found = _of_types(resource_type)

    assert not found.notes
    assert actions <= {action for one in found.statements for action in one.actions}


def test_any_role_may_not_be_assumed() -> None:
    found = _of_types("AWS::GameLift::GameServerGroup")

    assert not _resources(found, "sts:AssumeRole")
    (note,) = found.notes
    assert note.startswith(
        "AWS names sts:AssumeRole on any role for AWS::GameLift::GameServerGroup"
    )


def test_role_of_the_template_may_be_assumed() -> None:
    document = {
        "Resources": {
            "Servers": {
                "Type": "AWS::GameLift::GameServerGroup",
                "Properties": {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
            },
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "servers"}},
        }
    }

    found = permissions_of_the_stack(template_of(document, name="other"), Scope())

    assert not found.notes
    assert _resources(found, "sts:AssumeRole") == {"arn:${Partition}:iam::${Account}:role/servers"}


def test_all_actions_of_a_service_are_named_and_not_allowed() -> None:
    found = _of_types("AWS::SecurityLake::DataLake")

    assert not _resources(found, "lambda:*")
    assert (
        "AWS names lambda:* for AWS::SecurityLake::DataLake, which is too much to allow: add what "
        "it needs yourself"
    ) in found.notes


def test_service_in_upper_case_is_the_same_service() -> None:
    found = _of_types("AWS::Batch::JobQueue")

    assert not found.notes
    assert any("batch:CreateJobQueue" in one.actions for one in found.statements)


def _passing(found: Permissions) -> list[Statement]:
    return [one for one in found.statements if "iam:PassRole" in one.actions]
