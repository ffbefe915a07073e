"""The two roles with which self-managed StackSets work, as a stack of their own.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from payment_templates.rollout import clients
from payment_templates.rollout.template import Template, read_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

ADMINISTRATION = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION = "AWSCloudFormationStackSetExecutionRole"
STACK_NAME = "payment-stack-set-roles"

# The service of a resource type is the prefix of its actions, but for these.
_ACTION_PREFIXES = {
    "applicationautoscaling": "application-autoscaling",
    "elasticloadbalancingv2": "elasticloadbalancing",
    "route53": "route53",
    "wafv2": "wafv2",
}
# What the services of this stack do in turn with the rights of the one who creates them: encrypt,
# make a service-linked role, read the image's and the template's place.
_BESIDES = ("cloudformation", "kms", "secretsmanager", "tag")
_NAMED_BY = {
    "AWS::IAM::Role": ("role", "RoleName"),
    "AWS::IAM::ManagedPolicy": ("policy", "ManagedPolicyName"),
}


def missing_roles(session: Session, region: str) -> tuple[str, ...]:
    """Name the roles that the own account lacks."""
    client = clients.iam(session, region)
    missing: list[str] = []
    for name in (ADMINISTRATION, EXECUTION):
        try:
            client.get_role(RoleName=name)
        except client.exceptions.NoSuchEntityException:
            missing.append(name)
    return tuple(missing)


def roles_template(template: Template) -> Template:
    """Write the roles' template: what StackSets need, and the services of the stack, no more."""
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Roles of self-managed StackSets for the payment stack",
        "Resources": {
            "AdministrationRole": _administration_role(),
            "ExecutionRole": _execution_role(template),
        },
    }
    return read_template(json.dumps(document, indent=1), "the roles' template")


def _administration_role() -> dict[str, Any]:
    return _role(
        ADMINISTRATION,
        principal={"Service": "cloudformation.amazonaws.com"},
        # Against the confused deputy: "Set up global keys" of the page above.
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


def _execution_role(template: Template) -> dict[str, Any]:
    types = sorted({str(entry.get("Type", "")) for entry in template.resources.values()})
    services = {_action_prefix(kind) for kind in types} - {"iam"} | {*_BESIDES}
    return _role(
        EXECUTION,
        principal={"AWS": {"Fn::GetAtt": ["AdministrationRole", "Arn"]}},
        condition=None,
        statements=[
            {
                "Effect": "Allow",
                "Action": [f"{service}:*" for service in sorted(services)],
                "Resource": "*",
            },
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            *_identity_statements(template),
        ],
    )


def _identity_statements(template: Template) -> Iterator[dict[str, Any]]:
    # Rights on IAM are rights on everything: only on the names that the template gives.
    arns = sorted(set(_identity_arns(template)))
    if arns:
        yield {"Effect": "Allow", "Action": "iam:*", "Resource": [{"Fn::Sub": arn} for arn in arns]}
    yield {
        "Effect": "Allow",
        "Action": "iam:CreateServiceLinkedRole",
        "Resource": {"Fn::Sub": "arn:${AWS::Partition}:iam::*:role/aws-service-role/*"},
    }


def _identity_arns(template: Template) -> Iterator[str]:
    for entry in template.resources.values():
        if entry.get("Type") in _NAMED_BY:
            kind, named_by = _NAMED_BY[str(entry["Type"])]
            name: Any = entry.get("Properties", {}).get(named_by, "")
            text = name if isinstance(name, str) else str(name.get("Fn::Sub", ""))
            yield f"arn:${{AWS::Partition}}:iam::*:{kind}/{text.partition('$')[0]}*"


def _action_prefix(resource_type: str) -> str:
    service = resource_type.split("::")[1].lower()
    return _ACTION_PREFIXES.get(service, service)


def _role(
    name: str,
    *,
    principal: dict[str, Any],
    condition: dict[str, Any] | None,
    statements: list[dict[str, Any]],
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
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": statements},
                }
            ],
        },
    }
