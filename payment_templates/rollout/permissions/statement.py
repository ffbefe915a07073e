"""Defines a policy statement, and merges statements with the same resources."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

EVERY_RESOURCE = ("*",)


@dataclass(frozen=True, kw_only=True, order=True)
class Condition:
    """The values that a key of the request must have; "*" in a value is any text."""

    key: str
    values: tuple[str, ...]

    @property
    def operator(self) -> str:
        """The operator that compares the values."""
        return "StringLike" if any("*" in value for value in self.values) else "StringEquals"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Actions that are allowed on resources.

    The resources contain ${Partition}, ${Region} and ${Account}, and are "*" for all.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...] = EVERY_RESOURCE
    condition: Condition | None = None


def merged(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return one statement for each set of resources and condition, in a stable order.

    An action that is allowed on all resources is in no other statement.
    """
    actions: defaultdict[tuple[tuple[str, ...], Condition | None], set[str]] = defaultdict(set)
    for one in statements:
        resources = EVERY_RESOURCE if "*" in one.resources else tuple(sorted({*one.resources}))
        actions[resources, one.condition].update(one.actions)
    everywhere = frozenset(actions.get((EVERY_RESOURCE, None), ()))
    return tuple(
        Statement(actions=tuple(sorted(names)), resources=resources, condition=condition)
        for (resources, condition), every in sorted(actions.items(), key=repr)
        if (names := every if _is_open(resources, condition) else every - everywhere)
    )


def _is_open(resources: tuple[str, ...], condition: Condition | None) -> bool:
    return resources == EVERY_RESOURCE and condition is None
