"""What protects a stack from its deletion: found before the first call, not halfway."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# The stubs of the load balancers are not installed.

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from boto3 import Session

    from payment_templates.rollout.standing import Member, Standing


@dataclass(frozen=True, kw_only=True)
class Protection:
    """A thing that AWS would not delete, and the command that would let it."""

    region: str
    what: str
    mend: str


def find_protections(session: Session, standing: Standing) -> Iterator[Protection]:
    """Look at a stack in reach, its database and its load balancer."""
    if standing.members is None:
        return
    client = clients.cloudformation(session, standing.region)
    shown = client.describe_stacks(StackName=standing.stack_id)["Stacks"][0]
    if shown.get("EnableTerminationProtection"):
        yield Protection(
            region=standing.region,
            what=f"the stack {standing.name} has termination protection",
            mend="aws cloudformation update-termination-protection "
            f"--no-enable-termination-protection --stack-name {standing.name} "
            f"--region {standing.region}",
        )
    for member in standing.members:
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
            mend="aws rds modify-db-cluster --no-deletion-protection --apply-immediately "
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
            mend="aws elbv2 modify-load-balancer-attributes --attributes "
            "Key=deletion_protection.enabled,Value=false "
            f"--load-balancer-arn {member.physical_id} --region {region}",
        )


_LOOKS: Mapping[str, Callable[[Session, str, Member], Iterator[Protection]]] = {
    "AWS::RDS::DBCluster": _of_cluster,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _of_load_balancer,
}
