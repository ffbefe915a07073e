"""Finds what a template leaves to CloudFormation: macros, transforms and loops."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Template

_EXPANDED = ("Fn::ForEach", "Fn::Transform")
# Evidence reads these too, and `Template.macros` lists what is in them at the top.
_SECTIONS = ("Resources", "Conditions", "Outputs")


def unexpanded(template: Template) -> tuple[str, ...]:
    """Return what only CloudFormation expands, such as `Fn::ForEach::Topics in Resources`."""
    found = [*template.macros]
    for section in _SECTIONS:
        entries = template.document.get(section)
        if isinstance(entries, dict):
            for name, entry in cast("Mapping[str, object]", entries).items():
                if not name.startswith(_EXPANDED):
                    found += [f"{key} in {section}.{name}" for key in _keys(entry)]
    return tuple(dict.fromkeys(found))


def _keys(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, entry in cast("Mapping[str, object]", node).items():
            if key.startswith(_EXPANDED):
                yield key
            yield from _keys(entry)
    elif isinstance(node, list):
        for entry in cast("list[object]", node):
            yield from _keys(entry)
