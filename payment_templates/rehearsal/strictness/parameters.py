"""Rejects parameters that the template does not have.

CloudFormation answers "Parameters: [Name] do not exist in the template".
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from payment_templates.rehearsal import ministack


def install() -> None:
    """Refuse a parameter that nothing would read."""
    ministack.replace_everywhere(ministack.ENGINE, "_resolve_parameters", _checked)


def _checked(original: Callable[..., dict[str, Any]]) -> object:
    def resolve(
        template: Mapping[str, Any],
        provided: Sequence[Mapping[str, Any]],
        previous: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        known = template.get("Parameters", {})
        unknown = [entry["Key"] for entry in provided if entry.get("Key") not in known]
        if unknown:
            raise ValueError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
        return original(template, provided, previous)

    return resolve
