"""Adds alerts about the loss of the other region, from the region that survives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from awacs import events as event_actions
from awacs import sts
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement
from troposphere import If, Sub, events, iam

from payment_templates import naming
from payment_templates.tiers.encryption import EVENT_RULES

from .alarms import Signal, add_alarm
from .metrics import Metric

if TYPE_CHECKING:
    from troposphere import Parameter, cloudwatch

    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.notifications import Notifications

# The least age at which EventBridge gives an event up: PutTargets, RetryPolicy.
EVENT_SECONDS = 60
# A heartbeat that is repeated is counted a minute later, once it has failed.
STOPPED_MINUTES = 2
# A short disturbance is no region failure.
EVENT_RETRIES = 3


def add_region_alerts(
    scope: Scope,
    *,
    parameters: Parameters,
    conditions: Conditions,
    notifications: Notifications,
    compute: Compute,
) -> tuple[cloudwatch.Alarm, ...]:
    """Add an alarm on the way to the other region, and one on the heartbeat that asks it.

    It reports the loss of either region, and needs no third one: health checks of Route 53 have
    metrics only in us-east-1.
    """
    home, second = parameters.database_home_region, parameters.second_region
    if not (home and second and conditions.is_database_home):
        return ()
    # Fn::Sub takes no condition, so each region is a text of its own.
    bus = If(conditions.is_database_home, _bus_in(second), _bus_in(home))
    heartbeat = _add_heartbeat(scope, bus)
    signals = (_other_region_unreachable(heartbeat), _heartbeat_stopped(heartbeat))
    return tuple(add_alarm(scope, notifications, compute, signal) for signal in signals)


def _other_region_unreachable(heartbeat: events.Rule) -> Signal:
    return Signal(
        logical_id="OtherRegionAlarm",
        name="other-region",
        description="The other region accepts no events",
        # "The number of invocations that failed permanently":
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
        # A success gives no point of it:
        # https://repost.aws/knowledge-center/troubleshoot-eb-cross-region-cross-account-rules
        measure=Metric(
            namespace="AWS/Events",
            name="FailedInvocations",
            dimensions={"RuleName": heartbeat.ref()},
            statistic="Sum",
        ),
        comparison="GreaterThanThreshold",
        threshold=0,
        # A minute without a failure has no point.
        missing="notBreaching",
    )


def _heartbeat_stopped(heartbeat: events.Rule) -> Signal:
    return Signal(
        logical_id="HeartbeatAlarm",
        name="heartbeat-stopped",
        description="This region does not ask whether the other region accepts events",
        # Each invocation, whether it succeeds or fails permanently:
        # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
        # AWS documents targets in another region for rules on events. If a schedule could not have
        # one, there would be no invocation.
        measure=Metric(
            namespace="AWS/Events",
            name="Invocations",
            dimensions={"RuleName": heartbeat.ref()},
            statistic="Sum",
        ),
        comparison="LessThanThreshold",
        threshold=1,
        missing="breaching",
        periods=STOPPED_MINUTES,
    )


def _bus_in(region: Parameter) -> Sub:
    place = f"${{{region.title}}}:${{AWS::AccountId}}"
    return Sub(f"arn:${{AWS::Partition}}:events:{place}:event-bus/default")


def _add_heartbeat(scope: Scope, bus: If) -> events.Rule:
    # No rule in the other region matches these events: it only has to accept them.
    # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html
    role = _add_role(scope)
    policy = scope.add(
        iam.ManagedPolicy(
            "HeartbeatPolicy",
            ManagedPolicyName=naming.physical_name("AWS::IAM::ManagedPolicy", "heartbeat"),
            Roles=[role.ref()],
            PolicyDocument=PolicyDocument(
                Version="2012-10-17",
                Statement=[
                    Statement(
                        Sid="Send",
                        Effect=Allow,
                        Action=[event_actions.PutEvents],
                        Resource=[bus],
                    )
                ],
            ),
        )
    )
    return scope.add(
        events.Rule(
            "HeartbeatRule",
            # Not one heartbeat fails before the policy exists or after it is deleted.
            DependsOn=[policy.title],
            Name=naming.physical_name("AWS::Events::Rule", "heartbeat"),
            Description="Asks every minute whether the other region accepts events",
            State="ENABLED",
            ScheduleExpression="rate(1 minute)",
            Targets=[
                events.Target(
                    Id="other-region",
                    Arn=bus,
                    RoleArn=role.get_att("Arn"),
                    RetryPolicy=events.RetryPolicy(
                        MaximumEventAgeInSeconds=EVENT_SECONDS, MaximumRetryAttempts=EVENT_RETRIES
                    ),
                )
            ],
            Tags=naming.tags("heartbeat"),
        )
    )


def _add_role(scope: Scope) -> iam.Role:
    rule = naming.physical_name("AWS::Events::Rule", "heartbeat").data["Fn::Sub"]
    trust = Statement(
        Effect=Allow,
        Principal=Principal("Service", EVENT_RULES),
        Action=[sts.AssumeRole],
        Condition=Condition(
            ArnLike(
                "aws:SourceArn",
                Sub(
                    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}"
                    f":rule/{rule}"
                ),
            )
        ),
    )
    return scope.add(
        iam.Role(
            "HeartbeatRole",
            RoleName=naming.physical_name("AWS::IAM::Role", "heartbeat"),
            AssumeRolePolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[trust]),
            Tags=naming.tags("heartbeat-role"),
        )
    )
