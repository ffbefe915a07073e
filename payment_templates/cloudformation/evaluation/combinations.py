"""Evaluates a template for every combination of conditions that its parameters can produce.

Only parameters that decide the requested conditions are varied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.combination_choice import (
    MOST_COMBINATIONS,
    MOST_PAIRS,
    accepted_by_rules,
    all_changes,
    few_changes,
    with_changes,
)
from payment_templates.cloudformation.evaluation.switches import switches_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from payment_templates.cloudformation.evaluation.stack import Stack
    from payment_templates.cloudformation.evaluation.switches import Candidates


@dataclass(frozen=True, kw_only=True)
class Combinations:
    """Stacks with different conditions; the first one has the initial values."""

    stacks: tuple[Stack, ...]
    # The values of each varied parameter, the value at the start first.
    switches: Mapping[str, tuple[str, ...]]
    # The number of combinations that were not evaluated.
    left_out: int
    # The messages of the violated rules, if the rules refuse all combinations.
    refusals: tuple[str, ...]


def combinations(
    start: Stack,
    candidates: Candidates,
    *,
    fixed: Collection[str] = (),
    about: Collection[str] | None = None,
    most: int = MOST_COMBINATIONS,
    most_pairs: int = MOST_PAIRS,
) -> Combinations:
    """Vary the parameters that decide the conditions in `about` (default: all), except `fixed`.

    If there are more than `most`, only single changes, pairs and all changes at once are evaluated.
    """
    asked = start.template.conditions if about is None else about
    refusing: frozenset[str] = frozenset()
    while True:
        switches = switches_of(start, candidates, about=asked, fixed=fixed, refusing=refusing)
        found = _combined(start, switches, asked, most, most_pairs)
        if found.stacks or {*found.refusals} <= refusing:
            return found
        # A rule refuses the values of parameters that decide none of the conditions.
        refusing |= {*found.refusals}


def _combined(
    start: Stack,
    switches: Mapping[str, tuple[str, ...]],
    asked: Collection[str],
    most: int,
    most_pairs: int,
) -> Combinations:
    """Evaluate the combinations of the values of these parameters that the rules accept."""
    # A parameter that has no value in `start` gets the first candidate.
    first = {name: values[0] for name, values in switches.items()}
    if first.keys() - start.parameters.keys():
        start = with_changes(start, first)
    accepted, total = accepted_by_rules(start, switches)
    found: dict[tuple[str, ...], Stack] = {}
    refusals: dict[str, None] = {}
    # The first change of each group is the smallest that the rules accept.
    least = {name: text for group in accepted for name, text in group[0].items()}
    changes = (
        all_changes(accepted) if total <= most else few_changes(start, switches, least, most_pairs)
    )
    evaluated = 0
    for values in {frozenset(values.items()): values for values in changes}.values():
        stack = with_changes(start, values) if values else start
        if stack.broken_rules:
            refusals |= dict.fromkeys(stack.broken_rules)
            continue
        evaluated += 1
        outcome = tuple(repr(stack.conditions[name]) for name in asked if name in stack.conditions)
        found.setdefault(outcome, stack)
    return Combinations(
        stacks=tuple(found.values()),
        switches=switches,
        left_out=max(0, total - evaluated) if total > most else 0,
        refusals=tuple(refusals) if not found else (),
    )
