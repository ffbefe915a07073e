"""Checks that every reference has the kind of value that its property expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept, not_applicable
from payment_templates.evidence.deployment.reference_values import reference_values
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim(
    "Every reference gives the kind of value that its property takes",
    "CloudFormation: return values",
)
def references_have_the_right_kind(topology: Topology) -> Finding:
    """Check that each Ref and Fn::GetAtt returns what its property expects.

    An ARN, an ID, a name or a URL, and of which type of resource: AWS refuses a topic's name for
    its ARN, and the ID of a VPC for that of a subnet. An output or a parameter gives what its name
    says. Only properties and attributes that the tables of this project list are compared:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-product-property-reference.html
    """
    found = reference_values(topology.stack)
    lines = (
        f"{quantity(found.judged, 'reference')} compared",
        f"{quantity(found.open, 'reference')} to properties that are not listed",
    )
    if found.problems:
        return broken(found.problems[0], *found.problems[1:], *lines)
    if not found.judged:
        return not_applicable("no listed property refers to a resource", *lines)
    return kept("every compared reference has the right kind", *lines)
