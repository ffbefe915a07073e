"""Records which parts of a stack a reader uses: its result holds for stacks with equal parts."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Generator, ItemsView, Iterator, KeysView, ValuesView

    from payment_templates.cloudformation.evaluation.stack_resource import StackResource

# What was read: ("types", the types…), ("names", the types…), ("resource", its logical ID),
# all resources, their dependencies, or everything: also outputs, parameters and conditions.
# ("several", a number) is several reads in one: see Stack.together. ("asked", the parts…) reads
# nothing by itself: it says whose conditions decide what the reader sees, see asked_in.
Read: TypeAlias = tuple[str, ...]
# Each stack with its part, in the order of their first use.
Reads: TypeAlias = "dict[tuple[object, Read], None]"
RESOURCES: Read = ("resources",)
DEPENDENCIES: Read = ("dependencies",)
EVERYTHING: Read = ("everything",)
# What readers ask for besides types, parts of types and logical IDs.
ALL_RESOURCES = "every resource"
OUTPUTS = "the outputs"
_recorders: list[Reads] = []


@contextmanager
def recorded(*, apart: bool = False) -> Generator[Reads]:
    """Record what the block reads; an outer recorder records it too.

    With `apart`, an outer recorder records it only if the block raises an error; otherwise the
    caller records a summary.
    """
    reads: Reads = {}
    _recorders.append(reads)
    passed_on = True
    try:
        yield reads
        passed_on = not apart
    finally:
        _recorders.pop()
        if passed_on:
            record_all(reads)


def record(stack: object, *read: str) -> None:
    """Record that a part of a stack is read."""
    if _recorders:
        _recorders[-1][stack, read] = None


def record_all(reads: Reads) -> None:
    """Record the reads behind a stored result that is used again."""
    if _recorders:
        _recorders[-1].update(reads)


class RecordedResources(Mapping[str, "StackResource"]):
    """The resources of a stack; reading them is recorded."""

    def __init__(self, stack: object, resources: Mapping[str, StackResource]) -> None:
        self._stack = stack
        self._resources = resources

    def __getitem__(self, name: str) -> StackResource:
        record(self._stack, "resource", name)
        record(self._stack, "asked", name)
        return self._resources[name]

    def __iter__(self) -> Iterator[str]:
        record(self._stack, *RESOURCES)
        return iter(self._resources)

    def __len__(self) -> int:
        record(self._stack, *RESOURCES)
        return len(self._resources)

    # The views of Mapping would read one resource after the other.
    def keys(self) -> KeysView[str]:
        """Return the logical IDs."""
        record(self._stack, *RESOURCES)
        return self._resources.keys()

    def values(self) -> ValuesView[StackResource]:
        """Return the resources."""
        record(self._stack, *RESOURCES)
        return self._resources.values()

    def items(self) -> ItemsView[str, StackResource]:
        """Return the logical IDs with their resources."""
        record(self._stack, *RESOURCES)
        return self._resources.items()
