"""Checks that RDS can upgrade the running database to the version that an update asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.finding import Finding, fine, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.preflight.updates.stack_change import StackChange

_CLUSTER = "AWS::RDS::DBCluster"
_PARAMETER = "DBEngineVersion"


def check_engine_upgrade(session: Session, change: StackChange) -> Iterator[Finding]:
    """Check each cluster whose version changes.

    The template's version is sent only if it changes: aws-cloudformation-resource-providers-rds at
    5a410e8, dbcluster Translator.modifyDbClusterRequest. The database may run a later one, since
    RDS upgrades minor versions by itself.
    """
    region = change.planned.region
    if change.running is None or change.state is None:
        return
    for cluster in change.planned.stack.of_type(_CLUSTER):
        engine = known_text(cluster.properties, "Engine")
        wanted = known_text(cluster.properties, "EngineVersion")
        name = cluster.logical_id
        if name not in change.running.stack.resources or not wanted:
            continue
        if not change.is_new(name, "EngineVersion"):
            continue
        current = _current_version(session, region, change.state.stack_id, name)
        offered = _upgrades(session, region, engine, current)
        if wanted in offered:
            yield fine(region, f"{engine} can be upgraded from {current} to {wanted}")
        elif wanted != current:
            yield refused(
                region,
                f"{engine} cannot be upgraded from {current} to {wanted}",
                _remediation(change.planned, current, offered),
            )


def _current_version(session: Session, region: str, stack_id: str, logical_id: str) -> str:
    (resource,) = clients.cloudformation(session, region).describe_stack_resources(
        StackName=stack_id, LogicalResourceId=logical_id
    )["StackResources"]
    shown = clients.rds(session, region).describe_db_clusters(
        DBClusterIdentifier=resource.get("PhysicalResourceId", "")
    )["DBClusters"]
    return shown[0].get("EngineVersion", "")


def _upgrades(session: Session, region: str, engine: str, version: str) -> Sequence[str]:
    # A version that is no longer offered for new databases is listed too.
    shown = clients.rds(session, region).describe_db_engine_versions(
        Engine=engine, EngineVersion=version, IncludeAll=True
    )["DBEngineVersions"]
    return [
        target.get("EngineVersion", "")
        for one in shown
        for target in one.get("ValidUpgradeTarget", ())
    ]


def _remediation(planned: PlannedStack, current: str, offered: Sequence[str]) -> str:
    parameter = planned.stack.template.parameters.get(_PARAMETER)
    if parameter is None:
        return f"set EngineVersion to {' or '.join([current, *offered])}"
    accepted = [one for one in (current, *offered) if not parameter.violation(one)]
    return f"pass --parameter {_PARAMETER}=VERSION with {' or '.join(accepted) or current}"
