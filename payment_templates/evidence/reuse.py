"""Stores results, and reuses them for every stack in which all that they read is equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from payment_templates.cloudformation import record, record_all, recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from payment_templates.cloudformation import Read, Stack

Made = TypeVar("Made")


def remembered(stack: Stack, make: Callable[[Stack], Made], *types: str, about: str = "") -> Made:
    """Return `make(stack)`, cached for all stacks with equal resources of these types."""
    stack.of_type(*types)
    content = stack.read_again(("types", *types))
    key = (make.__module__, make.__qualname__, about, stack.region, content)
    memo = stack.template.memo
    if key not in memo:
        memo[key] = make(stack)
    return cast("Made", memo[key])


def reused(stack: Stack, make: Callable[[], Made], *about: object) -> Made:
    """Return `make()`, cached for all stacks in which everything that it reads is equal.

    `about` is everything else that the result depends on. The name of `make` must be its own: a
    function can hand over only one lambda.
    """
    key = ("reused", make.__module__, make.__qualname__, stack.region, *about)
    memo = stack.template.memo
    known: dict[Read, dict[object, Made]] | None = memo.get(key)
    if known is None:
        known = memo[key] = {}
    for read, results in known.items():
        value = stack.read_again(read)
        if value in results:
            record(stack, *read)
            return results[value]
    with recorded(apart=True) as recording:
        made = make()
    if any(other is not stack for other, _ in recording):
        record_all(recording)
        return made
    read = stack.together(read for _, read in recording)
    known.setdefault(read, {})[stack.read_again(read)] = made
    record(stack, *read)
    return made


def interned(stack: Stack, found: Made, *content: object) -> Made:
    """Return the first object of this content, so that equal ones are identical.

    Without `content`, the object itself is compared.
    """
    known: dict[object, Made] = stack.template.memo.setdefault(("interned", type(found)), {})
    return known.setdefault(content or found, found)


def number_of(stack: Stack, value: object) -> int:
    """Return a number that is equal for equal values, and faster to compare."""
    known: dict[object, int] = stack.template.memo.setdefault(("numbered",), {})
    return known.setdefault(value, len(known))


def content_of(stack: Stack) -> int:
    """Return a number that is equal for stacks with equal resources and outputs."""
    memo = stack.template.memo
    # The caller only compares: it reads none of this.
    with recorded(apart=True):
        key = ("content", stack.region, *stack.resources.values(), str(stack.outputs))
    return cast("int", memo.setdefault(key, len(memo)))
