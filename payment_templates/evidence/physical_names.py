"""Reads the physical name and the Name tag of a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.facts.custom_names import CUSTOM_NAMES

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource


# Types with tags as an object, not as a list.
_TAG_MAPS = frozenset(
    {"AWS::Backup::BackupPlan", "AWS::Backup::BackupVault", "AWS::FIS::ExperimentTemplate"}
)
# The property with the tags, for types where it is not Tags.
_TAGS = {
    "AWS::Backup::BackupPlan": "BackupPlanTags",
    "AWS::Backup::BackupVault": "BackupVaultTags",
    "AWS::EFS::FileSystem": "FileSystemTags",
    "AWS::Route53::HealthCheck": "HealthCheckTags",
}


# All properties that can contain a name or a Name tag.
NAMING = (
    *sorted(set(CUSTOM_NAMES.values())),
    *("BackupPlanTags", "BackupVaultTags", "HealthCheckTags", "SetIdentifier", "Tags"),
)


def name_of(resource: StackResource) -> str:
    """Return the physical name of a resource; empty if AWS generates it."""
    naming = CUSTOM_NAMES.get(resource.type)
    return resource.properties.text(naming) if naming else ""


def tagged_name_of(resource: StackResource) -> str:
    """Return the Name tag of a resource; for a DNS record, its set identifier or name."""
    if resource.type == "AWS::Route53::RecordSet":
        return resource.properties.text("SetIdentifier") or resource.properties.text("Name")
    name = _TAGS.get(resource.type, "Tags")
    if resource.type in _TAG_MAPS:
        return resource.properties.child(name).text("Name")
    return resource.properties.pairs(name).get("Name", "")
