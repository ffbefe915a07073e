"""Asks RDS whether it still offers the database, and where its writer and readers are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.verification.finding import Finding, ask, decided, not_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_rds.type_defs import DBClusterMemberTypeDef, DBInstanceTypeDef

    from payment_templates.rollout.verification.deployed_stack import DeployedStack

CHECK = "database"
_APART = "a reader outside the zone of the writer"
_CLUSTER, _INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"


def check_database(deployed: DeployedStack) -> Iterator[Finding]:
    """Ask for the class and version of every instance, and for the zones of every cluster."""
    found: list[DBInstanceTypeDef] = []
    for member in deployed.of_type(_INSTANCE):
        name = member.physical_id
        asked = f"is {name} available?"
        yield from ask(CHECK, asked, "available", partial(_of_instance, deployed, name, found))
    for member in deployed.of_type(_CLUSTER):
        name = member.physical_id
        asked = f"which zones is {name} in?"
        yield from ask(
            CHECK,
            asked,
            _APART,
            partial(_zones, deployed, name, found),
        )


def _of_instance(
    deployed: DeployedStack, name: str, found: list[DBInstanceTypeDef]
) -> Iterator[Finding]:
    client = clients.impatient_rds(deployed.session, deployed.region)
    instance = client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    found.append(instance)
    status = instance.get("DBInstanceStatus", "")
    yield decided(
        confirmed=status == "available",
        check=CHECK,
        asked=f"is {name} available?",
        assumed="available",
        answer=status,
        remediation="wait, and look at the events of the instance in the RDS console",
    )
    engine, version = instance.get("Engine", ""), instance.get("EngineVersion", "")
    instance_class = instance.get("DBInstanceClass", "")
    pages = client.get_paginator("describe_orderable_db_instance_options").paginate(
        Engine=engine, EngineVersion=version, DBInstanceClass=instance_class
    )
    zones = {
        zone.get("Name", "")
        for page in pages
        for option in page["OrderableDBInstanceOptions"]
        for zone in option.get("AvailabilityZones", ())
    }
    zone = instance.get("AvailabilityZone", "")
    yield decided(
        confirmed=zone in zones,
        check=CHECK,
        asked=f"can another {instance_class} with {engine} {version} be ordered in {zone}?",
        assumed="yes, for a replacement",
        answer=f"in {', '.join(sorted(zones))}" if zones else "nowhere in this region",
        remediation="choose a class or version that RDS still offers, before an instance fails",
    )


def _zones(
    deployed: DeployedStack, name: str, instances: list[DBInstanceTypeDef]
) -> Iterator[Finding]:
    client = clients.impatient_rds(deployed.session, deployed.region)
    cluster = client.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    zones = {one.get("DBInstanceIdentifier"): one.get("AvailabilityZone", "") for one in instances}
    members = cluster.get("DBClusterMembers", ())
    of_writer = {zones.get(it.get("DBInstanceIdentifier")) for it in members if _writes(it)}
    of_readers = {zones.get(it.get("DBInstanceIdentifier")) for it in members if not _writes(it)}
    shown = "; ".join(
        f"{it.get('DBInstanceIdentifier')} ({'writer' if _writes(it) else 'reader'}) in "
        f"{zones.get(it.get('DBInstanceIdentifier')) or 'an unknown zone'}"
        for it in members
    )
    if any(not zones.get(it.get("DBInstanceIdentifier")) for it in members):
        yield not_asked(
            check=CHECK,
            asked=f"which zones is {name} in?",
            assumed=_APART,
            reason=f"the zones of its instances are not known: {shown}",
        )
        return
    # A cluster that does not write, of a global database, has readers alone.
    apart = of_readers - of_writer if of_writer else of_readers
    yield decided(
        confirmed=len(apart) >= (1 if of_writer else 2),
        check=CHECK,
        asked=f"which zones is {name} in?",
        assumed=_APART,
        answer=shown or "it has no instances",
        remediation="add an instance in another zone: nothing takes over after a zone failure",
    )


def _writes(member: DBClusterMemberTypeDef) -> bool:
    return member.get("IsClusterWriter", False)
