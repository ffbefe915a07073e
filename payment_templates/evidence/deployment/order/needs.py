"""Defines required dependencies, and decides whether CloudFormation respects their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Dependencies


# The maximum number of resources that one sentence lists.
_MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Need:
    """A resource that must be created after others, and deleted before them."""

    waits: str
    needed: tuple[str, ...]
    why: str
    source: str
    # Whether one of the needed resources is enough.
    one_is_enough: bool = False
    # Whether it can also start without them.
    soft: bool = False

    def __str__(self) -> str:
        needed = _named(self.needed, " or " if self.one_is_enough else ", ")
        return f"{self.waits} after {needed}: {self.why}; {self.source}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Order:
    """The order in which CloudFormation creates the resources."""

    dependencies: Dependencies

    def before(self, logical_id: str) -> frozenset[str]:
        """Return the resources that are created before a resource."""
        return self.dependencies.before(logical_id)

    def missing(self, need: Need) -> tuple[str, ...]:
        """Return the needed resources that are not created first."""
        if (known := self._missing.get(need)) is not None:
            return known
        before = self.before(need.waits)
        late = tuple(name for name in need.needed if name not in before)
        missing = () if need.one_is_enough and len(late) < len(need.needed) else late
        self._missing[need] = missing
        return missing

    @cached_property
    def _missing(self) -> dict[Need, tuple[str, ...]]:
        return {}

    def reverses(self, need: Need) -> bool:
        """Return whether all missing resources depend on the one that needs them."""
        return all(need.waits in self.before(name) for name in self.missing(need))


def missing_edge(need: Need, order: Order) -> str:
    """Return a sentence with the dependency that the template lacks."""
    late = order.missing(need)
    needed = late[0] if need.one_is_enough else _named(late, ", ")
    if order.reverses(need):
        return f"{need.waits} must wait for {needed}, which waits for {need.waits}: {need.why}"
    return f"{need.waits} must wait for {needed}: add DependsOn; {need.why}"


def _named(names: tuple[str, ...], joint: str) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return joint.join(names[:_MOST_NAMED]) + more
