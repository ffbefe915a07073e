"""What a node of a JSON document is: isinstance alone leaves the members of a node untyped."""

from typing import Any, TypeGuard


def is_object(node: object) -> TypeGuard[dict[str, Any]]:
    """Return whether the node has members."""
    return isinstance(node, dict)


def is_list(node: object) -> TypeGuard[list[Any]]:
    """Return whether the node has entries."""
    return isinstance(node, list)
