"""The key that a property names: by its ID, its ARN or an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.resolve.values import Reference, target

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.resolve.values import Value

KEY, ALIAS = "AWS::KMS::Key", "AWS::KMS::Alias"


def find_key(stack: Stack, value: Value) -> Resource | None:
    """Give the key of the stack that a value stands for, None when it is of another's."""
    if key := stack.of(target(value), KEY):
        return key
    for alias in stack.of_type(ALIAS):
        # Ref gives the name of an alias, alias/ and all.
        named = isinstance(value, Reference) and value.logical_id == alias.logical_id
        if named or (value and str(value) == alias.fields.text("AliasName")):
            return stack.of(alias.fields.target("TargetKeyId"), KEY)
    return None
