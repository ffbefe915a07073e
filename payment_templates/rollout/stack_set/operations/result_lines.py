"""Summarizes the results of an operation, so that any number of instances fits on one screen."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from payment_templates.rollout.cause import Cause
    from payment_templates.rollout.stack_set.operations.poll import InstanceResult, Operation

# Up to this number of instances, each has its own line.
FEW_RESULTS = 20
# A line names this many accounts and counts the others.
_NAMED = 5
_ACCOUNT = re.compile(r"\b[0-9]{12}\b")
_ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED"})


def result_lines(operation: Operation, changed: Sequence[InstanceResult]) -> Iterator[str]:
    """Return the lines about changed results; for many instances, only failures and regions."""
    if len(operation.results) <= FEW_RESULTS:
        for result in changed:
            yield f"{result.region} {result.account}: {result.status}"
        return
    for region in dict.fromkeys(result.region for result in changed):
        failed = [one for one in changed if one.region == region and one.status == "FAILED"]
        results = [one for one in operation.results.values() if one.region == region]
        if all(one.status in _ENDED for one in results):
            counts = Counter(one.status for one in results)
            yield f"{region}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
        elif failed:
            yield f"{region} {accounts_of(failed)}: FAILED"


def ended(operation: Operation) -> int:
    """Return the number of results that do not change any more."""
    return sum(result.status in _ENDED for result in operation.results.values())


def accounts_of(results: Sequence[InstanceResult]) -> str:
    """Return the first accounts as text, and the number of the others."""
    more = len(results) - _NAMED
    names = ", ".join(result.account for result in results[:_NAMED])
    return f"{names} and {more} more" if more > 0 else names


def alike(causes: Iterable[Cause]) -> Sequence[tuple[Cause, int]]:
    """Return each different cause once, with the number of instances that have it."""
    found: dict[tuple[str, str], list[Cause]] = {}
    for cause in causes:
        # The reasons of two accounts differ in their IDs alone.
        key = cause.resource_type, _ACCOUNT.sub("", cause.reason)
        found.setdefault(key, []).append(cause)
    return [(group[0], len(group)) for group in found.values()]
