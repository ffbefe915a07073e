"""Reads the CIDR blocks of the stack's own prefix lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack

PREFIX_LIST = "AWS::EC2::PrefixList"


def blocks_of_list(stack: Stack, name: str) -> tuple[str, ...] | None:
    """Return the CIDR blocks of a prefix list; None if the template does not show them."""
    found = stack.of(name, PREFIX_LIST)
    if found is None:
        return None
    return tuple(entry.text("Cidr") for entry in found.properties.children("Entries"))
