"""Compares the state of each alarm with the one that evidence predicts for a healthy stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence import expected_alarms
from payment_templates.rollout import clients
from payment_templates.rollout.verification.alarms import read_alarms

if TYPE_CHECKING:
    from payment_templates.evidence import ExpectedAlarm
    from payment_templates.rollout.verification.alarms import Alarm
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

_CLUSTER = "AWS::RDS::DBCluster"
_OK = "OK"
_NO_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """An alarm beside what evidence predicts for it."""

    alarm: Alarm
    # None for an alarm that is not in the template, or whose state the template does not decide.
    state: str | None
    # The alarms that alert in the place of this one, which has no actions.
    read_by: tuple[str, ...]

    @property
    def as_expected(self) -> bool:
        """Whether the alarm is in the predicted state; OK is right where none is predicted."""
        return self.alarm.state == (self.state or _OK)

    @property
    def is_contradicted(self) -> bool:
        """Whether a healthy stack cannot have the alarm in this state."""
        return not self.as_expected and (self.state is not None or self.alarm.state == "ALARM")

    @property
    def notifies_no_one(self) -> bool:
        """Whether the alarm has no actions, and no other alarm acts in its place."""
        acts = self.alarm.actions_enabled and self.alarm.actions
        return not acts and not (self.read_by and not self.alarm.actions)

    def __str__(self) -> str:
        """Return the state of the alarm, and the expected one if that is not OK."""
        shown = f"{self.alarm.name} is in {self.alarm.state}"
        return shown if self.state in {None, _OK} else f"{shown} instead of {self.state}"


def compare_alarms(deployed: DeployedStack) -> tuple[Comparison, ...]:
    """Read the alarms of a stack and what evidence predicts for each; raises botocore's errors."""
    alarms = read_alarms(deployed)
    predicted = predicted_alarms(deployed)
    return tuple(_compared(alarm, predicted.get(alarm.logical_id)) for alarm in alarms)


def predicted_alarms(deployed: DeployedStack) -> dict[str, ExpectedAlarm]:
    """Return what evidence predicts for each alarm, by logical ID; raises botocore's errors."""
    with_writer = expected_alarms(deployed.topology, writes=True)
    without = expected_alarms(deployed.topology, writes=False)
    # Only the alarms of a global database depend on the role of the region.
    found = with_writer if with_writer == without or _writes(deployed) else without
    return {alarm.logical_id: alarm for alarm in found}


def _compared(alarm: Alarm, found: ExpectedAlarm | None) -> Comparison:
    state = found.state if found else None
    return Comparison(
        alarm=alarm,
        # "During warm-up, the alarm stays in INSUFFICIENT_DATA":
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-warm-up.html
        state=_NO_DATA if alarm.is_warming_up else state,
        read_by=found.read_by if found else (),
    )


def _writes(deployed: DeployedStack) -> bool:
    """Return whether a cluster of the stack has a writer.

    A secondary cluster of a global database has only readers:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-getting-started.html
    """
    client = clients.impatient_rds(deployed.session, deployed.region)
    return any(
        member.get("IsClusterWriter", False)
        for one in deployed.of_type(_CLUSTER)
        for cluster in client.describe_db_clusters(DBClusterIdentifier=one.physical_id)[
            "DBClusters"
        ]
        for member in cluster.get("DBClusterMembers", ())
    )
