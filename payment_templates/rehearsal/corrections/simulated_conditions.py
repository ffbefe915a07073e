"""Gives IAM's simulator the condition keys of its request, which ministack ignores.

ContextEntries: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import guard_operations

_EVALUATOR = "ministack.core.iam_evaluator"
_RESOLVE = "_resolve_condition_key"
_Given = Mapping[str, str]
_given: ContextVar[_Given | None] = ContextVar("given", default=None)
_Resolve = Callable[[str, Any], Any]


def install() -> None:
    """Remember the keys of each simulation, and use them before ministack's own."""
    original: _Resolve = ministack.look_up(_EVALUATOR, _RESOLVE)

    def resolve(key: str, context: object) -> Any:  # noqa: ANN401 - ministack's own.
        given = _given.get() or {}
        # The names of condition keys are not case-sensitive.
        return given.get(key.lower()) or original(key, context)

    setattr(import_module(_EVALUATOR), _RESOLVE, resolve)
    guard_operations("iam", {"SimulatePrincipalPolicy": _remember})


def _remember(request: dict[str, Any]) -> None:
    entries = request.get("ContextEntries", [])
    _given.set({one["ContextKeyName"].lower(): one["ContextKeyValues"][0] for one in entries})
