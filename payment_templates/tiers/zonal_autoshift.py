"""Adds zonal autoshift: AWS moves the load balancer's traffic out of a failing zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import arczonalshift

if TYPE_CHECKING:
    from troposphere import cloudwatch

    from payment_templates.scope import Scope

    from .load_balancer import LoadBalancer
    from .monitoring import Monitoring


def add_zonal_autoshift(
    scope: Scope, *, load_balancer: LoadBalancer, monitoring: Monitoring
) -> None:
    """Enable zonal autoshift, with its weekly practice runs guarded by the stack's alarms.

    Works with cross-zone load balancing, and needs the load balancer's attribute
    zonal_shift.config.enabled:
    https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.resource-types.app-load-balancers.html
    """
    if not scope.options.zonal_autoshift:
        return
    alarms = {alarm.title: alarm for alarm in monitoring.alarms}
    scope.add(
        arczonalshift.ZonalAutoshiftConfiguration(
            "ZonalAutoshift",
            ResourceIdentifier=load_balancer.balancer.ref(),
            ZonalAutoshiftStatus="ENABLED",
            PracticeRunConfiguration=arczonalshift.PracticeRunConfiguration(
                # No practice run while tasks are missing: the other zones must carry the load.
                # CloudFormation accepts one alarm. While scaling has added tasks, only the one that
                # compares two numbers notices that some are missing.
                BlockingAlarms=[
                    _condition(alarms.get("MissingTasksAlarm", alarms["TaskFailureAlarm"]))
                ],
                # A practice run that clients notice ends at once.
                OutcomeAlarms=[_condition(alarms["ResponseTimeAlarm"])],
            ),
        )
    )


def _condition(
    alarm: cloudwatch.Alarm | cloudwatch.CompositeAlarm,
) -> arczonalshift.ControlCondition:
    return arczonalshift.ControlCondition(Type="CLOUDWATCH", AlarmIdentifier=alarm.get_att("Arn"))
