"""Shows which parameters an examination was given, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Template

HIDDEN = "not shown"


def shown_parameters(template: Template, given: Mapping[str, str]) -> dict[str, str]:
    """Return the given values, except those that the template declares with NoEcho."""
    return {
        name: HIDDEN if template.parameters[name].no_echo else value
        for name, value in given.items()
        if name in template.parameters
    }
