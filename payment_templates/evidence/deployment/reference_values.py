"""Finds references with the wrong attribute, or to a resource of the wrong type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Text
from payment_templates.evidence.deployment.named_values import named_value_problems
from payment_templates.facts.property_values import FREE_OBJECTS, Takes, meaning, takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource, Template, Value

# Attributes that identify the resource itself; "" is Ref.
_OWN = frozenset({"", "Arn", "DBClusterArn", "DBInstanceArn"})
_WORDS = {"arn": "ARN", "id": "ID", "url": "URL"}
# Types whose attributes depend on code or a template elsewhere.
_OPAQUE = ("AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack", "Custom::")


@dataclass(frozen=True, kw_only=True)
class ReferenceValues:
    """The checked references of a stack, and the problems found."""

    judged: int
    # The number of references to properties, or of attributes, that no table lists.
    open: int
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What is known about a value."""

    text: str
    # arn, id, name or url; empty if unknown.
    kind: str = ""
    # The type of the resource that it identifies; empty if unknown.
    type: str = ""
    # Whether it is certainly not an ARN.
    is_no_arn: bool = False


def reference_values(stack: Stack) -> ReferenceValues:
    """Judge the references of every resource, of the outputs and of Parameter Store."""
    found = [_of_resource(stack.template, resource) for resource in stack.resources.values()]
    return ReferenceValues(
        judged=sum(each.judged for each in found),
        open=sum(each.open for each in found),
        problems=(*(it for each in found for it in each.problems), *named_value_problems(stack)),
    )


def _of_resource(template: Template, resource: StackResource) -> ReferenceValues:
    """Check a resource; the result is cached for all stacks with an equal resource."""
    memo = resource.properties.memo
    found: ReferenceValues | None = memo.get("reference values")
    if found is None:
        found = memo["reference values"] = _judged(template, resource)
    return found


def _judged(template: Template, resource: StackResource) -> ReferenceValues:
    judged = unjudged = 0
    problems: list[str] = []
    for path, value, beside in _values(resource.properties.entries):
        free = bool(FREE_OBJECTS & {*path.split(".")[:-1]})
        wanted = None if resource.type.startswith(_OPAQUE) else _wanted(resource, path, free=free)
        given = _given(template, value)
        applies = wanted and (not wanted.beside or beside.get(wanted.beside) in wanted.values)
        if wanted and applies and (given.kind or given.is_no_arn):
            judged += 1
            if problem := _problem(wanted, given):
                problems.append(f"{resource.logical_id}.{path} {problem}")
        elif isinstance(value, Reference):
            unjudged += 1
    return ReferenceValues(judged=judged, open=unjudged, problems=tuple(problems))


def _wanted(resource: StackResource, path: str, *, free: bool) -> Takes | None:
    found = takes(resource.type, path)
    # Below an object with arbitrary keys, only table entries with the full path apply.
    return None if free and found is meaning(path.rpartition(".")[2]) else found


def _values(
    value: Value, path: str = "", beside: Mapping[str, Value] | None = None
) -> Iterator[tuple[str, Value, Mapping[str, Value]]]:
    """Yield each scalar below a value: its path, the scalar, and the object that contains it."""
    if isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _values(entry, f"{path}.{name}" if path else name, value)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from _values(entry, path, beside)
    else:
        yield path, value, beside or {}


def _given(template: Template, value: Value) -> _Given:
    if isinstance(value, Reference):
        return _of_reference(template, value)
    if isinstance(value, Text):
        return _of_text(template, value)
    # Other text without a reference is left to the linter.
    is_arn = isinstance(value, str) and value.startswith("arn:")
    return _Given(text=str(value), kind="arn" if is_arn else "")


def _of_text(template: Template, value: Text) -> _Given:
    """Decide from its first part whether a text with references is an ARN."""
    first = value.parts[0]
    if isinstance(first, Reference):
        kind = _of_reference(template, first).kind
    elif isinstance(first, str):
        # Only AWS knows the value of a dynamic reference: {{resolve:ssm:...}}.
        kind = "arn" if first.startswith("arn:") else "" if first.startswith("{{") else "text"
    else:
        kind = ""
    is_no_arn = kind not in {"", "arn"}
    return _Given(text=str(value), kind="arn" if kind == "arn" else "", is_no_arn=is_no_arn)


def _of_reference(template: Template, reference: Reference) -> _Given:
    text, attribute = str(reference), reference.attribute
    resource = template.resources.get(reference.logical_id)
    if resource is None or (attribute and resource.type.startswith(_OPAQUE)):
        return _Given(text=text)
    # The attribute Id is an ID for some types, and an ARN for others.
    kind = "" if reference.kind == "other" or attribute == "Id" else reference.kind
    if attribute in _OWN:
        return _Given(text=text, kind=kind, type=resource.type)
    # An attribute can identify another resource: a subnet's VpcId is the ID of a VPC.
    meant = meaning(attribute)
    if not meant or not meant.types:
        return _Given(text=text, kind=kind)
    return _Given(text=text, kind=meant.kinds[0], type=meant.types[0])


def _problem(wanted: Takes, given: _Given) -> str:
    if not given.kind and wanted.kinds != ("arn",):
        return ""
    of_type = not wanted.types or not given.type or given.type in wanted.types
    if given.kind in wanted.kinds and of_type:
        return ""
    kinds = " or ".join(map(_word, wanted.kinds))
    types = " or ".join(dict.fromkeys(map(_short, wanted.types)))
    kind = f"the {_word(given.kind)}" if given.kind else "a text"
    what = f"{kind} of {_short(given.type)}" if given.type else kind
    return f"expects the {kinds}{types and f' of {types}'}, not {given.text}: {what}"


def _word(kind: str) -> str:
    return _WORDS.get(kind, kind)


def _short(resource_type: str) -> str:
    return resource_type.removeprefix("AWS::")
