"""Runs all preflight checks, in the order of the report."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import POLICY_PRINTS, is_denied
from payment_templates.rollout.planned_stack import plan_stack
from payment_templates.rollout.preflight.backups import check_opt_in
from payment_templates.rollout.preflight.certificates import check_certificate
from payment_templates.rollout.preflight.container import check_image_access, check_port
from payment_templates.rollout.preflight.database_quotas import check_database_quotas
from payment_templates.rollout.preflight.dns import (
    check_hosted_zone,
    check_records,
)
from payment_templates.rollout.preflight.enabled_regions import check_enabled_regions
from payment_templates.rollout.preflight.failover import (
    check_failover_roles,
    has_records,
)
from payment_templates.rollout.preflight.finding import (
    EVERYWHERE,
    Finding,
    Verdict,
    fine,
    refused,
    run_check,
    unknown,
    warned,
)
from payment_templates.rollout.preflight.global_database import check_global_database
from payment_templates.rollout.preflight.image_repository import check_repositories
from payment_templates.rollout.preflight.limits import check_limits, check_types
from payment_templates.rollout.preflight.names import check_free_names, check_global_names
from payment_templates.rollout.preflight.pair_regions import check_pair_regions
from payment_templates.rollout.preflight.permissions import (
    check_execution_role,
    check_permissions,
    find_kept_roles,
)
from payment_templates.rollout.preflight.quotas import check_quotas
from payment_templates.rollout.preflight.rules import check_rules
from payment_templates.rollout.preflight.stack_set_home import ExistingSets
from payment_templates.rollout.preflight.stack_set_roles import check_roles
from payment_templates.rollout.preflight.stuck_stack import (
    check_left_buckets,
    check_stuck,
    has_resources,
)
from payment_templates.rollout.preflight.updates.engine_upgrade import check_engine_upgrade
from payment_templates.rollout.preflight.updates.stack_change import (
    StackChange,
    keeps_values,
    new_problems,
    read_running,
)
from payment_templates.rollout.preflight.zones import check_zones
from payment_templates.rollout.stack_states import NextStep, find_stack, next_step
from payment_templates.rollout.subscriptions import find_subscription
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from boto3 import Session
    from mypy_boto3_sts.type_defs import GetCallerIdentityResponseTypeDef

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.permissions import Scope
    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.preflight.deployer import Deployer
    from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles
    from payment_templates.rollout.values import Values

_NO_SETS = ExistingSets()


def run_preflight(
    session: Session,
    template: Template,
    values: Mapping[str, Values],
    *,
    stack_name: str,
    deployer: Deployer,
    sets: ExistingSets = _NO_SETS,
) -> Iterator[Finding]:
    """Check a template with the values of each region.

    Raises botocore's errors only if the credentials are invalid.
    """
    deployer = replace(deployer, roles=deployer.roles.over(sets.roles))
    yield from check_limits(template)
    for region in values:
        yield from check_types(template, region)
    first = next(iter(values))
    identity = clients.sts(session, first).get_caller_identity()
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
    scope = deployer.scope(values[first].open.get(SUFFIX, ""), stack_name)
    yield from _check_account(
        session, template, scope, planned_stacks, identity=identity, region=first
    )
    yield from _check_pair(
        session, [(one, sets.stack_of(one) or stack_name) for one in planned_stacks], sets.values
    )
    if deployer.needs_roles:
        yield from _check_stack_set_roles(
            session, template, scope, deployer.roles, [*values], account=account
        )
    for planned in planned_stacks:
        yield from _check_region(
            session,
            planned,
            stack_name,
            sets,
            regions=[one.region for one in planned_stacks],
            through_set=bool(deployer.stack_set_name),
        )


def _check_account(
    session: Session,
    template: Template,
    scope: Scope,
    planned_stacks: Sequence[PlannedStack],
    *,
    identity: GetCallerIdentityResponseTypeDef,
    region: str,
) -> Iterator[Finding]:
    regions = [one.region for one in planned_stacks]
    yield from run_check(
        EVERYWHERE,
        "permissions",
        lambda: check_permissions(
            session,
            template,
            scope,
            caller=identity["Arn"],
            region=region,
            account=identity["Account"],
            stack_sets=bool(scope.stack_set_name),
            kept_roles=find_kept_roles(session, regions, scope.stack_name),
        ),
    )
    yield from check_global_names(planned_stacks)


def _check_pair(
    session: Session, stacks: Sequence[tuple[PlannedStack, str]], former: Mapping[str, str]
) -> Iterator[Finding]:
    # A stack that exists is found by its name or ID.
    if len(stacks) > 1 and has_records(stacks[0][0].stack.template):
        yield from run_check(
            EVERYWHERE,
            "failover roles",
            lambda: check_failover_roles([_whole(session, *one) for one in stacks]),
        )
    yield from run_check(
        EVERYWHERE, "regions of the database", lambda: check_pair_regions(session, stacks, former)
    )


def _check_stack_set_roles(
    session: Session,
    template: Template,
    scope: Scope,
    roles: ChosenRoles,
    regions: Sequence[str],
    *,
    account: str,
) -> Iterator[Finding]:
    yield from run_check(
        EVERYWHERE, "roles of StackSets", lambda: check_roles(session, regions, account, roles)
    )
    yield from run_check(
        EVERYWHERE,
        "permissions of the execution role",
        lambda: check_execution_role(
            session, template, scope, name=roles.names[1], region=regions[0], account=account
        ),
    )


def _whole(session: Session, planned: PlannedStack, stack: str) -> PlannedStack:
    # An existing stack keeps the values that are not given.
    state = find_stack(clients.cloudformation(session, planned.region), stack)
    if state is None or next_step(state) is not NextStep.UPDATE:
        return planned
    return planned.with_former(state.parameters)


def _check_region(
    session: Session,
    planned: PlannedStack,
    stack_name: str,
    sets: ExistingSets,
    *,
    regions: Sequence[str],
    through_set: bool,
) -> Iterator[Finding]:
    region, of_set = planned.region, sets.stack_of(planned)
    found: list[StackChange] = []
    yield from run_check(
        region,
        "running stack, which the other checks compare with",
        lambda: _read_change(
            session,
            planned,
            of_set or stack_name,
            sets.values,
            found,
            of_set=bool(of_set),
            needed=not through_set,
        ),
    )
    # The most that could be read.
    change = found[-1] if found else StackChange(planned=planned)
    if found:
        yield from check_rules(change.planned)
    checks: Mapping[str, Callable[[PlannedStack], Iterable[Finding]]] = {
        "port": check_port,
        "image": check_image_access,
        "image repository": partial(check_repositories, session),
        "zones": partial(check_zones, session),
        "hosted zone": partial(check_hosted_zone, session),
        "certificate": partial(check_certificate, session),
        "backups": partial(check_opt_in, session),
    }
    for subject, check in checks.items():
        yield from run_check(region, subject, partial(new_problems, change, check))
    yield from run_check(region, "subscription", lambda: _check_subscription(session, change))
    creates = change.creates and not (of_set and has_resources(change.state))
    if found and (change.running is not None or creates):
        comparisons: Mapping[str, Callable[[Session, StackChange], Iterable[Finding]]] = {
            "global database": lambda session, change: check_global_database(
                session, regions, change
            ),
            "quotas": check_quotas,
            "quotas of RDS": check_database_quotas,
            "names": check_free_names,
            "DNS records": check_records,
            "engine upgrade": check_engine_upgrade,
        }
        for subject, compare in comparisons.items():
            yield from run_check(region, subject, partial(compare, session, change))


def _read_change(
    session: Session,
    planned: PlannedStack,
    stack: str,
    set_values: Mapping[str, str],
    found: list[StackChange],
    *,
    of_set: bool,
    needed: bool,
) -> Iterator[Finding]:
    try:
        state = find_stack(clients.cloudformation(session, planned.region), stack)
    except ClientError as error:
        # A stack set's stack may be in another account.
        if not (needed and is_denied(error)):
            raise
        yield refused(
            planned.region,
            f"{error.operation_name} is denied, which every deployment needs",
            f"allow cloudformation:{error.operation_name}; {POLICY_PRINTS}",
        )
        return
    yield from check_stuck(planned.region, state, of_set=of_set)
    if of_set:
        check = partial(check_left_buckets, session, planned.region, state)
        yield from run_check(planned.region, "buckets of the failed creation", check)
    if state is None or not keeps_values(state):
        found.append(StackChange(planned=planned.with_former(set_values), state=state))
        return
    found.append(StackChange(planned=planned.with_former(state.parameters), state=state))
    running = read_running(session, planned, state)
    if running is None:
        yield unknown(
            planned.region,
            f"the template of {state.name} cannot be read here, so its changes are not checked",
            "deploy shows them before it asks",
        )
    else:
        found.append(replace(found[0], running=running))


def _check_subscription(session: Session, change: StackChange) -> Iterator[Finding]:
    if change.state is None or next_step(change.state) is not NextStep.UPDATE:
        return
    region = change.planned.region
    subscription = find_subscription(session, region, change.state)
    if subscription is not None:
        yield (
            warned(region, subscription.what, subscription.remediation)
            if subscription.remediation
            else fine(region, subscription.what)
        )
