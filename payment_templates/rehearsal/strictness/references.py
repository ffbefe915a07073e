"""Rejects references to names that the template does not have."""

from collections.abc import Callable, Mapping
from typing import Any

from payment_templates.cloudformation import dangling, template_of
from payment_templates.rehearsal import ministack


def install() -> None:
    """Refuse a template with a dangling reference before a stack exists."""
    ministack.replace_everywhere(ministack.ENGINE, "validate_template_support", _checked)


def _checked(original: Callable[..., None]) -> object:
    def validate(
        template: Mapping[str, Any],
        conditions: Mapping[str, bool],
        params: Mapping[str, Any] | None = None,
    ) -> None:
        original(template, conditions, params=params)
        for reason in dangling(template_of(template)):
            raise ValueError(f"Template format error: {reason}")

    return validate
