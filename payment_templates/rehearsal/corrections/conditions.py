"""Evaluates conditions with pseudo parameters and every intrinsic function that AWS allows."""

from collections.abc import Iterator, Mapping
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.document import is_list, is_object


def install() -> None:
    """Evaluate conditions with the functions that resolve properties."""
    ministack.replace_everywhere(
        ministack.ENGINE, "_evaluate_conditions", lambda _original: evaluate
    )


def evaluate(template: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, bool]:
    """Return the value of each condition of the template."""
    definitions: Mapping[str, Any] = template.get("Conditions", {})
    values: dict[str, bool] = {}

    def evaluate_one(name: str) -> None:
        if name in values:
            return
        for other in _referenced(definitions.get(name)):
            evaluate_one(other)
        values[name] = bool(
            ministack.resolve(template, parameters, definitions.get(name), conditions=values)
        )

    for name in definitions:
        evaluate_one(name)
    return values


def _referenced(expression: object) -> Iterator[str]:
    if is_object(expression):
        for key, value in expression.items():
            if key == "Condition" and isinstance(value, str):
                yield value
            else:
                yield from _referenced(value)
    elif is_list(expression):
        for entry in expression:
            yield from _referenced(entry)
