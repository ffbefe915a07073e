"""What is left of a stack in a region: found by looking, not by believing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jmespath
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session


@dataclass(frozen=True, kw_only=True)
class Leftover:
    """A thing that carries the suffix, or a place that could not be looked at."""

    region: str
    kind: str
    name: str
    known: bool = True


@dataclass(frozen=True, kw_only=True)
class _Place:
    kind: str
    service: str
    operation: str
    # Picks the names out of the answer.
    names: str
    # All regions show these: only those that end in this region's name are its own.
    shared_by_regions: bool = False


_PLACES = (
    _Place(
        kind="database cluster",
        service="rds",
        operation="describe_db_clusters",
        names="DBClusters[].DBClusterIdentifier",
    ),
    _Place(
        kind="database instance",
        service="rds",
        operation="describe_db_instances",
        names="DBInstances[].DBInstanceIdentifier",
    ),
    _Place(
        kind="database snapshot",
        service="rds",
        operation="describe_db_cluster_snapshots",
        names="DBClusterSnapshots[].DBClusterIdentifier",
    ),
    _Place(
        kind="log group",
        service="logs",
        operation="describe_log_groups",
        names="logGroups[].logGroupName",
    ),
    _Place(
        kind="secret",
        service="secretsmanager",
        operation="list_secrets",
        names="SecretList[].Name",
    ),
    _Place(
        kind="parameter",
        service="ssm",
        operation="describe_parameters",
        names="Parameters[].Name",
    ),
    _Place(
        kind="load balancer",
        service="elbv2",
        operation="describe_load_balancers",
        names="LoadBalancers[].LoadBalancerName",
    ),
    _Place(
        kind="ECS cluster",
        service="ecs",
        operation="list_clusters",
        names="clusterArns[]",
    ),
    _Place(
        kind="topic",
        service="sns",
        operation="list_topics",
        names="Topics[].TopicArn",
    ),
    _Place(
        kind="key alias",
        service="kms",
        operation="list_aliases",
        names="Aliases[].AliasName",
    ),
    _Place(
        kind="alarm",
        service="cloudwatch",
        operation="describe_alarms",
        names="MetricAlarms[].AlarmName",
    ),
    _Place(
        kind="network",
        service="ec2",
        operation="describe_vpcs",
        names="Vpcs[].Tags[] | [?Key=='Name'].Value",
    ),
    _Place(
        kind="elastic IP address",
        service="ec2",
        operation="describe_addresses",
        names="Addresses[].Tags[] | [?Key=='Name'].Value",
    ),
    _Place(
        kind="dashboard",
        service="cloudwatch",
        operation="list_dashboards",
        names="DashboardEntries[].DashboardName",
        shared_by_regions=True,
    ),
    _Place(
        kind="role",
        service="iam",
        operation="list_roles",
        names="Roles[].RoleName",
        shared_by_regions=True,
    ),
)


def find_leftovers(session: Session, region: str, suffix: str) -> Iterator[Leftover]:
    """Look wherever a stack of this suffix leaves something that costs money or takes a name."""
    for place in _PLACES:
        try:
            names = sorted(set(_names(session, region, place)))
        except (BotoCoreError, ClientError) as error:
            yield Leftover(region=region, kind=place.kind, name=f"unknown: {error}", known=False)
            continue
        for name in names:
            if _carries(name, suffix, region if place.shared_by_regions else None):
                yield Leftover(region=region, kind=place.kind, name=name)


def _names(session: Session, region: str, place: _Place) -> Iterator[str]:
    # The stubs know each service by its literal name, and this table is data.
    untyped: Any = session
    client = untyped.client(place.service, region_name=region)
    if client.can_paginate(place.operation):
        pages = client.get_paginator(place.operation).paginate()
    else:
        pages = [getattr(client, place.operation)()]
    # Written by hand, without annotations.
    search: Any = jmespath.search
    for page in pages:
        yield from search(place.names, page) or ()


def _carries(name: str, suffix: str, region: str | None) -> bool:
    end = rf"-{re.escape(region)}$" if region else r"($|[/:-])"
    return re.search(rf"payment.*[-/]{re.escape(suffix)}{end}", name) is not None
