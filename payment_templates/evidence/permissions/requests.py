"""Decides whether statements allow a request, as far as its condition keys are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.policies import has_variable, is_like, is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payment_templates.evidence.permissions.policies import Condition, Statement

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": is_text,
    "StringEqualsIgnoreCase": lambda given, value: is_text(given.lower(), value.lower()),
    "StringLike": is_like,
    "ArnEquals": is_like,
    "ArnLike": is_like,
    "Bool": lambda given, value: given.lower() == value.lower(),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A principal's action on a resource, with the condition keys whose values are known."""

    principal: str
    action: str
    # Every form in which a template can write the resource.
    resource: tuple[str, ...]
    # Condition keys, in lower case, with every form in which a template can write the value.
    context: Mapping[str, tuple[str, ...]]

    def is_let(self, statements: tuple[Statement, ...]) -> bool:
        """Return whether a statement certainly allows the request, and none may deny it."""
        allowed = self._some(statements, allows=True, surely=True)
        return allowed and not self.may_be_denied(statements)

    def may_be_let(self, statements: tuple[Statement, ...]) -> bool:
        """Return whether a statement may allow the request, and none certainly denies it."""
        allowed = self._some(statements, allows=True, surely=False)
        return allowed and not self._some(statements, allows=False, surely=True)

    def may_be_denied(self, statements: tuple[Statement, ...]) -> bool:
        """Return whether a statement may deny the request."""
        return self._some(statements, allows=False, surely=False)

    def _some(self, statements: tuple[Statement, ...], *, allows: bool, surely: bool) -> bool:
        enough = {True} if surely else {True, None}
        return any(
            statement.allows is allows
            and self._is_meant(statement)
            and all(self._holds(condition) in enough for condition in statement.conditions)
            for statement in statements
        )

    def _holds(self, condition: Condition) -> bool | None:
        return holds(condition, self.context.get(condition.key))

    def _is_meant(self, statement: Statement) -> bool:
        named = any(
            is_like(pattern, name) for pattern in statement.resources for name in self.resource
        )
        return (
            statement.covers(self.principal, self.action) and named is not statement.but_resources
        )


def holds(condition: Condition, values: tuple[str, ...] | None) -> bool | None:
    """Return whether a condition holds for one of the forms of the value.

    None if the value, the operator or a policy variable is not known.
    """
    # The key has a single value, for which ForAllValues and ForAnyValue are equivalent.
    operator = re.sub(r"^For(All|Any)Values?:", "", condition.operator.removesuffix("IfExists"))
    compare = _OPERATORS.get(_NEGATED.get(operator, operator))
    if compare is None or values is None or any(map(has_variable, condition.values)):
        return None
    matched = any(compare(given, value) for given in condition.values for value in values)
    return matched is not (operator in _NEGATED)
