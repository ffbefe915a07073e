"""Type guards for the nodes of JSON documents; isinstance alone leaves their members untyped."""

from typing import Any, TypeGuard


def is_object(node: object) -> TypeGuard[dict[str, Any]]:
    """Return whether the node is an object."""
    return isinstance(node, dict)


def is_list(node: object) -> TypeGuard[list[Any]]:
    """Return whether the node is a list."""
    return isinstance(node, list)
