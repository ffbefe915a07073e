"""Defines required dependencies, and decides whether CloudFormation respects their order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import Dependencies, Stack


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
        return self._text

    @cached_property
    def _text(self) -> str:
        needed = _named(self.needed, " or " if self.one_is_enough else ", ")
        return f"{self.waits} after {needed}: {self.why}; {self.source}"

    def lacking(self, missing: tuple[str, ...], *, is_reversed: bool) -> Unmet:
        """Return the need with what is missing, the same object for the same."""
        key = (missing, is_reversed)
        if key not in self._unmet:
            self._unmet[key] = Unmet(need=self, missing=missing, is_reversed=is_reversed)
        return self._unmet[key]

    @cached_property
    def _unmet(self) -> dict[tuple[tuple[str, ...], bool], Unmet]:
        return {}


@dataclass(frozen=True, kw_only=True, eq=False)
class Order:
    """The order in which CloudFormation creates the resources."""

    stack: Stack

    def before(self, logical_id: str) -> frozenset[str]:
        """Return the resources that are created before a resource."""
        return self._dependencies.before(logical_id)

    # Read once per reader, which is recorded with what else the reader uses.
    @cached_property
    def _dependencies(self) -> Dependencies:
        return self.stack.dependencies

    def missing(self, need: Need) -> tuple[str, ...]:
        """Return the needed resources that are not created first."""
        before = self.before(need.waits)
        late = tuple(name for name in need.needed if name not in before)
        return () if need.one_is_enough and len(late) < len(need.needed) else late

    def unmet(self, needs: Iterable[Need]) -> Iterator[Unmet]:
        """Yield the needs that the template does not meet, with what they lack."""
        before = self._dependencies.before
        for need in needs:
            earlier = before(need.waits)
            # These two are fast, and most needs are met.
            if need.one_is_enough and not earlier.isdisjoint(need.needed):
                continue
            if earlier.issuperset(need.needed):
                continue
            missing = tuple(name for name in need.needed if name not in earlier)
            is_reversed = all(need.waits in before(name) for name in missing)
            yield need.lacking(missing, is_reversed=is_reversed)


# Compared by identity: each need has one object for each form that its lack takes.
@dataclass(frozen=True, kw_only=True, eq=False)
class Unmet:
    """A need that no dependency of the template meets."""

    need: Need
    missing: tuple[str, ...]
    # Whether all missing resources depend on the one that needs them.
    is_reversed: bool

    @cached_property
    def sentence(self) -> str:
        """The dependency that the template lacks, as a sentence."""
        need, late = self.need, self.missing
        needed = late[0] if need.one_is_enough else _named(late, ", ")
        if self.is_reversed:
            return f"{need.waits} must wait for {needed}, which waits for {need.waits}: {need.why}"
        return f"{need.waits} must wait for {needed}: add DependsOn; {need.why}"


def _named(names: tuple[str, ...], joint: str) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return joint.join(names[:_MOST_NAMED]) + more
