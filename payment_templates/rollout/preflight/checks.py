"""All checks, in the order in which a person would ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.preflight.dns import check_certificate, check_hosted_zone
from payment_templates.rollout.preflight.enabled import check_enabled
from payment_templates.rollout.preflight.finding import (
    EVERYWHERE,
    Finding,
    Verdict,
    asked,
    fine,
    refused,
)
from payment_templates.rollout.preflight.limits import check_limits
from payment_templates.rollout.preflight.names import check_free_names, check_global_names
from payment_templates.rollout.preflight.quotas import check_quotas
from payment_templates.rollout.preflight.zones import check_zones
from payment_templates.rollout.resolution import Resolution
from payment_templates.rollout.stack.states import STUCK, Way, find_stack, way_on
from payment_templates.rollout.stack_set.roles import missing_roles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from boto3 import Session

    from payment_templates.rollout.template import Template
    from payment_templates.rollout.values import Values


def run_preflight(
    session: Session,
    template: Template,
    values: Mapping[str, Values],
    *,
    stack_name: str,
    known: Sequence[str] = (),
    with_roles: bool,
) -> Iterator[Finding]:
    """Check a template with the values of each region; `known` regions have the stack already.

    Raises botocore's errors only where there are no credentials at all.
    """
    yield from check_limits(template)
    primary = next(iter(values))
    identity = clients.sts(session, primary).get_caller_identity()
    account = identity["Account"]
    yield fine(EVERYWHERE, f"credentials of {identity['Arn']}, account {account}")
    regions = [*asked(EVERYWHERE, "regions", lambda: check_enabled(session, [*values]))]
    yield from regions
    # Where the account is not, no question is answered.
    closed = {finding.where for finding in regions if finding.verdict is Verdict.REFUSED}
    resolutions = [
        Resolution(template=template, values=own, region=region, account=account)
        for region, own in values.items()
        if region not in closed
    ]
    yield from check_global_names(resolutions)
    if with_roles:
        yield from asked(EVERYWHERE, "roles of StackSets", lambda: _check_roles(session, primary))
    for resolution in resolutions:
        yield from _check_region(session, resolution, stack_name, known)


def _check_region(
    session: Session, resolution: Resolution, stack_name: str, known: Sequence[str]
) -> Iterator[Finding]:
    region = resolution.region
    yield from asked(region, "zones", lambda: check_zones(session, resolution))
    yield from asked(region, "hosted zone", lambda: check_hosted_zone(session, resolution))
    yield from asked(region, "certificate", lambda: check_certificate(session, resolution))
    yield from asked(
        region,
        f"stack {stack_name}, its names and its share of the quotas",
        lambda: _check_stack(session, resolution, stack_name, known),
    )


def _check_stack(
    session: Session, resolution: Resolution, stack_name: str, known: Sequence[str]
) -> Iterator[Finding]:
    region = resolution.region
    state = find_stack(clients.cloudformation(session, region), stack_name)
    if state is not None and state.status in STUCK:
        option = "--recreate" if way_on(state) is Way.RECREATE else "--continue-rollback"
        yield refused(
            region,
            f"{stack_name} is {state.status}: {STUCK[state.status]}",
            f"give deploy {option}",
        )
    # A stack that is there holds its names and its share of the quotas already.
    if region not in known and way_on(state) in {Way.CREATE, Way.RECREATE}:
        yield from check_quotas(session, resolution)
        yield from check_free_names(session, resolution)


def _check_roles(session: Session, region: str) -> Iterator[Finding]:
    missing = missing_roles(session, region)
    for name in missing:
        yield refused(EVERYWHERE, f"the account has no role {name}", "give rollout --create-roles")
    if not missing:
        yield fine(EVERYWHERE, "the roles of StackSets exist")
