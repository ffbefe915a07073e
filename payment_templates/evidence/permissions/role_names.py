"""Says how a policy can name a role, and which condition keys the requests of a role have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.policies import ANYTHING
from payment_templates.evidence.permissions.requests import ABSENT, LOCKOUT_BYPASS
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

# Condition keys, in lower case, with their value, or with every form of it.
ContextOfRole = dict[str, str | tuple[str, ...]]


def role_arns(stack: Stack, role: StackResource) -> tuple[str, ...]:
    """Return every form of the ARN of a role that a policy of its stack may use."""
    names = filter(None, (name_of(role), f"${{{role.logical_id}}}"))
    start = _start(stack, role)
    return (f"${{{role.logical_id}.Arn}}", *(f"{start}{name}" for name in names))


def account_names(stack: Stack) -> tuple[str, ...]:
    """Return how a resource policy can name the account, and so every role in it."""
    return (f"arn:{stack.partition}:iam::{ACCOUNT}:root", ACCOUNT)


def role_context(stack: Stack, role: StackResource) -> ContextOfRole:
    """Return the condition keys that each request of a role has, with their values.

    CloudFormation generates a name from that of the stack, the logical ID and random characters,
    and shortens it to the limit of IAM: any name may match a pattern.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
    """
    generated = () if name_of(role) else (f"{_start(stack, role)}{ANYTHING}",)
    return _context_of(*role_arns(stack, role), *generated)


def context_outside(arn: str) -> ContextOfRole:
    """Return the condition keys of a role that is not in the template."""
    return _context_of(*(() if "${" in arn or not arn.startswith("arn:") else (arn,)))


def _context_of(*arns: str) -> ContextOfRole:
    # The ARN of the role, not of its session: see aws:PrincipalArn in
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
    named: ContextOfRole = {"aws:principalarn": arns} if arns else {}
    return {
        **named,
        "aws:principalaccount": ACCOUNT,
        "aws:principalisawsservice": "false",
        "aws:principaltype": "AssumedRole",
        "aws:securetransport": "true",
        LOCKOUT_BYPASS: (ABSENT,),
    }


def _start(stack: Stack, role: StackResource) -> str:
    path = role.properties.text("Path") or "/"
    return f"arn:{stack.partition}:iam::{ACCOUNT}:role{path}"
