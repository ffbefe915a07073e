"""Checks the region that writes before a switchover, which needs it to work."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.global_database.database_health import read_database
from payment_templates.rollout.global_database.member_stack import find_member_stack
from payment_templates.rollout.global_database.versions import parts_of
from payment_templates.rollout.ownership import stack_set_of
from payment_templates.rollout.preflight.finding import (
    Finding,
    Verdict,
    fine,
    refused,
    run_check,
    warned,
)
from payment_templates.rollout.region_move.serving_capacity import read_tasks
from payment_templates.rollout.stack_set.definition import find_stack_set
from payment_templates.rollout.stack_set.operations.running import running_operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from boto3 import Session

    from payment_templates.rollout.region_move.move import Move

_USE_FAILOVER = "a switchover needs both regions to work; if this one does not, use failover"


def check_source(session: Session, move: Move, suffix: str) -> Iterator[Finding]:
    """Check database and stack; whatever cannot be read is refused, since it may not work."""
    where = move.source_region
    checks: dict[str, Callable[[Session, Move, str], Iterable[Finding]]] = {
        "the database": _check_database,
        "the stack": _check_stack,
        "the stack set": _check_stack_set,
    }
    for subject, check in checks.items():
        for finding in run_check(where, subject, partial(check, session, move, suffix)):
            unknown = finding.verdict is Verdict.UNKNOWN
            yield (
                replace(finding, verdict=Verdict.REFUSED, remediation=_USE_FAILOVER)
                if unknown
                else finding
            )


def _check_database(session: Session, move: Move, _suffix: str) -> Iterator[Finding]:
    where, writer = move.source_region, move.database.writer
    cluster = writer.cluster if writer else ""
    theirs = read_database(clients.impatient_rds(session, where), cluster)
    if theirs is None or not theirs.writes:
        shown = theirs.status if theirs else "absent"
        yield refused(where, f"{cluster} is {shown}, without an available writer", _USE_FAILOVER)
        return
    yield fine(where, f"{cluster} is available, version {theirs.engine_version}")
    own = read_database(clients.rds(session, move.target_region), move.target.cluster)
    if own is None:
        return
    if own.engine_version != theirs.engine_version:
        older = parts_of(theirs.engine_version) < parts_of(own.engine_version)
        yield refused(
            where,
            f"the clusters have different versions: {theirs.engine_version} in {where}, "
            f"{own.engine_version} in {move.target_region}",
            f"upgrade {where if older else move.target_region} first",
        )
    classes = [{one.instance_class for one in each.instances} for each in (own, theirs)]
    if classes[0] != classes[1]:
        yield warned(
            where,
            "the two regions have instances of different classes",
            f"give {move.target_region} the same as {where}",
        )


def _check_stack_set(session: Session, move: Move, _suffix: str) -> Iterator[Finding]:
    # An operation may be between two regions, while neither stack changes.
    name = stack_set_of(move.stack.state.name)
    if not name:
        return
    for region in (move.source_region, move.target_region):
        client = clients.impatient_cloudformation(session, region)
        found = find_stack_set(client, name)
        running = running_operation(client, found.name) if found else None
        if running:
            yield refused(
                region,
                f"operation {running} of the stack set {name} is running",
                "wait until it has ended",
            )


def _check_stack(session: Session, move: Move, suffix: str) -> Iterator[Finding]:
    where = move.source_region
    client = clients.impatient_cloudformation(session, where)
    found = find_member_stack(client, where, suffix, None, move.database.identifier)
    if found is None:
        yield warned(
            where, f"no stack of the suffix {suffix} has {move.database.identifier}", "see status"
        )
        return
    state = found.state
    if state.settled:
        yield fine(where, f"no operation is running on {state.name}")
    else:
        yield refused(
            where, f"{state.name} is {state.status}", "wait until the operation has ended"
        )
    theirs = read_tasks(clients.impatient_ecs(session, where), state)
    own = read_tasks(clients.impatient_ecs(session, move.target_region), move.stack.state)
    if theirs is not None and own is not None and own.running < theirs.running:
        yield warned(
            where,
            f"{quantity(theirs.running, 'task runs', 'tasks run')} here, {own.running} in "
            f"{move.target_region}",
            "the load may need as many there",
        )
