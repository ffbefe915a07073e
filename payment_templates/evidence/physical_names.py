"""The physical name of a resource, and its Name tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.name_limits import NAME_LIMITS

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource


# The property that holds the tags, where it is not Tags.
_TAGS = {
    "AWS::EFS::FileSystem": "FileSystemTags",
    "AWS::Route53::HealthCheck": "HealthCheckTags",
}


# Every property that a name or a Name tag may be in.
NAMING = (
    *sorted({rule.name_property for rule in NAME_LIMITS.values()}),
    *("HealthCheckTags", "SetIdentifier", "Tags"),
)


def name_of(resource: StackResource) -> str:
    """Return the physical name of a resource, empty where AWS would make one."""
    rule = NAME_LIMITS.get(resource.type)
    return resource.properties.text(rule.name_property) if rule else ""


def tagged_name_of(resource: StackResource) -> str:
    """Return the Name tag of a resource, or the identifier of a record among its kind."""
    if resource.type == "AWS::Route53::RecordSet":
        return resource.properties.text("SetIdentifier") or resource.properties.text("Name")
    return resource.properties.pairs(_TAGS.get(resource.type, "Tags")).get("Name", "")
