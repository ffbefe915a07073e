"""Starts a switchover or failover once, and follows it until the target region writes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, code_of, message_of
from payment_templates.rollout.global_database.database_health import read_database
from payment_templates.rollout.global_database.global_cluster import (
    GlobalDatabase,
    MoveKind,
    read_global_database,
)

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.global_database.global_cluster import Member
    from payment_templates.rollout.global_database.member_stack import MemberStack
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace

# RDS refuses a second operation with these: SwitchoverGlobalCluster and FailoverGlobalCluster.
_BUSY = frozenset({"InvalidDBClusterStateFault", "InvalidGlobalClusterStateFault"})
# How often RDS may show no operation although the target does not write yet: it may not have
# started it, or the clusters may not show their new roles.
_QUIET_POLLS = 5
# "Typically, the chosen secondary cluster assumes the primary role within a few minutes."
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
_LONG_SECONDS = 15 * 60
RUNBOOK = "docs/runbook.md"


@dataclass(frozen=True, kw_only=True)
class Move:
    """A requested move of the writer."""

    kind: MoveKind
    database: GlobalDatabase
    # The target's cluster and stack.
    target: Member
    stack: MemberStack

    @property
    def target_region(self) -> str:
        """The region that the writer moves to."""
        return self.target.region

    @property
    def source_region(self) -> str:
        """The region that writes before the move; empty if none does."""
        writer = self.database.writer
        return writer.region if writer else ""


def start_move(session: Session, move: Move) -> None:
    """Call RDS once; raises RolloutError if it refuses.

    A lost response is no problem: the operation is found if it runs.
    """
    # "Use the Amazon Resource Name (ARN)": both calls, TargetDbClusterIdentifier.
    identifier, target = move.database.identifier, move.target.cluster_arn
    # A switchover is called in the region of the primary cluster, a failover in that of the
    # cluster to be promoted: the guide's commands for each.
    in_primary = move.kind is MoveKind.SWITCHOVER
    client = clients.rds(session, move.source_region if in_primary else move.target_region)
    try:
        if in_primary:
            client.switchover_global_cluster(
                GlobalClusterIdentifier=identifier, TargetDbClusterIdentifier=target
            )
        else:
            client.failover_global_cluster(
                GlobalClusterIdentifier=identifier,
                TargetDbClusterIdentifier=target,
                AllowDataLoss=True,
            )
    except client.exceptions.ClientError as error:
        if code_of(error) not in _BUSY or not _has_started(session, move):
            raise RolloutError(
                f"RDS refuses the {move.kind}: {message_of(error)} ({code_of(error)})",
                ExitCode.FAILED,
                hint=f"nothing has moved; see {RUNBOOK}",
            ) from None


def follow_move(session: Session, move: Move, conversation: Conversation, pace: Pace) -> None:
    """Follow the operation until the target writes; raises RolloutError if it ends without that.

    Asks the target region only.
    """
    client = clients.rds(session, move.target_region)
    shown, quiet, began = "", 0, time.monotonic()
    while True:
        database = read_global_database(client, move.database.identifier)
        member = database.member_in(move.target_region) if database else None
        if database is None or member is None:
            raise RolloutError(
                f"{move.database.identifier} has no member in {move.target_region} any more",
                hint=f"see {RUNBOOK}",
            )
        health = read_database(client, move.target.cluster)
        writes = health is not None and health.writes
        if member.writes and writes and _is_over(move, database):
            conversation.tell(f"{move.target_region} writes: {move.target.cluster} is available")
            return
        line = _progress(move, database, member, health.status if health else "absent")
        news = line != shown
        if news:
            conversation.tell(line)
        shown = line
        quiet = 0 if database.move or member.writes else quiet + 1
        if quiet > _QUIET_POLLS:
            raise RolloutError(
                f"the {move.kind} has ended, but {move.target_region} does not write",
                hint=f"the events of {move.target.cluster} say why: aws rds describe-events "
                f"--source-type db-cluster --source-identifier {move.target.cluster} --duration 60 "
                f"--region {move.target_region}; see {RUNBOOK}",
            )
        if time.monotonic() - began > _LONG_SECONDS:
            conversation.tell(
                f"this takes longer than usual; {RUNBOOK} says what to do if it does not end"
            )
            began = time.monotonic()
        pace.pause(news=news)


def _is_over(move: Move, database: GlobalDatabase) -> bool:
    # After a failover, RDS rebuilds the other region once it works again, which may take hours: the
    # target writes before.
    return move.kind is MoveKind.FAILOVER or database.move is None


def _has_started(session: Session, move: Move) -> bool:
    client = clients.rds(session, move.target_region)
    now = read_global_database(client, move.database.identifier)
    if now is None:
        return False
    if now.move is not None:
        return (now.move.kind, now.move.target_region) == (move.kind, move.target_region)
    member = now.member_in(move.target_region)
    return member is not None and member.writes


def _progress(move: Move, database: GlobalDatabase, member: Member, cluster_status: str) -> str:
    operation = database.move.status if database.move else database.status
    role = "writer" if member.writes else "secondary"
    return (
        f"{database.identifier} is {operation}; {move.target.cluster} in {move.target_region} is "
        f"{cluster_status}, as {role}"
    )
