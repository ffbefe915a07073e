"""The physical name of a resource, and its Name tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.custom_names import CUSTOM_NAMES

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource


# The property that holds the tags, where it is not Tags.
_TAGS = {
    "AWS::EFS::FileSystem": "FileSystemTags",
    "AWS::Route53::HealthCheck": "HealthCheckTags",
}


# Every property that a name or a Name tag may be in.
NAMING = (
    *sorted(set(CUSTOM_NAMES.values())),
    *("HealthCheckTags", "SetIdentifier", "Tags"),
)


def name_of(resource: StackResource) -> str:
    """Return the physical name of a resource, empty where AWS would make one."""
    naming = CUSTOM_NAMES.get(resource.type)
    return resource.properties.text(naming) if naming else ""


def tagged_name_of(resource: StackResource) -> str:
    """Return the Name tag of a resource, or the identifier of a record among its kind."""
    if resource.type == "AWS::Route53::RecordSet":
        return resource.properties.text("SetIdentifier") or resource.properties.text("Name")
    return resource.properties.pairs(_TAGS.get(resource.type, "Tags")).get("Name", "")
