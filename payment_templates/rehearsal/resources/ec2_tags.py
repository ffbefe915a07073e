"""Sets and updates the tags of EC2 resources."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Properties


def tag_specifications(resource: str, properties: Properties) -> dict[str, Any]:
    """Return the Tags property as the parameter of EC2's create operations."""
    tags = properties.get("Tags")
    return {"TagSpecifications": [{"ResourceType": resource, "Tags": tags}]} if tags else {}


def retag(resource_id: str, before: Properties, after: Properties) -> None:
    """Replace the tags of a resource with those of the new template."""
    kept = {tag["Key"] for tag in after.get("Tags", ())}
    dropped = [{"Key": tag["Key"]} for tag in before.get("Tags", ()) if tag["Key"] not in kept]
    if dropped:
        account.call("ec2", "DeleteTags", Resources=[resource_id], Tags=dropped)
    if kept:
        account.call("ec2", "CreateTags", Resources=[resource_id], Tags=after["Tags"])
