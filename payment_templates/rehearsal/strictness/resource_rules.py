"""Applies every rule to a resource before it is created or updated."""

from collections.abc import Callable
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.document import is_list, is_object
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.strictness import (
    database_network,
    database_version,
    database_zone,
    failover_records,
    key_policy,
    name_taken,
    resource_schema,
    single_vpc,
    subnet_range,
    subnet_zone,
    usable_key,
)
from payment_templates.rehearsal.strictness.desired import Desired, Rule

# In AWS's order: CloudFormation's own checks, then the service's.
RULES: tuple[Rule, ...] = (
    resource_schema.check,
    name_taken.check,
    subnet_zone.check,
    subnet_range.check,
    single_vpc.check,
    database_network.check,
    database_version.check,
    database_zone.check,
    usable_key.check,
    key_policy.check,
    failover_records.check,
)

# CloudFormation adds these tags; a schema may forbid the keys, which no template can set.
_SYSTEM_TAG = "aws:cloudformation:"


def install() -> None:
    """Fail resources that AWS would reject."""
    ministack.replace_everywhere(ministack.PROVISIONERS, "_provision_resource", _checked_create)
    ministack.replace_everywhere(ministack.PROVISIONERS, "_update_resource", _checked_update)
    ministack.replace_everywhere(ministack.PROVISIONERS, "_with_stack_tags", _tagged_as_written)


def _checked_create(original: Callable[..., tuple[str, Attributes]]) -> object:
    def create(
        resource_type: str, logical_id: str, properties: Properties, stack: str
    ) -> tuple[str, Attributes]:
        _reject_invalid(resource_type, logical_id, properties, before=None)
        return original(resource_type, logical_id, properties, stack)

    return create


def _checked_update(original: Callable[..., tuple[str, Attributes]]) -> object:
    def update(  # noqa: PLR0917 - ministack's own signature
        resource_type: str,
        physical_id: str,
        before: Properties,
        after: Properties,
        stack: str,
        logical_id: str | None = None,
        attributes: Attributes | None = None,
    ) -> tuple[str, Attributes]:
        if before != after:
            _reject_invalid(resource_type, logical_id or physical_id, after, before=before)
        return original(resource_type, physical_id, before, after, stack, logical_id, attributes)

    return update


def _tagged_as_written(original: Callable[..., Properties]) -> object:
    def with_stack_tags(resource_type: str, properties: Properties, *stack: Any) -> Properties:  # noqa: ANN401 - ministack's own
        # The schema must reject tags of the wrong shape; ministack would convert them.
        name, shape = ministack.tag_property(resource_type) or ("Tags", list)
        if not isinstance(properties.get(name, shape()), shape):
            return properties
        return original(resource_type, properties, *stack)

    return with_stack_tags


def _reject_invalid(
    resource_type: str, logical_id: str, properties: Properties, *, before: Properties | None
) -> None:
    desired = Desired(
        resource_type=resource_type,
        logical_id=logical_id,
        properties=_as_written(properties),
        region=ministack.region(),
        before=before,
    )
    for rule in RULES:
        reasons = tuple(rule(desired))
        if reasons:
            # The exception's text is the reason in the stack's events.
            raise ValueError("\n".join(reasons))


def _as_written(properties: Properties) -> Properties:
    written: Properties = {}
    for name, value in properties.items():
        own = _without_system_tags(value) if name.endswith("Tags") else value
        if own != [] or value == []:
            written[name] = own
    return written


def _without_system_tags(value: Any) -> Any:  # noqa: ANN401 - any JSON of the template
    if is_list(value):
        return [tag for tag in value if not _is_system_tag(tag.get("Key", ""))]
    if is_object(value):
        return {key: text for key, text in value.items() if not _is_system_tag(key)}
    return value


def _is_system_tag(key: str) -> bool:
    return key.startswith(_SYSTEM_TAG)
