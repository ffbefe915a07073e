"""Checks what a global database requires of the order of its regions, and of the one that writes.

The order: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.global_database.database_health import AVAILABLE
from payment_templates.rollout.global_database.declared_database import (
    CLUSTER,
    HOME_REGION,
    global_database_of,
    has_global_database,
    joins,
    regions_of_pair,
)
from payment_templates.rollout.global_database.global_cluster import read_global_database
from payment_templates.rollout.global_database.versions import major_of, parts_of
from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.finding import Finding, fine, refused, unknown
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.global_database.global_cluster import GlobalDatabase, Member
    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.preflight.updates.stack_change import StackChange

_VERSION = "DBEngineVersion"


def check_global_database(
    session: Session, regions: Sequence[str], change: StackChange
) -> Iterator[Finding]:
    """Check one region of a rollout, whose regions are all given.

    A rollout creates the home region first, and updates the region that writes last.
    """
    planned = change.planned
    if not has_global_database(planned.stack.template):
        return
    moved = tuple(_check_home(change))
    yield from moved
    identifier = global_database_of(planned)
    # Another check refuses the wrong regions.
    if moved or not identifier or planned.region not in regions_of_pair(planned):
        return
    database = read_global_database(clients.rds(session, planned.region), identifier)
    if change.creates:
        yield from _check_creation(database, planned, regions, identifier)
    elif database is not None:
        yield from _check_update(session, database, change, regions)


def _check_home(change: StackChange) -> Iterator[Finding]:
    wanted = change.planned.parameter(HOME_REGION)
    former = change.running.parameter(HOME_REGION) if change.running else ""
    if former and wanted != former:
        suffix = change.planned.parameter(SUFFIX)
        yield refused(
            change.planned.region,
            f"{HOME_REGION} changes from {former} to {wanted}: it is the region that created the "
            "database, and CloudFormation would have to replace the databases of both",
            f"leave it at {former}; to move the writer, run payment-stack switchover --suffix "
            f"{suffix} --to {wanted}",
        )


def _check_creation(
    database: GlobalDatabase | None,
    planned: PlannedStack,
    regions: Sequence[str],
    identifier: str,
) -> Iterator[Finding]:
    home = planned.parameter(HOME_REGION)
    if not joins(planned):
        # Whether its name is free is checked with the other names.
        return
    if database is None:
        if home in regions:
            yield fine(planned.region, f"{identifier} is created in {home} first")
        else:
            yield refused(
                planned.region,
                f"the global database {identifier} does not exist yet, and {home} creates it",
                f"deploy {home} first, or pass --parameter {HOME_REGION}={planned.region} to "
                "create it here",
            )
        return
    yield from _check_idle(planned.region, database)
    if database.member_in(planned.region) is not None:
        yield refused(
            planned.region,
            f"{identifier} has a member in {planned.region} already",
            "delete that cluster, or remove it with aws rds remove-from-global-cluster",
        )


def _check_idle(region: str, database: GlobalDatabase) -> Iterator[Finding]:
    if database.move is not None:
        yield refused(region, f"a {database.move} is running", "wait until it has ended")
    elif database.status != AVAILABLE:
        yield refused(
            region,
            f"{database.identifier} is {database.status}",
            "wait until it is available",
        )


def _check_update(
    session: Session, database: GlobalDatabase, change: StackChange, regions: Sequence[str]
) -> Iterator[Finding]:
    region = change.planned.region
    yield from _check_idle(region, database)
    yield from _check_password(database, change)
    yield from _check_upgrade(session, database, change, regions)
    writer = database.writer
    if writer is not None:
        yield fine(region, f"{database.identifier}: {writer.region} writes")


def _check_password(database: GlobalDatabase, change: StackChange) -> Iterator[Finding]:
    planned, writer = change.planned, database.writer
    region = planned.region
    at_home = planned.parameter(HOME_REGION) == region
    if not at_home or not planned.values.secret or writer is None or writer.region == region:
        return
    suffix = planned.parameter(SUFFIX)
    # RDS changes the password of a cluster that writes only, and the secret would no longer fit.
    yield refused(
        region,
        f"a master password is given, but {writer.region} writes the database: it cannot be "
        "changed here",
        f"leave it out (unset DB_MASTER_PASSWORD), or first run payment-stack switchover --suffix "
        f"{suffix} --to {region}",
    )


def _check_upgrade(
    session: Session, database: GlobalDatabase, change: StackChange, regions: Sequence[str]
) -> Iterator[Finding]:
    region = change.planned.region
    for cluster in change.planned.stack.of_type(CLUSTER):
        wanted = known_text(cluster.properties, "EngineVersion")
        if not wanted or not change.is_new(cluster.logical_id, "EngineVersion"):
            continue
        if major_of(wanted) != major_of(database.engine_version):
            # "You upgrade the global database cluster instead of the individual clusters."
            yield refused(
                region,
                f"{wanted} is another major version than {database.engine_version}: RDS upgrades "
                "the members of a global database together",
                "run aws rds modify-global-cluster --allow-major-version-upgrade, then pass the "
                f"new {_VERSION} in both regions",
            )
            continue
        own = database.member_in(region)
        if own is None or not own.writes:
            continue
        for other in database.members:
            if not other.writes and other.region not in regions:
                yield from _check_other(session, region, other, wanted)


def _check_other(session: Session, region: str, other: Member, wanted: str) -> Iterator[Finding]:
    client = clients.impatient_rds(session, other.region)
    shown = client.describe_db_clusters(DBClusterIdentifier=other.cluster)["DBClusters"]
    version = shown[0].get("EngineVersion", "") if shown else ""
    remediation = f"first pass {_VERSION}={wanted} to the stack in {other.region}"
    if not version:
        yield unknown(region, f"the version of {other.cluster} in {other.region}", remediation)
    elif parts_of(version) < parts_of(wanted):
        yield refused(
            region,
            f"{region} writes, and {other.region} still has {version}: RDS upgrades the regions "
            "that follow first",
            remediation,
        )
