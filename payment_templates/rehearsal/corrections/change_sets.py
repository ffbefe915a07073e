"""Corrects change sets: they omit resources whose condition is false, and show replacements.

ministack lists every resource of the template, and for most types marks any change as a possible
replacement; AWS's schemas say which properties cause one.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.corrections import conditions
from payment_templates.rehearsal.region_schemas import regional_schema

_CHANGE_SETS = f"{ministack.CLOUDFORMATION}.changesets"
_RESOURCES = "Resources"


def install() -> None:
    """Apply conditions to change sets, and derive replacements from the schemas."""
    ministack.replace_everywhere(_CHANGE_SETS, "_resolve_props_for_diff", _with_conditions)
    ministack.replace_everywhere(ministack.PROVISIONERS, "_property_recreation", _by_schema)


def _with_conditions(original: Callable[..., Any]) -> object:
    def resolve(
        template: Mapping[str, Any], parameters: Mapping[str, Any], *context: object
    ) -> dict[str, Any]:
        resolved: dict[str, Any] = original(template, parameters, *context)
        holds = conditions.evaluate(template, parameters)
        existing = {
            name: resource
            for name, resource in resolved.get(_RESOURCES, {}).items()
            if holds.get(resource.get("Condition", ""), True)
        }
        return {**resolved, _RESOURCES: existing}

    return resolve


def _by_schema(original: Callable[[str, str], str]) -> object:
    def recreation(resource_type: str, name: str) -> str:
        schema = regional_schema(resource_type, ministack.region())
        if schema is None:
            return original(resource_type, name)
        if name in schema.create_only:
            return "Always"
        return "Conditionally" if name in schema.conditional_create_only else "Never"

    return recreation
