"""Finds resources that are not compared: macros, transforms, loops, modules, nested stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from payment_templates.report.comparison.properties import root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.report.comparison.change import ResourceChange

_EXPANDED = ("Fn::ForEach", "Fn::Transform")
# Evidence reads these too, and `Template.macros` lists what is in them at the top.
_SECTIONS = ("Resources", "Conditions", "Outputs")
# The properties that decide the resources behind a resource.
_HIDING = {
    "AWS::CloudFormation::Stack": ("Parameters", "TemplateURL"),
    "AWS::CloudFormation::StackSet": ("Parameters", "TemplateBody", "TemplateURL"),
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct": (
        *("PathId", "PathName", "ProductId", "ProductName", "ProvisioningArtifactId"),
        *("ProvisioningArtifactName", "ProvisioningParameters"),
    ),
}
# A module, whose resources belong to the stack:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/modules.html
_MODULE = "::MODULE"


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


def hiding(changes: Iterable[ResourceChange]) -> tuple[str, ...]:
    """Return the changed resources behind which others change that are not compared."""
    return tuple(
        f"{it.logical_id} ({it.type})"
        for it in changes
        if it.type.endswith(_MODULE)
        or any(root_of(change) in _HIDING.get(it.type, ()) for change in it.properties)
    )


def _keys(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, entry in cast("Mapping[str, object]", node).items():
            if key.startswith(_EXPANDED):
                yield key
            yield from _keys(entry)
    elif isinstance(node, list):
        for entry in cast("list[object]", node):
            yield from _keys(entry)
