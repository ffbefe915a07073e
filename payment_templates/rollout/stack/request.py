"""Builds the stack arguments of CreateChangeSet: template, parameters, tags and role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, TagTypeDef

    from payment_templates.rollout.template_upload import Body


@dataclass(frozen=True, kw_only=True)
class StackRequest:
    """The template, parameters, tags and service role of a requested stack."""

    stack_name: str
    body: Body
    # Contains the password, so it is not shown.
    parameters: tuple[ParameterTypeDef, ...] = field(repr=False)
    tags: Mapping[str, str]
    # Empty: CloudFormation uses the stack's role, if it has one.
    role_arn: str = ""

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of CreateChangeSet."""
        return {
            "StackName": self.stack_name,
            "Parameters": [*self.parameters],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            **self.body.arguments(),
            **written_tags(self.tags),
            **written_role(self.role_arn),
        }


def written_tags(tags: Mapping[str, str]) -> dict[str, list[TagTypeDef]]:
    """Return the Tags argument; omitted without tags, because an empty list removes all tags."""
    # UpdateStack, Tags: of an empty value, "CloudFormation removes all associated tags".
    written: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"Tags": written} if written else {}


def written_role(role_arn: str) -> dict[str, str]:
    """Return the RoleARN argument; omitted without a role: CloudFormation then uses the stack's."""
    return {"RoleARN": role_arn} if role_arn else {}
