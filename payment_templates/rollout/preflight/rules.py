"""Checks the template's Rules: CloudFormation refuses parameters that violate one of them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.preflight.finding import Finding, fine, refused, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.planned_stack import PlannedStack


def check_rules(planned: PlannedStack) -> Iterator[Finding]:
    """Evaluate each rule with the values of a region."""
    region, stack = planned.region, planned.stack
    for said in stack.broken_rules:
        yield refused(region, f"a rule of the template: {said}", "pass other --parameter values")
    for said in stack.undecided_rules:
        yield unknown(
            region,
            f"a rule of the template cannot be evaluated here: {said}",
            "CloudFormation evaluates it before it changes anything",
        )
    if stack.template.rules and not stack.broken_rules and not stack.undecided_rules:
        yield fine(region, f"rules of the template hold: {', '.join(stack.template.rules)}")
