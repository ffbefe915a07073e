"""The key that a property names: by its ID, its ARN or an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource, Value

KEY, ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"
# A key of another region that this region has a copy of; it is deleted on its own.
REPLICA = "AWS::KMS::ReplicaKey"


def find_key(stack: Stack, value: Value) -> StackResource | None:
    """Return the key of the stack that a value names; None when it names another key."""
    found = stack.find(value, KEY, REPLICA, ALIAS)
    if found and found.type == ALIAS:
        return stack.find(found.properties.get("TargetKeyId"), KEY, REPLICA)
    return found


def find_alias(stack: Stack, value: Value) -> StackResource | None:
    """Return the alias of the stack by which a value names a key, else None."""
    return stack.find(value, ALIAS)
