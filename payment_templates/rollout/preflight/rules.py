"""Evaluates the template's Rules: CloudFormation refuses parameters that break one of them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.rollout.preflight.finding import Finding, fine, refused, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.rollout.resolution import Resolution


def check_rules(resolution: Resolution) -> Iterator[Finding]:
    """Evaluate each rule with the values of a region."""
    rules: Mapping[str, Mapping[str, Any]] = resolution.template.document.get("Rules", {})
    found = [
        finding
        for name, rule in rules.items()
        # A rule whose condition is false asserts nothing.
        if resolution.decides(rule.get("RuleCondition")) is not False
        for finding in _check(resolution, name, rule)
    ]
    yield from found
    if rules and not found:
        yield fine(resolution.region, f"rules of the template hold: {', '.join(rules)}")


def _check(resolution: Resolution, name: str, rule: Mapping[str, Any]) -> Iterator[Finding]:
    certain = resolution.decides(rule.get("RuleCondition")) is True
    assertions: list[Mapping[str, Any]] = rule.get("Assertions", [])
    for assertion in assertions:
        holds = resolution.decides(assertion.get("Assert"))
        text = str(assertion.get("AssertDescription", name))
        if holds is False and certain:
            yield refused(
                resolution.region, f"rule {name}: {text}", "pass other --parameter values"
            )
        elif holds is not True:
            yield unknown(
                resolution.region,
                f"rule {name} cannot be evaluated here: {text}",
                "CloudFormation evaluates it before it changes anything",
            )
