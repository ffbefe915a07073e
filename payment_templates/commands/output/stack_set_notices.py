"""Says which stack sets of a name exist, and what could not be searched."""

from collections.abc import Iterator, Sequence
from typing import Any

from payment_templates.rollout.stack_overview import Overview
from payment_templates.rollout.stack_set.instances import regions_of


def nothing_found(overview: Overview, suffix: str, regions: Sequence[str]) -> str:
    """Say that nothing exists, within what was searched."""
    searched = len(overview.homes.searched)
    if overview.sets:
        sets = f"and {' and '.join(str(one.home) for one in overview.sets)} has none"
    else:
        sets = f"and no stack set in {counted(searched, 'region')}"
    return f"no stack found for the suffix {suffix} in {', '.join(regions)}, {sets}"


def set_notices(overview: Overview, regions: Sequence[str]) -> Iterator[str]:
    """Yield a line for each set that an operator may not expect."""
    if len(overview.sets) > 1:
        homes = ", ".join(one.home.region for one in overview.sets)
        yield f"{len(overview.sets)} stack sets have the same name, in {homes}"
    for one in overview.sets:
        if not one.instances:
            yield f"{one.home} has no stacks"
        elif one.home.region not in regions:
            yield f"{one.home} has stacks in {', '.join(regions_of(one.instances))}"
    for home in overview.homes.of_other_caller:
        yield f"{home} is visible only with --call-as {home.call_as}"
    for home in overview.homes.foreign:
        yield f"not part of this suffix: {home} {home.foreign}"


def search_notices(overview: Overview) -> Iterator[str]:
    """Yield what could not be searched, where this may hide a set."""
    if overview.sets:
        # The set is found, so a second one elsewhere is unlikely.
        return
    for gap in overview.homes.not_searched:
        yield f"not searched: {gap}"


def stack_sets_document(overview: Overview) -> list[dict[str, Any]]:
    """Describe the stack sets of the suffix."""
    return [
        {
            "region": one.home.region,
            "stack_set": one.home.stack_set.name,
            "call_as": one.home.call_as,
            "instances": len(one.instances),
            "running_operation": one.running_operation,
        }
        for one in overview.sets
    ] + [
        {
            "region": home.region,
            "stack_set": home.stack_set.name,
            "call_as": home.call_as,
            "instances": None,
            "running_operation": None,
        }
        for home in overview.homes.of_other_caller
    ]


def counted(number: int, what: str) -> str:
    """Return a number with its noun, in the plural unless it is one."""
    return f"{number} {what}" + ("" if number == 1 else "s")
