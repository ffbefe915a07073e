"""Conditions see the pseudo parameters and every intrinsic that AWS allows in them."""

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
    """Say of each condition of the template whether it holds."""
    definitions: Mapping[str, Any] = template.get("Conditions", {})
    holds: dict[str, bool] = {}

    def settle(name: str) -> None:
        if name in holds:
            return
        for other in _named(definitions.get(name)):
            settle(other)
        holds[name] = bool(
            ministack.resolve(template, parameters, definitions.get(name), conditions=holds)
        )

    for name in definitions:
        settle(name)
    return holds


def _named(expression: object) -> Iterator[str]:
    if is_object(expression):
        for key, value in expression.items():
            if key == "Condition" and isinstance(value, str):
                yield value
            else:
                yield from _named(value)
    elif is_list(expression):
        for entry in expression:
            yield from _named(entry)
