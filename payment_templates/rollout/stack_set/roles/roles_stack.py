"""Builds the template of the stack with the two roles of self-managed StackSets.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation import template_of
from payment_templates.rollout import clients
from payment_templates.rollout.stack_set.chosen_roles import (
    ADMINISTRATION,
    EXECUTION,
    ChosenRoles,
)
from payment_templates.rollout.stack_set.roles.execution_policies import POLICY
from payment_templates.rollout.templates import document_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.cloudformation import Json, Template

# The principal as which CloudFormation assumes the administration role.
SERVICE = "cloudformation.amazonaws.com"
STACK_NAME = "payment-stack-set-roles"
# Identifies the stack, whose name anyone may use.
DESCRIPTION = "Roles of self-managed StackSets for the payment stack"

_DEFAULT_ROLES = ChosenRoles()
_LOGICAL_IDS = {ADMINISTRATION: "AdministrationRole", EXECUTION: "ExecutionRole"}


def missing_roles(
    session: Session, region: str, chosen: ChosenRoles = _DEFAULT_ROLES
) -> tuple[str, ...]:
    """Return the names of the roles that the caller's account lacks."""
    client = clients.iam(session, region)
    missing: list[str] = []
    for name in chosen.names:
        try:
            client.get_role(RoleName=name)
        except client.exceptions.NoSuchEntityException:
            missing.append(name)
    return tuple(missing)


def own_roles(client: CloudFormationClient) -> tuple[str, ...]:
    """Return the names of the roles in the existing roles stack."""
    held = client.describe_stack_resources(StackName=STACK_NAME)["StackResources"]
    ids = {one["LogicalResourceId"] for one in held}
    return tuple(name for name, logical_id in _LOGICAL_IDS.items() if logical_id in ids)


def roles_template(
    names: Collection[str], documents: Sequence[Json], regional_principals: Collection[str] = ()
) -> Template:
    """Return the template of these roles, with the documents of the execution role's policies.

    The administration role also trusts the principals of CloudFormation in opt-in regions.
    """
    resources: dict[str, Any] = {}
    if ADMINISTRATION in names:
        resources[_LOGICAL_IDS[ADMINISTRATION]] = _administration_role(regional_principals)
    if EXECUTION in names:
        with_administration = bool(resources)
        policies = _execution_policies(documents)
        resources.update(policies)
        resources[_LOGICAL_IDS[EXECUTION]] = _execution_role(
            policies, with_administration=with_administration
        )
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": DESCRIPTION,
        "Resources": resources,
    }
    return template_of(document, name="the roles' template")


def present_template(client: CloudFormationClient) -> Json:
    """Return the template of the roles' stack; raises botocore's errors."""
    body: object = client.get_template(StackName=STACK_NAME)["TemplateBody"]
    return document_of(body)


def _administration_role(regional_principals: Collection[str]) -> dict[str, Any]:
    role = _role(
        ADMINISTRATION,
        principal={
            "Service": [SERVICE, *sorted(regional_principals)] if regional_principals else SERVICE
        },
        # Prevents the confused deputy problem: "Set up global keys" of the page above.
        condition={
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "StringLike": {
                "aws:SourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stackset/*"
                }
            },
        },
    )
    role["Properties"]["Policies"] = [
        {
            "PolicyName": "StackSets",
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Resource": {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::*:role/{EXECUTION}"},
                    }
                ],
            },
        }
    ]
    return role


def _execution_policies(documents: Sequence[Json]) -> dict[str, Any]:
    """Return the execution role's policies.

    They are managed, since all inline policies of a role together have at most 10,240 characters:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    return {
        f"{POLICY}{number}": {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": _substituted(document)},
        }
        for number, document in enumerate(documents, 1)
    }


def _substituted(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape.
    """Return a document in which CloudFormation fills in partition and account."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {key: _substituted(each) for key, each in members.items()}
    if isinstance(value, list):
        return [_substituted(each) for each in cast("Sequence[Any]", value)]
    return {"Fn::Sub": value} if isinstance(value, str) and "${AWS::" in value else value


def _execution_role(policies: Collection[str], *, with_administration: bool) -> dict[str, Any]:
    made_here = {"Fn::GetAtt": ["AdministrationRole", "Arn"]}
    made_before = {
        "Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{ADMINISTRATION}"
    }
    role = _role(
        EXECUTION,
        principal={"AWS": made_here if with_administration else made_before},
        condition=None,
    )
    role["Properties"]["ManagedPolicyArns"] = [{"Ref": name} for name in policies]
    return role


def _role(
    name: str,
    *,
    principal: dict[str, Any],
    condition: dict[str, Any] | None,
) -> dict[str, Any]:
    trust: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
    }
    if condition:
        trust["Condition"] = condition
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        },
    }
