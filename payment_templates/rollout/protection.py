"""What protects a stack from its deletion: found before the first call, not halfway."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of the load balancers are not installed.

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from payment_templates.rollout import clients
from payment_templates.rollout.deletion_protection import OFF, PARAMETER
from payment_templates.rollout.stack.states import StackState, Way, find_stack, way_on
from payment_templates.rollout.stack.termination_protection import command_for
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from boto3 import Session

    from payment_templates.rollout.deletion_plan import Member, Standing


@dataclass(frozen=True, kw_only=True)
class Protection:
    """A thing that AWS refuses to delete, and the command after which it does not."""

    region: str
    what: str
    remediation: str


def find_protections(session: Session, standing: Standing) -> Iterator[Protection]:
    """Look at a stack in reach, its database and its load balancer."""
    if standing.members is None:
        return
    state = find_stack(clients.cloudformation(session, standing.region), standing.stack_id)
    if state is None:
        return
    switch = _switch_of(state, standing)
    for protection in _each(session, standing, state):
        yield replace(protection, remediation=switch or protection.remediation)


def _switch_of(state: StackState, standing: Standing) -> str:
    # One update takes every protection off. A stack that never came up cannot be updated: there
    # each protection has a command of its own.
    if PARAMETER not in state.parameters or way_on(state) is not Way.UPDATE:
        return ""
    suffix = state.parameters.get(SUFFIX, "SUFFIX")
    where = f" --region {standing.region}" if standing.made_by == "deploy" else ""
    return (
        f"{standing.made_by} --suffix {suffix}{where} --template FILE --parameter {PARAMETER}={OFF}"
    )


def _each(session: Session, standing: Standing, state: StackState) -> Iterator[Protection]:
    if state.termination_protection:
        yield Protection(
            region=standing.region,
            what=f"the stack {standing.name} has termination protection",
            remediation=command_for(standing.name, standing.region, on=False),
        )
    for member in standing.members or ():
        look = _LOOKS.get(member.resource_type)
        if look is not None and member.physical_id:
            yield from look(session, standing.region, member)


def _of_cluster(session: Session, region: str, member: Member) -> Iterator[Protection]:
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


def _of_load_balancer(session: Session, region: str, member: Member) -> Iterator[Protection]:
    untyped: Any = session
    client = untyped.client("elbv2", region_name=region)
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


_LOOKS: Mapping[str, Callable[[Session, str, Member], Iterator[Protection]]] = {
    "AWS::RDS::DBCluster": _of_cluster,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _of_load_balancer,
}
