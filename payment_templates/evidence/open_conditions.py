"""Chooses the values of conditions that no parameter decides."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Stack, Unknown, conditions_in

if TYPE_CHECKING:
    from collections.abc import Iterator

# The maximum number of conditions without a deciding parameter that are combined.
_MOST_OPEN = 4


def decided(stack: Stack) -> tuple[Stack, ...]:
    """Return the stack with each choice of the conditions that no parameter decides.

    The first has all of them false. Many conditions are changed together and one by one, not in
    every combination.
    """
    stacks, found = [stack], list[Stack]()
    while stacks:
        stack = stacks.pop(0)
        open_ = _open_conditions(stack)
        if open_:
            stacks += [stack.with_conditions(values) for values in _choices(open_)]
        else:
            found.append(stack)
    return tuple(found)


def _open_conditions(stack: Stack) -> list[str]:
    """Return the undecided conditions that do not depend on another undecided one."""
    conditions = stack.conditions
    open_ = [name for name, decision in conditions.items() if isinstance(decision, Unknown)]
    named = {name: stack.template.conditions[name].expression for name in open_}
    return [name for name in open_ if not {*open_} & {*conditions_in(named[name])}] or open_


def _choices(names: list[str]) -> Iterator[dict[str, bool]]:
    if len(names) <= _MOST_OPEN:
        for values in product((False, True), repeat=len(names)):
            yield dict(zip(names, values, strict=True))
        return
    none = dict.fromkeys(names, False)
    yield none
    for name in names:
        yield {**none, name: True}
    yield dict.fromkeys(names, True)
