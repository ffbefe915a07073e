"""Defines a CloudFormation resource type and registers it in ministack."""

from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.region_schemas import REFERENCE_REGION


@dataclass(frozen=True, kw_only=True)
class Created:
    """A created resource as a template sees it: its Ref and its GetAtts."""

    ref: str
    attributes: Attributes


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """The functions that create, update and delete resources of one type.

    A change to a create-only property of AWS's schema replaces the resource; `update` gets all
    other changes.
    """

    name: str
    create: Callable[[Properties, str], Created]
    update: Callable[[str, Properties, Properties], Attributes]
    delete: Callable[[str, Properties], None]
    tag_property: str | None = None


def register(resource_type: ResourceType) -> None:
    """Register the resource type in CloudFormation."""
    schema = resource_schema(resource_type.name, REFERENCE_REGION)

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        # CloudFormation's format of generated names: stack, logical ID, random letters.
        generated_name = f"{stack}-{logical_id}-{token_hex(6).upper()}"
        created = resource_type.create(properties, generated_name)
        return created.ref, created.attributes

    def update(
        ref: str, before: Properties, after: Properties, _stack: str
    ) -> tuple[str, Attributes]:
        return ref, resource_type.update(ref, before, after)

    ministack.register_resource_type(
        resource_type.name,
        ministack.ResourceHandlers(create=create, update=update, delete=resource_type.delete),
        replacing_properties=tuple(sorted(schema.create_only)) if schema else (),
        tag_property=resource_type.tag_property,
    )


def only(properties: Properties, *names: str) -> dict[str, Any]:
    """Return those of the named properties that the template sets."""
    return {name: properties[name] for name in names if name in properties}
