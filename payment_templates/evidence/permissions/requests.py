"""Decides whether statements allow a request, as far as its condition keys are known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.policies import (
    has_variable,
    is_like,
    is_text,
    may_be_like,
)

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
_NULL = "Null"
# Among the forms of a value: the request may not have the key.
ABSENT = "\1"
# Only CreateKey and PutKeyPolicy have it:
# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-bypass-policy-lockout-safety-check
LOCKOUT_BYPASS = "kms:bypasspolicylockoutsafetycheck"
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
    # Condition keys, in lower case, with every form in which a template can write the value; see
    # `holds`.
    context: Mapping[str, tuple[str, ...]]

    def answer(self, statements: tuple[Statement, ...]) -> bool | None:
        """Return whether statements allow the request; None if that is not known."""
        if self.is_let(statements):
            return True
        return None if self.may_be_let(statements) else False

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
    """Return whether a condition holds for one of the forms of the value of its key.

    None if the value, the operator or a policy variable is not known. With ABSENT among the forms,
    the request may have the key or not.
    """
    if values is None:
        return None
    forms = tuple(value for value in values if value != ABSENT)
    answers = {_compared(condition, forms)} if forms else set[bool | None]()
    if ABSENT in values or not values:
        answers.add(_without_key(condition))
    return answers.pop() if len(answers) == 1 else None


def _without_key(condition: Condition) -> bool:
    """Return whether a condition holds for a request that does not have its key.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
    """
    operator = condition.operator
    if operator == _NULL:
        return any(value.lower() == "true" for value in condition.values)
    if operator.startswith("ForAnyValue:"):
        return False
    return "Not" in operator or operator.endswith("IfExists") or operator.startswith("ForAllValues")


def _compared(condition: Condition, forms: tuple[str, ...]) -> bool | None:
    if condition.operator == _NULL:
        return any(value.lower() == "false" for value in condition.values)
    # The key has a single value, for which ForAllValues and ForAnyValue are equivalent.
    operator = re.sub(r"^For(All|Any)Values?:", "", condition.operator.removesuffix("IfExists"))
    compare = _OPERATORS.get(_NEGATED.get(operator, operator))
    if compare is None or any(map(has_variable, condition.values)):
        return None
    negated = operator in _NEGATED
    if any(compare(given, form) for given in condition.values for form in forms):
        return not negated
    if any(may_be_like(given, form) for given in condition.values for form in forms):
        return None
    return negated
