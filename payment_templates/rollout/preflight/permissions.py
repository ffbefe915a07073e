"""Asks IAM's policy simulator whether a principal has the permissions that the template needs.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
The simulator does not know the policies of resources, such as keys.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.cloudformation import TemplateError, partition_of
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, first_line, is_expired
from payment_templates.rollout.permissions import (
    Permissions,
    Place,
    Scope,
    calls_of_the_commands,
    certain_actions,
    permissions_of_the_stack,
)
from payment_templates.rollout.preflight.finding import (
    EVERYWHERE,
    Finding,
    fine,
    refused,
    run_check,
    unknown,
    warned,
)
from payment_templates.rollout.preflight.simulation import Simulation, simulate
from payment_templates.rollout.stack_set.chosen_roles import EXECUTION
from payment_templates.rollout.stack_states import NextStep, find_stack, next_step

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from boto3 import Session

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.permissions import Statement

_MOST_NAMED = 20
_REMEDIATION = "payment-stack policy prints what is needed"
_FOR_STACK_SETS = "payment-stack policy --for stack-set-execution prints what is needed"
_ASSUMED = ":assumed-role/"


def check_permissions(
    session: Session,
    template: Template,
    scope: Scope,
    *,
    caller: str,
    region: str,
    account: str,
    stack_sets: bool,
    kept_roles: Collection[str] = ("",),
) -> Iterator[Finding]:
    """Check the caller and the service roles, given as ARNs.

    With stack sets, the execution roles change the resources: only the caller's own calls count.
    Otherwise the role of the scope does, or else those that the stacks have: `kept_roles`, which
    CloudFormation uses without iam:PassRole. An empty one means the caller.
    """
    place = Place(partition=partition_of(region)[0], region=region, account=account)
    certain = certain_actions(template, stack_sets=stack_sets)

    def calls() -> Permissions:
        return calls_of_the_commands(template, scope, stack_sets=stack_sets)

    def resources() -> Permissions:
        return permissions_of_the_stack(template, scope)

    roles = () if stack_sets else (scope.role_arn,) if scope.role_arn else kept_roles
    own = (calls, resources) if "" in roles else (calls,)
    needed = {caller: own, **{role: (resources,) for role in roles if role}}
    for arn, parts in needed.items():
        check = partial(_check_principal, session, arn, parts, certain, place)
        try:
            yield from run_check(EVERYWHERE, f"permissions of {arn}", check)
        except (RolloutError, TemplateError) as error:
            yield unknown(EVERYWHERE, f"permissions: {first_line(error)}", "check them yourself")


def check_execution_role(
    session: Session, template: Template, scope: Scope, *, name: str, region: str, account: str
) -> Iterator[Finding]:
    """Check the execution role of the caller's account, with which a stack set changes resources.

    A role that does not exist is reported as missing elsewhere. The stacks themselves are left out:
    the simulator takes no wildcards such as cloudformation:*.
    """
    client = clients.iam(session, region)
    try:
        arn = client.get_role(RoleName=name)["Role"]["Arn"]
    except client.exceptions.NoSuchEntityException:
        return
    place = Place(partition=partition_of(region)[0], region=region, account=account)
    certain = certain_actions(template, stack_sets=False)
    try:
        statements = permissions_of_the_stack(template, scope).statements
    except (RolloutError, TemplateError) as error:
        yield unknown(
            EVERYWHERE, f"permissions of {name}: {first_line(error)}", "check them yourself"
        )
        return
    remediation = (
        f"{_FOR_STACK_SETS}; rollout --create-roles adds it to a role that it created"
        if name == EXECUTION
        else _FOR_STACK_SETS
    )
    yield from _findings(arn, simulate(session, arn, statements, place), certain, remediation)


def find_kept_roles(session: Session, regions: Iterable[str], stack_name: str) -> tuple[str, ...]:
    """Return the service roles of a stack's regions, an empty one where it has none."""
    # CreateChangeSet, RoleARN: CloudFormation uses the role of an existing stack again.
    states = [find_stack(clients.cloudformation(session, one), stack_name) for one in regions]
    return tuple(
        dict.fromkeys(
            state.role_arn if state is not None and next_step(state) is NextStep.UPDATE else ""
            for state in states
        )
    )


def principal_of(session: Session, region: str, arn: str) -> str:
    """Return the ARN that the simulator accepts: of the role, not of a session of it.

    Empty if there is none, such as for a federated user.
    """
    if _ASSUMED not in arn:
        return arn if ":user/" in arn or ":role/" in arn else ""
    start, _, session_name = arn.partition(_ASSUMED)
    name = session_name.partition("/")[0]
    try:
        # The ARN of a session lacks the path of the role, such as those of IAM Identity Center.
        return clients.iam(session, region).get_role(RoleName=name)["Role"]["Arn"]
    except ClientError as error:
        if is_expired(error):
            raise
        return f"{start.replace(':sts:', ':iam:')}:role/{name}"


def _check_principal(
    session: Session,
    arn: str,
    needed: Iterable[Callable[[], Permissions]],
    certain: frozenset[str],
    place: Place,
) -> Iterator[Finding]:
    if arn.endswith(":root"):
        yield fine(EVERYWHERE, f"permissions: {arn} needs no policy")
        return
    principal = principal_of(session, place.region, arn)
    if not principal:
        yield unknown(
            EVERYWHERE,
            f"permissions: the policy simulator does not know {arn}",
            f"check them yourself: {_REMEDIATION}",
        )
        return
    statements: list[Statement] = [one for part in needed for one in part().statements]
    yield from _findings(principal, simulate(session, principal, statements, place), certain)


def _findings(
    principal: str,
    found: Simulation,
    certain: frozenset[str],
    remediation: str = _REMEDIATION,
) -> Iterator[Finding]:
    refusing = sorted(found.denied & certain)
    others = sorted(found.denied - certain)
    if refusing:
        yield refused(EVERYWHERE, f"{principal} may not {_listed(refusing)}", remediation)
    if others:
        # Schemas name the actions of every property, also of those that the template does not set.
        yield warned(
            EVERYWHERE, f"{principal} may not {_listed(others)}, which may be needed", remediation
        )
    if found.undecided:
        yield unknown(
            EVERYWHERE,
            f"whether {principal} may {_listed(sorted(found.undecided))} depends on "
            f"{', '.join(sorted(found.keys))}",
            "check it yourself",
        )
    if not found.denied and not found.undecided:
        yield fine(EVERYWHERE, f"{principal} has every permission that is needed ({found.count})")


def _listed(actions: list[str]) -> str:
    more = len(actions) - _MOST_NAMED
    shown = ", ".join(actions[:_MOST_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown
