"""Builds the template of the stack with the two roles of self-managed StackSets.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import template_of
from payment_templates.rollout import clients
from payment_templates.rollout.stack_set.roles.execution_rights import execution_statements
from payment_templates.rollout.templates import document_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from boto3 import Session
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.cloudformation import Template

ADMINISTRATION = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION = "AWSCloudFormationStackSetExecutionRole"
STACK_NAME = "payment-stack-set-roles"

_LOGICAL_IDS = {ADMINISTRATION: "AdministrationRole", EXECUTION: "ExecutionRole"}


def missing_roles(session: Session, region: str) -> tuple[str, ...]:
    """Return the names of the roles that the caller's account lacks."""
    client = clients.iam(session, region)
    missing: list[str] = []
    for name in (ADMINISTRATION, EXECUTION):
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


def roles_template(template: Template, names: Collection[str]) -> Template:
    """Return the template of these roles, with the least privileges for this template.

    Raises RolloutError if the template has a role without a name.
    """
    resources: dict[str, Any] = {}
    if ADMINISTRATION in names:
        resources[_LOGICAL_IDS[ADMINISTRATION]] = _administration_role()
    if EXECUTION in names:
        resources[_LOGICAL_IDS[EXECUTION]] = _execution_role(
            template, with_administration=bool(resources)
        )
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Roles of self-managed StackSets for the payment stack",
        "Resources": resources,
    }
    return template_of(document, name="the roles' template")


def is_current(client: CloudFormationClient, template: Template) -> bool:
    """Return whether the roles' stack has this template."""
    body: object = client.get_template(StackName=STACK_NAME)["TemplateBody"]
    return document_of(body) == template.document


def _administration_role() -> dict[str, Any]:
    return _role(
        ADMINISTRATION,
        principal={"Service": "cloudformation.amazonaws.com"},
        # Prevents the confused deputy problem: "Set up global keys" of the page above.
        condition={
            "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
            "StringLike": {
                "aws:SourceArn": {
                    "Fn::Sub": "arn:${AWS::Partition}:cloudformation:*:${AWS::AccountId}:stackset/*"
                }
            },
        },
        statements=[
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Resource": {"Fn::Sub": f"arn:${{AWS::Partition}}:iam::*:role/{EXECUTION}"},
            }
        ],
    )


def _execution_role(template: Template, *, with_administration: bool) -> dict[str, Any]:
    made_here = {"Fn::GetAtt": ["AdministrationRole", "Arn"]}
    made_before = {
        "Fn::Sub": f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{ADMINISTRATION}"
    }
    return _role(
        EXECUTION,
        principal={"AWS": made_here if with_administration else made_before},
        condition=None,
        statements=execution_statements(template),
    )


def _role(
    name: str,
    *,
    principal: dict[str, Any],
    condition: dict[str, Any] | None,
    statements: Sequence[dict[str, Any]],
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
            "Policies": [
                {
                    "PolicyName": "StackSets",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [*statements]},
                }
            ],
        },
    }
