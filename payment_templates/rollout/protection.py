"""Finds the deletion protection of a stack and its resources, before a deletion."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of the load balancers are not installed.

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.deletion_protection import OFF, PARAMETER
from payment_templates.rollout.stack_states import NextStep, StackState, find_stack, next_step
from payment_templates.rollout.termination_protection import command_for
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from boto3 import Session

    from payment_templates.rollout.existing_stacks import ExistingStack, Member


@dataclass(frozen=True, kw_only=True)
class Protection:
    """A resource that AWS refuses to delete, and the command that removes its protection."""

    region: str
    what: str
    remediation: str


def find_protections(session: Session, stack: ExistingStack) -> Iterator[Protection]:
    """Return the protections of an accessible stack, its database and its load balancer."""
    if stack.members is None:
        return
    state = find_stack(clients.cloudformation(session, stack.region), stack.stack_id)
    if state is None:
        return
    update = _update_command(state, stack)
    for protection in _find_all(session, stack, state):
        yield replace(protection, remediation=update or protection.remediation)


def _update_command(state: StackState, stack: ExistingStack) -> str:
    # One update removes every protection. A stack whose creation failed cannot be updated: there
    # each protection has its own command.
    if PARAMETER not in state.parameters or next_step(state) is not NextStep.UPDATE:
        return ""
    suffix = state.parameters.get(SUFFIX, "SUFFIX")
    where = f" --region {stack.region}" if stack.made_by == "deploy" else ""
    return f"{stack.made_by} --suffix {suffix}{where} --template FILE --parameter {PARAMETER}={OFF}"


def _find_all(session: Session, stack: ExistingStack, state: StackState) -> Iterator[Protection]:
    if state.termination_protection:
        yield Protection(
            region=stack.region,
            what=f"the stack {stack.name} has termination protection",
            remediation=command_for(stack.name, stack.region, on=False),
        )
    for member in stack.members or ():
        check = _CHECKS.get(member.resource_type)
        if check is not None and member.physical_id:
            yield from check(session, stack.region, member)


def _check_cluster(session: Session, region: str, member: Member) -> Iterator[Protection]:
    client = clients.rds(session, region)
    try:
        (shown,) = client.describe_db_clusters(DBClusterIdentifier=member.physical_id)["DBClusters"]
    except client.exceptions.DBClusterNotFoundFault:
        return
    if shown.get("DeletionProtection"):
        yield Protection(
            region=region,
            what=f"the database {member.physical_id} has deletion protection",
            remediation="aws rds modify-db-cluster --no-deletion-protection --apply-immediately "
            f"--db-cluster-identifier {member.physical_id} --region {region}",
        )


def _check_load_balancer(session: Session, region: str, member: Member) -> Iterator[Protection]:
    client = clients.of_service(session, "elbv2", region)
    try:
        shown = client.describe_load_balancer_attributes(LoadBalancerArn=member.physical_id)
    except client.exceptions.LoadBalancerNotFoundException:
        return
    if {"Key": "deletion_protection.enabled", "Value": "true"} in shown["Attributes"]:
        yield Protection(
            region=region,
            what=f"the load balancer {member.logical_id} has deletion protection",
            remediation="aws elbv2 modify-load-balancer-attributes --attributes "
            "Key=deletion_protection.enabled,Value=false "
            f"--load-balancer-arn {member.physical_id} --region {region}",
        )


def _check_global_cluster(session: Session, region: str, member: Member) -> Iterator[Protection]:
    client = clients.rds(session, region)
    try:
        shown = client.describe_global_clusters(GlobalClusterIdentifier=member.physical_id)
    except client.exceptions.GlobalClusterNotFoundFault:
        return
    if any(one.get("DeletionProtection") for one in shown["GlobalClusters"]):
        yield Protection(
            region=region,
            what=f"the global database {member.physical_id} has deletion protection",
            remediation="aws rds modify-global-cluster --no-deletion-protection "
            f"--global-cluster-identifier {member.physical_id} --region {region}",
        )


_CHECKS: Mapping[str, Callable[[Session, str, Member], Iterator[Protection]]] = {
    "AWS::RDS::DBCluster": _check_cluster,
    "AWS::RDS::GlobalCluster": _check_global_cluster,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _check_load_balancer,
}
