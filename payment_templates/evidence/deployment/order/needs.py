"""What one resource needs of another, and whether CloudFormation creates them in that order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.cloudformation import Dependencies


# How many resources one sentence names.
_MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Need:
    """A resource that must be created after others, and so is deleted before them."""

    waits: str
    needed: tuple[str, ...]
    why: str
    source: str
    # Whether one of what is needed is enough.
    one_is_enough: bool = False
    # Whether it also works for a while without what it needs.
    soft: bool = False

    def __str__(self) -> str:
        needed = _named(self.needed, " or " if self.one_is_enough else ", ")
        return f"{self.waits} after {needed}: {self.why}; {self.source}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Order:
    """What is created before each resource, directly or indirectly."""

    before: Callable[[str], frozenset[str]]

    def missing(self, need: Need) -> tuple[str, ...]:
        """Return what the order does not put before the resource that needs it."""
        before = self.before(need.waits)
        late = tuple(name for name in need.needed if name not in before)
        return () if need.one_is_enough and len(late) < len(need.needed) else late

    def reverses(self, need: Need) -> bool:
        """Return whether all that is missing waits for what needs it."""
        return all(need.waits in self.before(name) for name in self.missing(need))


def order_of(dependencies: Dependencies) -> Order:
    """Read the order of creation; each resource is followed once."""
    return Order(before=cache(dependencies.before))


def missing_edge(need: Need, order: Order) -> str:
    """Say which dependency the template lacks."""
    late = order.missing(need)
    needed = late[0] if need.one_is_enough else _named(late, ", ")
    if order.reverses(need):
        return f"{need.waits} must wait for {needed}, which waits for {need.waits}: {need.why}"
    return f"{need.waits} must wait for {needed}: add DependsOn; {need.why}"


def _named(names: tuple[str, ...], joint: str) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return joint.join(names[:_MOST_NAMED]) + more
