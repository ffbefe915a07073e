"""Checks that physical names are free, and that global names differ between regions."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.exceptions import ClientError

from payment_templates.facts.name_limits import NAME_LIMITS
from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of
from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.backups import VAULT, advise_on_vault
from payment_templates.rollout.preflight.finding import (
    EVERYWHERE,
    Finding,
    fine,
    refused,
    run_check,
)
from payment_templates.rollout.preflight.log_groups import LOG_GROUP, advise_on_group
from payment_templates.rollout.preflight.lookups import LOOKUPS, Lookup
from payment_templates.rollout.preflight.owners import Name, find_owners
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.preflight.updates.stack_change import StackChange


def check_global_names(planned_stacks: Sequence[PlannedStack]) -> Iterator[Finding]:
    """Check that no two regions use the same name for a global resource such as an IAM role."""
    names = Counter(
        (kind, name)
        for planned in planned_stacks
        for kind, name in _names(planned)
        if NAME_LIMITS[kind].shared_by_regions
    )
    twice = [(kind, name) for (kind, name), count in names.items() if count > 1]
    for kind, name in twice:
        yield refused(
            EVERYWHERE,
            f"{_short(kind)} {name} would be created in more than one region",
            "end this name with ${AWS::Region} in the template",
        )
    if not twice and len(planned_stacks) > 1:
        yield fine(EVERYWHERE, "account-wide names differ between the regions")


def check_free_names(session: Session, change: StackChange) -> Iterator[Finding]:
    """Check that the names that a new stack or an update adds are free."""
    region = change.planned.region
    free: list[str] = []
    taken: list[Name] = []
    for kind, name in _names(change.planned, change):
        check = partial(_check, session, region, kind, name, taken)
        before = len(taken)
        found = tuple(run_check(region, f"name {name}", check))
        yield from found
        if not found and len(taken) == before:
            free.append(_short(kind))
    if taken:
        suffix = change.planned.parameter(SUFFIX)
        yield from run_check(
            region, "stacks with these names", lambda: _taken(session, region, taken, suffix)
        )
    if free:
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(free).items()))
        yield fine(region, f"names are free: {counts}")


def _names(planned: PlannedStack, change: StackChange | None = None) -> Iterator[tuple[str, str]]:
    for resource in planned.stack.of_type(*LOOKUPS):
        lookup = LOOKUPS[resource.type]
        property_name = lookup.property
        name = known_text(resource.properties, property_name)
        if any(known_text(resource.properties, it) != value for it, value in lookup.only.items()):
            continue
        if name and (change is None or change.is_new(resource.logical_id, property_name)):
            yield resource.type, name


def _check(
    session: Session, region: str, kind: str, name: str, taken: list[Name]
) -> Iterator[Finding]:
    if _exists(session, region, LOOKUPS[kind], name):
        taken.append((kind, name))
    yield from ()


def _taken(session: Session, region: str, taken: Sequence[Name], suffix: str) -> Iterator[Finding]:
    owners = tuple(find_owners(session, region, taken, suffix))
    for owner in owners:
        kinds = Counter(_short(kind) for kind, _ in owner.names)
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        status = f" ({owner.status})" if owner.status else ""
        yield refused(
            region,
            f"the stack {owner.stack}{status} uses the names: {counts}",
            owner.remediation(suffix),
        )
    owned = {one for owner in owners for one in owner.names}
    for kind, name in taken:
        if (kind, name) not in owned:
            yield refused(
                region,
                f"{_short(kind)} {name} already exists",
                _advise(session, region, kind, name),
            )


def _advise(session: Session, region: str, kind: str, name: str) -> str:
    if kind == LOG_GROUP:
        return advise_on_group(session, region, name)
    if kind == VAULT:
        return advise_on_vault(session, region, name)
    return "choose another --suffix, or delete it if nothing uses it"


def _exists(session: Session, region: str, lookup: Lookup, name: str) -> bool:
    try:
        return any(
            # A topic is listed by its ARN, which ends with its name.
            shown == name or shown.endswith(f":{name}")
            for shown in _shown(session, region, lookup, name)
        )
    except ClientError as error:
        if code_of(error) == lookup.absent:
            return False
        raise


def _shown(session: Session, region: str, lookup: Lookup, name: str) -> Iterator[str]:
    client = clients.of_service(session, lookup.service, lookup.region or region)
    arguments = dict(lookup.arguments)
    if lookup.argument:
        arguments[lookup.argument] = [name] if lookup.takes_list else name
    # jmespath has no annotations.
    search: Any = jmespath.search
    for answer in _answers(client, lookup, arguments):
        yield from (search(lookup.names, answer) or ()) if lookup.names else (name,)


def _answers(client: Any, lookup: Lookup, arguments: dict[str, object]) -> Iterator[Any]:  # noqa: ANN401 - no stubs.
    call = getattr(client, lookup.operation)
    if lookup.argument:
        yield call(**arguments)
    elif client.can_paginate(lookup.operation):
        yield from client.get_paginator(lookup.operation).paginate(**arguments)
    else:
        # ListWebACLs, for which botocore has no paginator.
        answer = call(**arguments)
        yield answer
        while marker := answer.get("NextMarker"):
            answer = call(**arguments, NextMarker=marker)
            yield answer


def _short(kind: str) -> str:
    return kind.removeprefix("AWS::")
