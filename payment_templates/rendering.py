"""Renders the template as JSON text, in a stable order, and checks CloudFormation's limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troposphere import Template

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
# troposphere checks the numbers of resources, parameters and outputs.
# In S3; a request itself accepts less.
MOST_BYTES = 1_000_000
MOST_BYTES_INLINE = 51_200
MOST_REFERENCES = 60
LONGEST_NAME = 255
_SMALLER = "choose fewer zones, NAT gateways or readers"
LONGEST_DESCRIPTION = 1024

SECTIONS = (
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings",
    "Conditions", "Resources", "Outputs",
)  # fmt: skip
ATTRIBUTES = (
    "Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy", "Metadata",
)  # fmt: skip


class TemplateLimitError(ValueError):
    """The template exceeds a CloudFormation limit; `hint` is the next step, or empty."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def render(template: Template) -> str:
    """Render a template as JSON in the order of the stack, with one property per line.

    Raises TemplateLimitError with the size and the limit.
    """
    document = template.to_dict()
    sections = (
        _line(name, _section(name, document[name])) for name in SECTIONS if name in document
    )
    text = _braced(sections) + "\n"
    _refuse_over_limits(document, text)
    return text


def _section(name: str, content: dict[str, Any] | str) -> str:
    if isinstance(content, str):
        return _compact(content)
    write = {"Resources": _resource, "Parameters": _entry, "Metadata": _entry}.get(name, _compact)
    return _braced(_line(key, write(value)) for key, value in content.items())


def _resource(resource: dict[str, Any]) -> str:
    attributes = [_line(name, _compact(resource[name])) for name in ATTRIBUTES if name in resource]
    properties = (
        _line(name, _compact(value)) for name, value in resource.get("Properties", {}).items()
    )
    return f"{{{','.join(attributes)},{_line('Properties', _braced(properties))}}}"


def _entry(value: dict[str, Any]) -> str:
    return _braced((_line(key, _compact(entry)) for key, entry in value.items()))


def _line(name: str, text: str) -> str:
    return f"{json.dumps(name)}:{text}"


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _braced(lines: Iterable[str]) -> str:
    return "{\n" + ",\n".join(lines) + "}"


def _refuse_over_limits(document: dict[str, Any], text: str) -> None:
    _refuse_over("the template", len(text.encode()), MOST_BYTES, "bytes", _SMALLER)
    for section in ("Resources", "Parameters", "Outputs"):
        for name in document.get(section, {}):
            _refuse_over(f"the name {name}", len(name), LONGEST_NAME, "characters")
    _refuse_over("the template", text.count("{{resolve:"), MOST_REFERENCES, "dynamic references")
    description = len(document.get("Description", "").encode())
    _refuse_over("the description", description, LONGEST_DESCRIPTION, "bytes")


def _refuse_over(what: str, size: int, limit: int, unit: str, hint: str = "") -> None:
    if size > limit:
        raise TemplateLimitError(
            f"{what} has {size} {unit}; CloudFormation allows {limit}", hint=hint
        )
