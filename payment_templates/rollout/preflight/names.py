"""Physical names: free in the region, and those that all regions share different in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of
from payment_templates.rollout.preflight.finding import EVERYWHERE, Finding, asked, fine, refused

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.resolution import Resolution

_ABSENT = frozenset(
    {"NoSuchEntity", "DBClusterNotFoundFault", "DBInstanceNotFound", "DBInstanceNotFoundFault"}
    | {"LoadBalancerNotFound", "ResourceNotFound", "ResourceNotFoundException"}
    | {"ClusterNotFoundException"}
)


@dataclass(frozen=True, kw_only=True)
class _Named:
    property: str
    shared_by_regions: bool = False


# The types whose names collide first: roles and dashboards are the account's, the others the
# region's: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
_NAMED: Mapping[str, _Named] = {
    "AWS::IAM::Role": _Named(property="RoleName", shared_by_regions=True),
    "AWS::IAM::ManagedPolicy": _Named(property="ManagedPolicyName", shared_by_regions=True),
    "AWS::CloudWatch::Dashboard": _Named(property="DashboardName", shared_by_regions=True),
    "AWS::S3::Bucket": _Named(property="BucketName", shared_by_regions=True),
    "AWS::RDS::DBCluster": _Named(property="DBClusterIdentifier"),
    "AWS::RDS::DBInstance": _Named(property="DBInstanceIdentifier"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _Named(property="Name"),
    "AWS::Logs::LogGroup": _Named(property="LogGroupName"),
    "AWS::ECS::Cluster": _Named(property="ClusterName"),
}


def check_global_names(resolutions: Sequence[Resolution]) -> Iterator[Finding]:
    """Check that no name that all regions share is used by two of them."""
    names = Counter(
        (kind, name)
        for resolution in resolutions
        for kind, name in _names(resolution)
        if _NAMED[kind].shared_by_regions
    )
    twice = [(kind, name) for (kind, name), count in names.items() if count > 1]
    for kind, name in twice:
        yield refused(
            EVERYWHERE,
            f"{kind.removeprefix('AWS::')} {name} would be made in more than one region",
            "let the template end this name with ${AWS::Region}",
        )
    if not twice and len(resolutions) > 1:
        yield fine(EVERYWHERE, "names that regions share differ between them")


def check_free_names(session: Session, resolution: Resolution) -> Iterator[Finding]:
    """Check that the names of a stack that is not there yet are free."""
    region = resolution.region
    taken = 0
    for kind, name in _names(resolution):
        lookup = _LOOKUPS.get(kind)
        if lookup is None:
            continue

        def check(kind: str = kind, name: str = name) -> Iterator[Finding]:
            if _exists(_LOOKUPS[kind], session, region, name):
                yield refused(
                    region,
                    f"{kind.removeprefix('AWS::')} {name} exists already",
                    "delete it, or choose another --suffix",
                )

        found = list(asked(region, f"name {name}", check))
        taken += len(found)
        yield from found
    if not taken:
        yield fine(region, "the names are free")


def _names(resolution: Resolution) -> Iterator[tuple[str, str]]:
    for entry in resolution.resources().values():
        kind = str(entry.get("Type", ""))
        if kind in _NAMED:
            name = resolution.text(entry.get("Properties", {}).get(_NAMED[kind].property))
            if name:
                yield kind, name


_Lookup = Callable[["Session", str, str], bool]


def _exists(lookup: _Lookup, session: Session, region: str, name: str) -> bool:
    client = clients.iam(session, region)
    try:
        return lookup(session, region, name)
    except client.exceptions.ClientError as error:
        if code_of(error) in _ABSENT:
            return False
        raise


def _role(session: Session, region: str, name: str) -> bool:
    return bool(clients.iam(session, region).get_role(RoleName=name))


def _policy(session: Session, region: str, name: str) -> bool:
    pages = clients.iam(session, region).get_paginator("list_policies").paginate(Scope="Local")
    return any(entry.get("PolicyName") == name for page in pages for entry in page["Policies"])


def _dashboard(session: Session, region: str, name: str) -> bool:
    client = clients.cloudwatch(session, region)
    found = client.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    return any(entry.get("DashboardName") == name for entry in found)


def _cluster(session: Session, region: str, name: str) -> bool:
    client = clients.rds(session, region)
    return bool(client.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"])


def _instance(session: Session, region: str, name: str) -> bool:
    client = clients.rds(session, region)
    return bool(client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"])


def _log_group(session: Session, region: str, name: str) -> bool:
    client = clients.logs(session, region)
    found = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return any(entry.get("logGroupName") == name for entry in found)


def _ecs_cluster(session: Session, region: str, name: str) -> bool:
    found = clients.ecs(session, region).describe_clusters(clusters=[name])["clusters"]
    # A deleted cluster is shown as INACTIVE for a while: DescribeClusters.
    return any(entry.get("status") == "ACTIVE" for entry in found)


_LOOKUPS: Mapping[str, _Lookup] = {
    "AWS::IAM::Role": _role,
    "AWS::IAM::ManagedPolicy": _policy,
    "AWS::CloudWatch::Dashboard": _dashboard,
    "AWS::RDS::DBCluster": _cluster,
    "AWS::RDS::DBInstance": _instance,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::ECS::Cluster": _ecs_cluster,
}
