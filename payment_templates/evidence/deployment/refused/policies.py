"""Finds managed policies of AWS that do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.aws_policies import misplaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack

_PRINCIPALS = ("AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::User")


def policy_refusals(stack: Stack) -> Iterator[str]:
    """Yield the policies of AWS whose ARN has another path than AWS's: AttachRolePolicy fails."""
    for principal in stack.of_type(*_PRINCIPALS):
        for arn in principal.properties.texts("ManagedPolicyArns"):
            if right := misplaced(arn):
                yield f"{principal.logical_id} has {arn}: the policy of AWS is {right}"
