"""What is known of a request to AWS, and whether the conditions of a policy hold for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.policies import is_like

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payment_templates.evidence.permissions.policies import Condition, Statement

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda given, value: given == value,
    "StringEqualsIgnoreCase": lambda given, value: given.lower() == value.lower(),
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
    """Who does what to what, and the condition keys whose values are known."""

    principal: str
    action: str
    # The resource, in each way in which a template can write it.
    resource: tuple[str, ...]
    # Condition key, in lower case, to the ways in which a template can write its value.
    context: Mapping[str, tuple[str, ...]]

    def is_let(self, statements: tuple[Statement, ...]) -> bool:
        """Return whether some statement surely allows it, and none may deny it."""
        allowed = self._some(statements, allows=True, surely=True)
        return allowed and not self.may_be_denied(statements)

    def may_be_let(self, statements: tuple[Statement, ...]) -> bool:
        """Return whether some statement may allow it, and none surely denies it."""
        allowed = self._some(statements, allows=True, surely=False)
        return allowed and not self._some(statements, allows=False, surely=True)

    def may_be_denied(self, statements: tuple[Statement, ...]) -> bool:
        """Return whether some statement may deny it."""
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
    """Return whether a condition holds for the value of its key, written in one or several ways.

    None when the value or the operator is not known.
    """
    # The key has one value: for a single value, any and all are the same.
    operator = re.sub(r"^For(All|Any)Values?:", "", condition.operator.removesuffix("IfExists"))
    compare = _OPERATORS.get(_NEGATED.get(operator, operator))
    if compare is None or values is None:
        return None
    matched = any(compare(given, value) for given in condition.values for value in values)
    return matched is not (operator in _NEGATED)
