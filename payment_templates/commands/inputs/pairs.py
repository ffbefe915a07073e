"""Reads the options KEY=VALUE, which may be repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.commands.inputs.usage_errors import WrongUseError
from payment_templates.quantity import ordinal

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """Return the values of an option KEY=VALUE by key; raises WrongUseError."""
    values: dict[str, str] = {}
    for number, text in enumerate(texts, start=1):
        key, equals, value = text.partition("=")
        if not key or not equals:
            # The text is not shown: it may be meant as a secret.
            missing = "KEY before =" if equals else "="
            raise WrongUseError(f"the {ordinal(number)} {option} has no {missing}", "use KEY=VALUE")
        if key in values:
            raise WrongUseError(f"{option} {key} is given twice", "pass it once")
        values[key] = value
    return values
