"""Checks that policies name parameters, secrets and objects in the form that IAM compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept, not_applicable
from payment_templates.evidence.permissions.documents import statements_of
from payment_templates.evidence.permissions.resource_forms import never_matches
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Policies name resources as IAM does", "Ideal response: SSM parameter access")
def policies_name_resources_as_iam_does(topology: Topology) -> Finding:
    """Check for statements that can match no resource, so that they allow or deny nothing.

    The ARN of the parameter /a/b has one slash after `parameter`, that of a secret ends with six
    random characters, and that of an object has the bucket's name before it:
    https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    lines: list[str] = []
    # The Ref of a parameter is its name.
    names = {
        f"${{{parameter.logical_id}}}": parameter.properties.text("Name")
        for parameter in topology.stack.of_type("AWS::SSM::Parameter")
    }
    for resource in topology.stack.resources.values():
        for statement in statements_of(resource):
            if statement.but_actions or statement.but_resources or not statement.resources:
                continue
            for pattern in statement.resources:
                if problem := never_matches(_named(pattern, names), statement.actions):
                    return broken(f"{resource.logical_id}: {problem}", statement.place, *lines)
            lines.append(statement.place)
    if not lines:
        return not_applicable("no policy names a resource")
    return kept(f"the resources of {quantity(len(lines), 'statement')} can exist", *lines)


def _named(pattern: str, names: Mapping[str, str]) -> str:
    """Return a pattern with the names of the stack's parameters in place of references."""
    for reference, name in names.items():
        if name and reference in pattern:
            return pattern.replace(reference, name)
    return pattern
