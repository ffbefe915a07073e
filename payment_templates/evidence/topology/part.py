"""Defines a part of the topology, which is read on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from payment_templates.cloudformation import record_all, recorded
from payment_templates.evidence.reuse import reused

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.cloudformation import Reads, Stack

Made = TypeVar("Made")


class _OfStack(Protocol):
    """The topology, which is read from a stack."""

    @property
    def stack(self) -> Stack:
        """The stack."""
        ...


class Part(Generic[Made]):
    """Like a cached property; using the stored part also records what was read for it."""

    def __init__(self, make: Callable[..., Made]) -> None:
        self.__doc__ = make.__doc__
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._key = f"_{name}"

    def __get__(self, topology: _OfStack, owner: type) -> Made:
        """Return the stored part, or read it."""
        stored: dict[str, tuple[Made, Reads]] = vars(topology)
        if self._key not in stored:
            with recorded(apart=True) as reads:
                made = reused(topology.stack, lambda: self._make(topology), self._key)
            stored[self._key] = made, _summary(topology.stack, reads)
        made, reads = stored[self._key]
        record_all(reads)
        return made


def _summary(stack: Stack, reads: Reads) -> Reads:
    """Return one read of a stack instead of many."""
    if any(other is not stack for other, _ in reads):
        return reads
    return {(stack, stack.together(read for _, read in reads)): None}
