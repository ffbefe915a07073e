"""Evaluates a template before its deployment: the resources that it creates, and their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import evaluate, scalar_text, with_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Properties, Stack, Template
    from payment_templates.rollout.values import Values

# Conditions ask whether a secret is given, not what it is.
_SECRET = "given"  # noqa: S105 - a placeholder


@dataclass(frozen=True, kw_only=True)
class PlannedStack:
    """A template with the parameter values for one account and region."""

    values: Values
    account: str
    stack: Stack

    @property
    def region(self) -> str:
        """The region of the stack."""
        return self.stack.region

    def parameter(self, name: str) -> str:
        """Return the value of a parameter; empty if it has none."""
        return self.stack.parameters.get(name, "")

    def with_former(self, former: Mapping[str, str]) -> PlannedStack:
        """Return the plan of an update: parameters that are not given keep their former values."""
        template, values = self.stack.template, self.values.over(former)
        return plan_stack(template, values, region=self.region, account=self.account)


def plan_stack(template: Template, values: Values, *, region: str, account: str) -> PlannedStack:
    """Evaluate a template with the values for a region, which are not validated."""
    given = {**values.open, **dict.fromkeys(values.secret, _SECRET)}
    defaults = {name: it.default for name, it in template.parameters.items()}
    parameters = {
        name: text
        for name, default in defaults.items()
        if (text := given.get(name, default)) is not None
    }
    stack = with_parameters(evaluate(template, region=region, account=account), parameters)
    return PlannedStack(values=values, account=account, stack=stack)


def known_text(properties: Properties, name: str) -> str:
    """Return a property as text; empty if it is absent or not known before deployment."""
    value = properties.get(name)
    return scalar_text(value) if isinstance(value, (str, int, float)) else ""
