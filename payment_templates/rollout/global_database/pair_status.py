"""Reads who writes a global database, how far the others are behind, and whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of, is_expired
from payment_templates.rollout.global_database.database_health import AVAILABLE, read_database
from payment_templates.rollout.global_database.global_cluster import (
    CONNECTED,
    read_global_database,
)
from payment_templates.rollout.global_database.replication_lag import USUAL_LAG_SECONDS, read_lag

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from boto3 import Session

    from payment_templates.rollout.global_database.database_health import DatabaseHealth
    from payment_templates.rollout.global_database.global_cluster import GlobalDatabase, Member
    from payment_templates.rollout.global_database.member_stack import MemberStack
    from payment_templates.rollout.global_database.replication_lag import Lag

# A pair has a region that writes and one that follows.
_FEWEST_MEMBERS = 2


@dataclass(frozen=True, kw_only=True)
class MemberStatus:
    """A member, as its own region describes it."""

    member: Member
    # None if the region does not describe it.
    health: DatabaseHealth | None = None
    lag: Lag | None = None
    # Why something is unknown; empty if nothing is.
    unknown: str = ""


@dataclass(frozen=True, kw_only=True)
class PairStatus:
    """A global database with all its members."""

    identifier: str
    home_region: str
    # None if it does not exist.
    database: GlobalDatabase | None
    members: tuple[MemberStatus, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Return what is wrong; empty if nothing is known to be."""
        return tuple(self._problems())

    @property
    def unknown(self) -> tuple[str, ...]:
        """Return what could not be read."""
        return tuple(f"{one.member.region}: {one.unknown}" for one in self.members if one.unknown)

    @property
    def healthy(self) -> bool | None:
        """Return whether the writer can move at any time; None if that is unknown."""
        if self.problems:
            return False
        return None if self.unknown else True

    def _problems(self) -> Iterator[str]:
        database = self.database
        if database is None:
            yield "it does not exist"
            return
        if database.move is not None:
            yield f"a {database.move} is running ({database.move.status})"
        elif database.status != AVAILABLE:
            yield f"it is {database.status}"
        if database.writer is None:
            yield "no region writes"
        if len(database.members) < _FEWEST_MEMBERS:
            regions = ", ".join(one.region for one in database.members) or "no region"
            yield f"it has a member in {regions} only"
        for one in self.members:
            yield from _problems_of(one)
        versions = {one.health.engine_version for one in self.members if one.health}
        if len(versions) > 1:
            yield f"its regions have different versions: {', '.join(sorted(versions))}"


def read_pair(session: Session, stack: MemberStack, silent: Collection[str]) -> PairStatus:
    """Read the global database of a stack from its region; asks nothing of silent regions."""
    client = clients.rds(session, stack.region)
    database = read_global_database(client, stack.global_database)
    return PairStatus(
        identifier=stack.global_database,
        home_region=stack.home_region,
        database=database,
        members=tuple(_read_member(session, database, one, silent) for one in database.members)
        if database
        else (),
    )


def _read_member(
    session: Session, database: GlobalDatabase, member: Member, silent: Collection[str]
) -> MemberStatus:
    if member.region in silent:
        return MemberStatus(member=member, unknown="it does not answer")
    health: DatabaseHealth | None = None
    try:
        health = read_database(clients.impatient_rds(session, member.region), member.cluster)
        if health is None:
            return MemberStatus(member=member, unknown=f"{member.cluster} is not there")
        writer = database.writer
        lag = None
        if not member.writes and writer is not None:
            cloudwatch = clients.impatient_cloudwatch(session, member.region)
            lag = read_lag(cloudwatch, member, writer.region)
    except ClientError as error:
        if is_expired(error):
            raise
        reason = f"{error.operation_name} returns {code_of(error)}"
        return MemberStatus(member=member, health=health, unknown=reason)
    except BotoCoreError as error:
        return MemberStatus(member=member, health=health, unknown=type(error).__name__)
    is_open = lag is None and not member.writes
    return MemberStatus(
        member=member,
        health=health,
        lag=lag,
        unknown="CloudWatch has no recent replication lag" if is_open else "",
    )


def _problems_of(one: MemberStatus) -> Iterator[str]:
    member, health = one.member, one.health
    if member.synchronization not in {CONNECTED, ""}:
        yield f"{member.region} is {member.synchronization}"
    if one.lag is not None and one.lag.seconds > USUAL_LAG_SECONDS:
        yield f"{member.region} is {one.lag.described()}"
    if health is None:
        return
    if health.status != AVAILABLE:
        yield f"{health.cluster} in {member.region} is {health.status}"
    if not health.instances:
        yield f"{health.cluster} in {member.region} has no instance"
    for instance in health.instances:
        if instance.status != AVAILABLE:
            yield f"{instance.name} in {member.region} is {instance.status}"
    if member.writes and not health.writes:
        yield f"{member.region} has no available writer"
