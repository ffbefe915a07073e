"""What a stack is asked to be: template, parameters, tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, TagTypeDef

    from payment_templates.rollout.template_upload import Body


@dataclass(frozen=True, kw_only=True)
class StackRequest:
    """The part of a call that says what the stack shall be."""

    stack_name: str
    body: Body
    # Holds the password: it is shown nowhere.
    parameters: tuple[ParameterTypeDef, ...] = field(repr=False)
    tags: Mapping[str, str]

    def arguments(self) -> dict[str, Any]:
        """Write these arguments of CreateChangeSet."""
        return {
            "StackName": self.stack_name,
            "Parameters": [*self.parameters],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            **self.body.arguments(),
            **written_tags(self.tags),
        }


def written_tags(tags: Mapping[str, str]) -> dict[str, list[TagTypeDef]]:
    """Write the argument for tags; none where there are none, since an empty one removes all."""
    # UpdateStack, Tags: of an empty value, "CloudFormation removes all associated tags".
    written: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"Tags": written} if written else {}
