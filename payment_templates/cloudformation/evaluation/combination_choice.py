"""Chooses the changes of parameters to evaluate: all that the rules accept, or some of many."""

from __future__ import annotations

from itertools import chain, islice, product
from itertools import combinations as subsets
from math import prod
from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.deciding_conditions import named_by_rules
from payment_templates.cloudformation.evaluation.new_stack import with_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from payment_templates.cloudformation.evaluation.stack import Stack
    from payment_templates.cloudformation.template import Template

# More would take too long: then only single choices, pairs and all choices at once are evaluated.
MOST_COMBINATIONS = 1024
MOST_PAIRS = 512
_PAIR = 2


def accepted_by_rules(
    start: Stack, switches: Mapping[str, tuple[str, ...]]
) -> tuple[list[list[dict[str, str]]], int]:
    """Return the changes of each group of switches that rules connect, and how many there are.

    The smallest first, without those that a rule refuses whatever the other groups are. Of a group
    with very many, only some are returned, and all are counted.
    """
    groups = [
        {name: switches[name] for name in group} for group in _groups(start.template, switches)
    ]
    accepted = [_accepted(start, group) for group in groups]
    counts = (
        len(changes) if len(changes) <= MOST_COMBINATIONS else prod(map(len, group.values()))
        for changes, group in zip(accepted, groups, strict=True)
    )
    return accepted, prod(counts)


def _accepted(start: Stack, switches: Mapping[str, tuple[str, ...]]) -> list[dict[str, str]]:
    changes = list(islice(_by_changes(switches), MOST_COMBINATIONS + 1))
    if len(changes) > MOST_COMBINATIONS:
        # Too many to ask the rules about each: only the first one that they accept is looked for.
        return [*_not_refused(start, changes[:MOST_PAIRS])[:1], *changes]
    return _not_refused(start, changes)


def _not_refused(start: Stack, changes: list[dict[str, str]]) -> list[dict[str, str]]:
    refusals = [{*with_changes(start, values).broken_rules} for values in changes]
    # Rules of other groups refuse every change of this one.
    of_others = set[str].intersection(*refusals)
    pairs = zip(changes, refusals, strict=True)
    return [values for values, said in pairs if said <= of_others] or changes


def _groups(template: Template, switches: Collection[str]) -> list[list[str]]:
    groups = [[name] for name in switches]
    for named in named_by_rules(template).values():
        joined = [group for group in groups if named & {*group}]
        if len(joined) > 1:
            groups = [group for group in groups if group not in joined]
            groups.append([name for group in joined for name in group])
    return groups


def all_changes(accepted: Sequence[Sequence[dict[str, str]]]) -> list[dict[str, str]]:
    """Return every combination of the groups' changes, those with the fewest changes first."""
    joined = ([*chain.from_iterable(one.items() for one in many)] for many in product(*accepted))
    return sorted((dict(items) for items in joined), key=len)


def few_changes(
    start: Stack,
    switches: Mapping[str, tuple[str, ...]],
    base: Mapping[str, str],
    most_pairs: int,
) -> Iterator[dict[str, str]]:
    """Yield no change, all choices at once, single choices, and pairs up to a limit.

    All have the changes in `base`, which the rules ask for. A choice is what the rules accept: a
    change, or two changes that they accept only together, such as a domain and its hosted zone.
    """

    def accepts(values: Mapping[str, str]) -> bool:
        return not with_changes(start, values).broken_rules

    yield dict(base)
    choices = _choices(switches, base, accepts)
    yield _together(choices, base, lambda _, values: accepts(values))
    yield _together(
        choices,
        base,
        lambda before, values: accepts(values) and _true(start, values) > _true(start, before),
    )
    yield from ({**base, **choice} for choice in choices)
    pairs = (
        {**base, **one, **other} for one, other in subsets(choices, _PAIR) if not one.keys() & other
    )
    yield from islice(pairs, most_pairs)


def _choices(
    switches: Mapping[str, tuple[str, ...]],
    base: Mapping[str, str],
    accepts: Callable[[Mapping[str, str]], bool],
) -> list[dict[str, str]]:
    """Return the changes that are accepted in addition to the base, alone or only together."""
    singles = [
        {name: text}
        for name, values in switches.items()
        for text in values
        if text != base.get(name, values[0])
    ]
    alone = [single for single in singles if accepts({**base, **single})]
    refused = [single for single in singles if single not in alone]
    together = [
        {**one, **other}
        for one, other in subsets(refused, _PAIR)
        if not one.keys() & other and accepts({**base, **one, **other})
    ]
    return [*alone, *together]


def _together(
    choices: Sequence[Mapping[str, str]],
    base: Mapping[str, str],
    accepts: Callable[[Mapping[str, str], Mapping[str, str]], bool],
) -> dict[str, str]:
    """Apply each choice that is accepted after the ones before, the first of each parameter."""
    found, changed = dict(base), set[str]()
    for choice in choices:
        if not choice.keys() & changed and accepts(found, {**found, **choice}):
            found |= choice
            changed |= choice.keys()
    return found


def _true(start: Stack, values: Mapping[str, str]) -> int:
    """Return the number of conditions that are true."""
    return [*with_changes(start, values).conditions.values()].count(True)


def _by_changes(switches: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """Yield the combinations by the number of parameters that differ from the start."""
    for count in range(len(switches) + 1):
        for names in subsets(switches, count):
            for values in product(*(switches[name][1:] for name in names)):
                yield dict(zip(names, values, strict=True))


def with_changes(start: Stack, values: Mapping[str, str]) -> Stack:
    """Return the stack with some parameters changed, the same one for the same values."""
    known: dict[frozenset[tuple[str, str]], Stack]
    known = start.template.memo.setdefault(("changed", start), {})
    key = frozenset(values.items())
    if key not in known:
        known[key] = with_parameters(start, {**start.parameters, **values})
    return known[key]
