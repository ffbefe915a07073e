"""Checks what must hold before the writer moves to another region.

For a failover, everything is a warning, and every call goes to the target region: the other one may
be gone. A switchover needs both regions to work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.global_database.database_health import (
    AVAILABLE,
    LOSS_BOUND,
    read_database,
    read_loss_bound,
)
from payment_templates.rollout.global_database.global_cluster import CONNECTED, MoveKind
from payment_templates.rollout.global_database.replication_lag import (
    USUAL_LAG_SECONDS,
    read_lag,
)
from payment_templates.rollout.preflight.finding import (
    Finding,
    fine,
    refused,
    run_check,
    unknown,
    warned,
)
from payment_templates.rollout.region_move.serving_capacity import (
    count_targets,
    read_tasks,
)
from payment_templates.rollout.region_move.source_checks import check_source
from payment_templates.rollout.region_move.traffic import traffic_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from boto3 import Session

    from payment_templates.rollout.global_database.database_health import DatabaseHealth
    from payment_templates.rollout.global_database.replication_lag import Lag
    from payment_templates.rollout.region_move.move import Move

# TargetHealth, State.
_HEALTHY, _INITIAL = "healthy", "initial"


@dataclass(frozen=True, kw_only=True)
class MoveReview:
    """What was found before a move."""

    findings: tuple[Finding, ...]
    # None if it is unknown.
    lag: Lag | None
    # The parameter group of the target that sets rds.global_db_rpo; empty if it does not.
    group_with_loss_bound: str


def review_move(session: Session, move: Move, suffix: str) -> MoveReview:
    """Check everything; a call that AWS refuses or does not answer is an unknown."""
    review = _Review(session=session, move=move, suffix=suffix)
    found = tuple(review.run())
    return MoveReview(
        findings=found, lag=review.lag, group_with_loss_bound=review.group_with_loss_bound
    )


@dataclass(kw_only=True)
class _Review:
    session: Session
    move: Move
    suffix: str
    lag: Lag | None = None
    group_with_loss_bound: str = ""
    _database: DatabaseHealth | None = None

    def run(self) -> Iterator[Finding]:
        target = self.move.target_region
        checks: tuple[tuple[str, str, Callable[[], Iterable[Finding]]], ...] = (
            (target, "the global database", self._global_database),
            (target, "the replication lag", self._replication_lag),
            (target, "the database", self._target_database),
            (target, "the parameter group", self._loss_bound),
            (target, "the stack", self._target_stack),
            (target, "the tasks", self._target_tasks),
            (target, "the targets of the load balancer", self._targets),
        )
        for where, subject, check in checks:
            yield from run_check(where, subject, check)
        yield from self._traffic()
        if self.move.kind is MoveKind.FAILOVER:
            yield from self._old_writer()
        elif self.move.source_region:
            yield from check_source(self.session, self.move, self.suffix)

    def _problem(self, where: str, what: str, remediation: str) -> Finding:
        if self.move.kind is MoveKind.FAILOVER:
            return warned(where, what, remediation)
        return refused(where, what, remediation)

    def _global_database(self) -> Iterator[Finding]:
        move, where = self.move, self.move.target_region
        database = move.database
        if not move.source_region:
            yield self._problem(
                where, f"no member of {database.identifier} writes", "see aws rds describe-events"
            )
        if database.status != AVAILABLE:
            yield self._problem(
                where, f"{database.identifier} is {database.status}", "wait until it is available"
            )
        elif move.source_region:
            yield fine(
                where,
                f"{database.identifier}: {move.source_region} writes, {where} is a secondary",
            )
        if move.target.synchronization not in {CONNECTED, ""}:
            yield self._problem(
                where,
                f"{move.target.cluster} is {move.target.synchronization}: it does not follow the "
                "writer",
                "wait until it is connected",
            )

    def _replication_lag(self) -> Iterator[Finding]:
        move, where = self.move, self.move.target_region
        client = clients.impatient_cloudwatch(self.session, where)
        self.lag = read_lag(client, move.target, move.source_region)
        if self.lag is None:
            yield unknown(
                where,
                "the replication lag: CloudWatch has no value of the last three hours",
                "look at AuroraGlobalDBRPOLag",
            )
        elif self.lag.seconds > USUAL_LAG_SECONDS:
            loss = (
                "what was not replicated is lost"
                if move.kind is MoveKind.FAILOVER
                else "a switchover waits until there is none"
            )
            yield warned(where, f"{move.target.cluster} is {self.lag.described()}", loss)
        else:
            yield fine(where, f"{move.target.cluster} is {self.lag.described()}")

    def _target_database(self) -> Iterator[Finding]:
        where = self.move.target_region
        client = clients.rds(self.session, where)
        self._database = health = read_database(client, self.move.target.cluster)
        if health is None:
            yield self._problem(where, f"{self.move.target.cluster} does not exist", "see status")
            return
        yield from self._instances(where, health)
        # RDS names the version of the pair, and refuses to promote a cluster of another one.
        if health.engine_version != self.move.database.engine_version:
            yield warned(
                where,
                f"{health.cluster} has version {health.engine_version}, the global database "
                f"{self.move.database.engine_version}",
                "RDS moves the writer only between equal major and minor versions",
            )

    def _instances(self, where: str, health: DatabaseHealth) -> Iterator[Finding]:
        if health.status != AVAILABLE:
            yield self._problem(
                where, f"{health.cluster} is {health.status}", "wait until it is available"
            )
        if not health.instances:
            # "Before you can perform a switchover or failover to a headless secondary Aurora DB
            # cluster, you must add a DB instance to it."
            yield self._problem(
                where, f"{health.cluster} has no instance to promote", "deploy the stack again"
            )
        elif not health.available:
            states = ", ".join(f"{one.name} is {one.status}" for one in health.instances)
            yield self._problem(where, states, "wait until an instance is available")
        elif len(health.available) < len(health.instances):
            others = (one for one in health.instances if one.status != AVAILABLE)
            states = ", ".join(f"{one.name} is {one.status}" for one in others)
            yield warned(where, states, "another instance is promoted")
        else:
            count = quantity(len(health.instances), "instance is", "instances are")
            yield fine(where, f"{count} available, version {health.engine_version}")

    def _loss_bound(self) -> Iterator[Finding]:
        where = self.move.target_region
        group = self._database.parameter_group if self._database else ""
        if not group:
            return
        bound = read_loss_bound(clients.impatient_rds(self.session, where), group)
        if not bound:
            return
        self.group_with_loss_bound = group
        if self.move.kind is MoveKind.FAILOVER:
            yield warned(
                where,
                f"{LOSS_BOUND} is {bound}: commits wait while no other region follows",
                "reset it after the failover, as shown at the end",
            )

    def _target_stack(self) -> Iterator[Finding]:
        state, where = self.move.stack.state, self.move.target_region
        if not state.settled:
            yield self._problem(
                where, f"{state.name} is {state.status}", "wait until the operation has ended"
            )
        else:
            yield fine(where, f"no operation is running on {state.name}")

    def _target_tasks(self) -> Iterator[Finding]:
        state, where = self.move.stack.state, self.move.target_region
        tasks = read_tasks(clients.impatient_ecs(self.session, where), state)
        if tasks is None:
            return
        shown = f"{tasks.running} of {quantity(tasks.desired, 'task')} run"
        if tasks.running < tasks.desired or not tasks.running:
            yield self._problem(where, shown, "wait until the service is stable")
        elif tasks.deploying:
            yield self._problem(
                where, "the service replaces its tasks", "wait until the deployment is complete"
            )
        else:
            yield fine(where, shown)

    def _targets(self) -> Iterator[Finding]:
        state, where = self.move.stack.state, self.move.target_region
        targets = count_targets(self.session, where, state)
        if targets is None:
            return
        shown = ", ".join(f"{count} {state}" for state, count in sorted(targets.items()))
        if targets[_HEALTHY]:
            yield fine(where, f"targets of the load balancer: {shown}")
        elif targets[_INITIAL]:
            yield unknown(
                where,
                f"targets of the load balancer: {shown}, so not checked yet",
                "wait until they are healthy",
            )
        else:
            yield self._problem(
                where,
                f"no target of the load balancer is healthy: {shown or 'there is none'}",
                "look at the events of the service",
            )

    def _old_writer(self) -> Iterator[Finding]:
        where = self.move.source_region
        if where:
            yield warned(
                where,
                "payments that it still accepts are lost: RDS tries to stop its writes, but does "
                "not promise it",
                "if it answers, first stop its service: docs/runbook.md#stop-the-old-region",
            )

    def _traffic(self) -> Iterator[Finding]:
        where = self.move.target_region
        traffic = traffic_of(self.move.stack.state)
        if traffic.domain and not traffic.follows_writer:
            yield warned(
                where,
                traffic.described(where),
                "set ReadinessPath to a path that returns 200 only where the database can be "
                "written",
            )
        else:
            yield fine(where, traffic.described(where))
