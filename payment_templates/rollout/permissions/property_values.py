"""Decides which actions the values of a resource's properties ask for, and on which resources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Text, Unknown, scalar_text
from payment_templates.cloudformation.properties import FURTHER
from payment_templates.facts.conditional_actions import CONDITIONAL_ACTIONS, ConditionalActions
from payment_templates.rollout.permissions.handler_actions import creating_action
from payment_templates.rollout.permissions.resource_arns import arn_patterns, kind_patterns

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource, Value

_UNKNOWN = "*"
# arn:partition:service:region:account:resource
_SERVICE, _REGION, _ACCOUNT, _PARTS = 2, 3, 4, 6
_DYNAMIC = "{{resolve:"
_BY_TYPE: defaultdict[str, list[ConditionalActions]] = defaultdict(list)
for _line in CONDITIONAL_ACTIONS:
    _BY_TYPE[_line.resource_type].append(_line)


def unneeded_actions(resource: StackResource, stack: Stack) -> frozenset[str]:
    """Return the actions that only other values of the properties would need.

    A value that is not known may be any.
    """
    lines = _BY_TYPE.get(resource.type, ())
    needed = {it for one in lines if _applies(one, resource, stack) for it in one.actions}
    return frozenset(it for one in lines for it in one.actions) - needed


def unused_services(resource: StackResource, stack: Stack) -> frozenset[str]:
    """Return the services whose ARNs a property may have, and has not.

    An action such as wafv2:AssociateWebACL is then not used on their resources.
    """
    lines = [one for one in _BY_TYPE.get(resource.type, ()) if one.arn_service]
    return frozenset(one.arn_service for one in lines if not _applies(one, resource, stack))


def arns_in_properties(resource: StackResource, stack: Stack) -> tuple[str, ...]:
    """Return the ARN patterns of the resources, also outside the template, that actions are for."""
    paths = dict.fromkeys(it.resource for it in _BY_TYPE.get(resource.type, ()) if it.resource)
    return tuple(
        dict.fromkeys(
            _pattern(text)
            for path in paths
            for value in _values(resource.properties.entries, path.split("."))
            for text in _arns(value, stack)
            if len(text.split(":", _PARTS - 1)) == _PARTS
        )
    )


def _applies(line: ConditionalActions, resource: StackResource, stack: Stack) -> bool:
    found = [
        value
        for path in line.properties
        for value in _values(resource.properties.entries, path.split("."))
    ]
    if line.arn_service:
        arns = (text for value in found for text in _arns(value, stack))
        return any(_service(arn) in {line.arn_service, _UNKNOWN} for arn in arns)
    if line.values:
        return any(_text(value) in {*line.values, _UNKNOWN} for value in found)
    return bool(found)


def _values(value: Value, path: Sequence[str]) -> Iterator[Value]:
    """Yield the values that a property may have, of every entry of a list; none if it is absent."""
    if isinstance(value, Unknown):
        for choice in value.choices:
            yield from _values(choice, path)
        if not value.choices:
            yield value
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from _values(entry, path)
    elif isinstance(value, Mapping) and path:
        further = value.get(FURTHER)
        yield from _values(value.get(path[0], further), path[1:])
    elif value is not None:
        yield Unknown(reason="an object is expected") if path else value


def _text(value: Value) -> str:
    if isinstance(value, (str, int, float)):
        text = scalar_text(value)
        return _UNKNOWN if _DYNAMIC in text else text
    return _UNKNOWN


def _arns(value: Value, stack: Stack) -> tuple[str, ...]:
    """Return the ARN patterns that a value may be; "*" if it is not known."""
    if isinstance(value, Reference):
        return _arns_of(value, stack)
    if isinstance(value, Text):
        first, *others = value.parts
        starts = _arns_of(first, stack) if isinstance(first, Reference) else (first,)
        ends = "".join(part if isinstance(part, str) else _UNKNOWN for part in others)
        return tuple(f"{it}{ends}" if isinstance(it, str) else _UNKNOWN for it in starts)
    return (_text(value),)


def _arns_of(reference: Reference, stack: Stack) -> tuple[str, ...]:
    resource = stack.resources.get(reference.logical_id)
    if resource is None or reference.kind != "arn":
        return (_UNKNOWN,)
    service = creating_action(resource.type).partition(":")[0] or _UNKNOWN
    return arn_patterns(resource) or kind_patterns(resource) or (f"arn:${{Partition}}:{service}:*",)


def _service(arn: str) -> str:
    parts = arn.split(":")
    known = parts[0] == "arn" and len(parts) > _SERVICE and "*" not in parts[_SERVICE]
    return parts[_SERVICE] if known else _UNKNOWN


def _pattern(arn: str) -> str:
    """Return an ARN in the form of the patterns: its region and account are those of the stack."""
    parts = arn.split(":", _PARTS - 1)
    parts[1] = "${Partition}"
    parts[_REGION] = parts[_REGION] and "${Region}"
    parts[_ACCOUNT] = parts[_ACCOUNT] and "${Account}"
    if parts[_SERVICE] == "s3":
        # A log destination may be a folder of the bucket.
        parts[-1] = parts[-1].partition("/")[0]
    return ":".join(parts)
