"""Runs all preflight checks, in the order of the report."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.permissions import Scope
from payment_templates.rollout.planned_stack import plan_stack
from payment_templates.rollout.preflight.container import check_container
from payment_templates.rollout.preflight.dns import (
    check_certificate,
    check_hosted_zone,
    check_records,
)
from payment_templates.rollout.preflight.enabled_regions import check_enabled_regions
from payment_templates.rollout.preflight.finding import (
    EVERYWHERE,
    Finding,
    Verdict,
    fine,
    refused,
    run_check,
    warned,
)
from payment_templates.rollout.preflight.limits import check_limits
from payment_templates.rollout.preflight.names import check_free_names, check_global_names
from payment_templates.rollout.preflight.permissions import check_permissions
from payment_templates.rollout.preflight.quotas import check_quotas
from payment_templates.rollout.preflight.rules import check_rules
from payment_templates.rollout.preflight.zones import check_zones
from payment_templates.rollout.stack_set.roles.roles_stack import missing_roles
from payment_templates.rollout.stack_states import STUCK, NextStep, find_stack, next_step
from payment_templates.rollout.subscriptions import find_subscription
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from boto3 import Session

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.values import Values


def run_preflight(
    session: Session,
    template: Template,
    values: Mapping[str, Values],
    *,
    stack_name: str,
    known: Mapping[str, str] = MappingProxyType({}),
    with_roles: bool,
    stack_set_name: str | None = None,
    role_arn: str = "",
) -> Iterator[Finding]:
    """Check a template with the values of each region; `known` has the set's stack IDs by region.

    With a stack set, its execution roles change the resources; otherwise the role of `role_arn`, or
    the caller.

    Raises botocore's errors only if the credentials are invalid.
    """
    yield from check_limits(template)
    primary = next(iter(values))
    identity = clients.sts(session, primary).get_caller_identity()
    account = identity["Account"]
    yield fine(EVERYWHERE, f"credentials of {identity['Arn']}, account {account}")
    regions = [*run_check(EVERYWHERE, "regions", lambda: check_enabled_regions(session, [*values]))]
    yield from regions
    # A region that is not enabled answers no call.
    closed = {finding.where for finding in regions if finding.verdict is Verdict.REFUSED}
    planned_stacks = [
        plan_stack(template, own, region=region, account=account)
        for region, own in values.items()
        if region not in closed
    ]
    yield from run_check(
        EVERYWHERE,
        "permissions",
        lambda: check_permissions(
            session,
            template,
            Scope(
                suffix=values[primary].open.get(SUFFIX, ""),
                stack_name=stack_name,
                stack_set_name=stack_set_name or "",
                role_arn=role_arn,
            ),
            caller=identity["Arn"],
            region=primary,
            account=account,
            stack_sets=stack_set_name is not None,
        ),
    )
    yield from check_global_names(planned_stacks)
    if with_roles:
        yield from run_check(
            EVERYWHERE, "roles of StackSets", lambda: _check_roles(session, primary)
        )
    for planned in planned_stacks:
        yield from _check_region(session, planned, stack_name, known)


def _check_region(
    session: Session, planned: PlannedStack, stack_name: str, known: Mapping[str, str]
) -> Iterator[Finding]:
    region = planned.region
    yield from run_check(
        region,
        "rules and subscription",
        lambda: _check_values(session, planned, _stack_of(planned, known) or stack_name),
    )
    yield from run_check(region, "zones", lambda: check_zones(session, planned))
    yield from run_check(region, "hosted zone", lambda: check_hosted_zone(session, planned))
    yield from run_check(region, "certificate", lambda: check_certificate(session, planned))
    yield from run_check(
        region,
        f"stack {stack_name}, its names and its share of the quotas",
        lambda: _check_stack(session, planned, stack_name, known),
    )


def _stack_of(planned: PlannedStack, known: Mapping[str, str]) -> str:
    # The set's stack may be in another account, to which the credentials have no access.
    stack_id = known.get(planned.region, "")
    return stack_id if f":{planned.account}:" in stack_id else ""


def _check_values(session: Session, planned: PlannedStack, stack: str) -> Iterator[Finding]:
    # An existing stack keeps the values that are not given.
    state = find_stack(clients.cloudformation(session, planned.region), stack)
    if state is None or next_step(state) is not NextStep.UPDATE:
        yield from check_rules(planned)
        yield from check_container(planned)
        return
    whole = planned.with_former(state.parameters)
    yield from check_rules(whole)
    yield from check_container(whole)
    subscription = find_subscription(session, planned.region, state)
    if subscription is not None:
        yield (
            warned(planned.region, subscription.what, subscription.remediation)
            if subscription.remediation
            else fine(planned.region, subscription.what)
        )


def _check_stack(
    session: Session, planned: PlannedStack, stack_name: str, known: Mapping[str, str]
) -> Iterator[Finding]:
    region = planned.region
    state = find_stack(clients.cloudformation(session, region), stack_name)
    if state is not None and state.status in STUCK:
        option = "--recreate" if next_step(state) is NextStep.RECREATE else "--continue-rollback"
        yield refused(
            region,
            f"{stack_name} is {state.status}: {STUCK[state.status]}",
            f"use deploy {option}",
        )
    # An existing stack already has its names and its share of the quotas.
    if region not in known and next_step(state) in {NextStep.CREATE, NextStep.RECREATE}:
        yield from check_quotas(session, planned)
        yield from check_free_names(session, planned)
        yield from run_check(region, "DNS records", lambda: check_records(session, planned))


def _check_roles(session: Session, region: str) -> Iterator[Finding]:
    missing = missing_roles(session, region)
    for name in missing:
        yield refused(EVERYWHERE, f"the account has no role {name}", "use rollout --create-roles")
    if not missing:
        yield fine(EVERYWHERE, "the roles of StackSets exist")
