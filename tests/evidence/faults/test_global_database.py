"""A global database: what evidence says of it, and which single fault breaks which promise."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.evidence import Verdict
from payment_templates.evidence.machine_output import recovery_document
from payment_templates.evidence.recovery.disruptions import recoveries_of
from payment_templates.evidence.text_output import recovery_time
from payment_templates.report.page.weak_steps import what_decides
from tests.evidence.changes import append, cut, drop, put
from tests.evidence.global_database import (
    HOME,
    NO_VALUE,
    OTHER,
    WRITER_ALARM,
    at_home,
    bound,
    finding,
    settings,
    topology,
    watching,
)
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from payment_templates.evidence.recovery.recovery import Recovery
    from tests.evidence.changes import Change

CLUSTER = "DatabaseCluster.Properties"
INSTANCES = ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
HOME_ONLY = "Conditions.IsDatabaseHome"
PAYMENTS, BOUND = "payments-survive-region-loss", "lost-payments-are-bounded"
REST, DETECTED = "alarms-rest-while-healthy", "region-loss-detected"
STATE = "no-update-replaces-state"
OTHER_ALARM = "OtherRegionAlarm.Properties"
LAG_NAMES = ("ReplicationLagAlarm", "ReplicationLagOfSourceAlarm")
LAG_ALARMS = tuple(f"{name}.Properties" for name in LAG_NAMES)
LAG_ALARM = LAG_ALARMS[0]
JOINT = "DatabaseSilentAlarm.Properties"
HEARTBEAT = "HeartbeatRule.Properties"
OWN_BUS = {"Fn::Sub": "arn:aws:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"}
SILENT = put(f"{OTHER_ALARM}.AlarmActions", [])
LAG_ONLY = {
    "Namespace": "AWS/RDS",
    "MetricName": "AuroraGlobalDBReplicationLag",
    "Dimensions": [{"Name": "DBClusterIdentifier", "Value": {"Ref": "DatabaseCluster"}}],
    "Statistic": "Maximum",
    "Period": 60,
    "EvaluationPeriods": 3,
    "ComparisonOperator": "GreaterThanThreshold",
    "Threshold": 60000,
    "AlarmActions": [{"Ref": "AlertTopic"}],
}


def lag_alarm(missing: str) -> tuple[Change, ...]:
    """Watch the replication lag alone."""
    return (
        put("LagAlarm", {"Type": "AWS::CloudWatch::Alarm", "Properties": LAG_ONLY}),
        put("LagAlarm.Properties.TreatMissingData", missing),
    )


MUTATIONS = (
    mutation(
        "the other cluster does not join",
        PAYMENTS,
        cut(f"{CLUSTER}.GlobalClusterIdentifier"),
    ),
    mutation(
        "the other cluster joins another global database",
        PAYMENTS,
        put(f"{CLUSTER}.GlobalClusterIdentifier.Fn::If.2", "payment-global"),
    ),
    mutation("the other cluster has no source region", PAYMENTS, cut(f"{CLUSTER}.SourceRegion")),
    mutation("the clusters have no key of their own", PAYMENTS, cut(f"{CLUSTER}.KmsKeyId")),
    mutation(
        "the other cluster has a user", PAYMENTS, put(f"{CLUSTER}.MasterUsername", "payment_admin")
    ),
    mutation(
        "the other cluster has a database name",
        PAYMENTS,
        put(f"{CLUSTER}.DatabaseName", "payments"),
    ),
    mutation(
        "RDS manages the password",
        PAYMENTS,
        put(f"{CLUSTER}.ManageMasterUserPassword", value=True),
    ),
    mutation(
        "the writer has a burstable class",
        PAYMENTS,
        put("DatabaseWriter.Properties.DBInstanceClass", "db.t4g.large"),
    ),
    mutation(
        "a reader has a burstable class",
        PAYMENTS,
        put("DatabaseReader2.Properties.DBInstanceClass", "db.t4g.large"),
    ),
    mutation(
        "the other region has no instance",
        PAYMENTS,
        *(put(f"{name}.Condition", "IsDatabaseHome") for name in INSTANCES),
        cut("DatabaseInstanceEvents.Properties.SourceIds"),
        drop("DatabaseEventRule"),
        drop("WritesNotBlockedRule"),
    ),
    mutation("the global database is not made", PAYMENTS, drop("GlobalDatabase")),
    mutation("the bound is 10 s", PAYMENTS, bound(at_home("10"))),
    mutation("nothing bounds the lost payments", BOUND, settings()),
    mutation(
        "only the other region has the bound",
        BOUND,
        bound({"Fn::If": ["IsDatabaseHome", NO_VALUE, "60"]}),
    ),
    mutation("both regions have the bound", BOUND, bound("60")),
    mutation(
        "the cluster has the default parameter group",
        BOUND,
        cut(f"{CLUSTER}.DBClusterParameterGroupName"),
    ),
    mutation(
        "the preferred region is where the database is made",
        STATE,
        put(HOME_ONLY, {"Fn::Equals": [{"Ref": "AWS::Region"}, {"Ref": "PrimaryRegion"}]}),
    ),
    mutation(
        "the cluster has no fixed name",
        STATE,
        cut(f"{CLUSTER}.DBClusterIdentifier"),
    ),
    mutation(
        "the cluster does not show where it was made",
        STATE,
        cut(f"{CLUSTER}.SourceRegion"),
        put(f"{CLUSTER}.DatabaseName", "payments"),
    ),
    mutation(
        "the engine's version names the database",
        STATE,
        put(f"{CLUSTER}.DatabaseName", at_home({"Fn::Sub": "p${DBEngineVersion}"})),
    ),
    mutation(
        "the writer's alarm does not know the lag",
        REST,
        *watching("FILL(connections, 0) + 0 * FILL(lag, 0)"),
    ),
    mutation(
        "the alarm of the lag fires where there is none",
        REST,
        *lag_alarm("breaching"),
    ),
    mutation(
        "the writer's alarm watches only the lag",
        "alarm-on-database",
        *watching("IF(lag > 60000, 0, 1) + 0 * connections"),
    ),
    mutation(
        "the writer's alarm takes no data for a connection",
        "alarm-on-database",
        put(f"{WRITER_ALARM}.TreatMissingData", "notBreaching"),
    ),
    mutation(
        "the writer's alarm takes no data for a failure in both regions",
        REST,
        put(f"{WRITER_ALARM}.TreatMissingData", "breaching"),
    ),
    mutation(
        "a lag's alarm takes no data for a failure in both regions",
        REST,
        put(f"{LAG_ALARM}.TreatMissingData", "breaching"),
    ),
    mutation(
        "the joint alarm asks for one silent role",
        REST,
        put(f"{JOINT}.AlarmRule", {"Fn::Sub": "INSUFFICIENT_DATA(${DatabaseFailoverAlarm})"}),
    ),
    mutation(
        "two heartbeats a minute are expected",
        REST,
        put("HeartbeatAlarm.Properties.Threshold", 2),
    ),
    mutation("the joint alarm is always true", REST, put(f"{JOINT}.AlarmRule", "TRUE")),
    mutation(
        "the joint alarm asks for any silent role",
        REST,
        put(
            f"{JOINT}.AlarmRule",
            {
                "Fn::Sub": "INSUFFICIENT_DATA(${DatabaseFailoverAlarm}) "
                "OR INSUFFICIENT_DATA(${ReplicationLagAlarm})"
            },
        ),
    ),
    mutation(
        "the joint alarm asks for alarms in ALARM",
        "alarm-on-database",
        put(f"{JOINT}.AlarmRule", {"Fn::Sub": "ALARM(${DatabaseFailoverAlarm})"}),
    ),
    mutation(
        "the joint alarm depends on itself",
        "alarm-on-database",
        put(
            f"{JOINT}.AlarmRule",
            {
                "Fn::Sub": "INSUFFICIENT_DATA(${DatabaseFailoverAlarm}) "
                "AND NOT ALARM(payment-database-silent-${EnvironmentSuffix})"
            },
        ),
    ),
    mutation(
        "the joint alarm has a rule that CloudWatch refuses",
        "alarm-on-database",
        put(f"{JOINT}.AlarmRule", {"Fn::Sub": "MISSING(${DatabaseFailoverAlarm})"}),
    ),
    mutation(
        "the joint alarm has no action",
        "alerts-reach-subscribers",
        cut(f"{JOINT}.AlarmActions"),
    ),
    mutation(
        "the global database goes after the instances",
        "resources-wait-for-what-they-need",
        cut("GlobalDatabase.DependsOn"),
    ),
    mutation(
        "the region's own deletion protects no global database",
        "deletion-refused-at-once",
        *(
            put(f"{name}.Properties.DeletionProtection", value=False)
            for name in ("DatabaseCluster", "GlobalDatabase")
        ),
        put("LoadBalancer.Properties.LoadBalancerAttributes.0.Value", "false"),
    ),
    mutation(
        "the copy of the other region is not encrypted",
        "encrypted-at-rest",
        put(f"{CLUSTER}.StorageEncrypted", {"Fn::If": ["IsDatabaseHome", True, False]}),
    ),
    mutation(
        "the cluster of the other region leaves no last snapshot",
        "data-survives-deletion",
        put("DatabaseCluster.DeletionPolicy", "Delete"),
    ),
    mutation(
        "the password is in the template",
        "secrets-not-in-clear",
        put(f"{CLUSTER}.MasterUserPassword", at_home("Example-password-1")),
    ),
    mutation(
        "the heartbeat's role has one name in both regions",
        "names-unique-across-regions",
        put("HeartbeatRole.Properties.RoleName", {"Fn::Sub": "heartbeat-${EnvironmentSuffix}"}),
    ),
    mutation(
        "nine tasks at 70 % are too few without a zone",
        "load-carried-after-zone-loss",
        put("ScalingPolicy.Properties.TargetTrackingScalingPolicyConfiguration.TargetValue", 70),
    ),
    mutation(
        "six tasks at the least",
        "load-carried-after-zone-loss",
        put("ScalableTarget.Properties.MinCapacity", 6),
        put("ScalingPolicy.Properties.TargetTrackingScalingPolicyConfiguration.TargetValue", 65),
    ),
    mutation(
        "practice runs overload the tasks",
        "practice-runs-are-guarded",
        put("ScalingPolicy.Properties.TargetTrackingScalingPolicyConfiguration.TargetValue", 70),
    ),
    mutation(
        "no alarm ends a practice run",
        "practice-runs-are-guarded",
        cut("ZonalAutoshift.Properties.PracticeRunConfiguration.OutcomeAlarms"),
    ),
    mutation(
        "the alarm that ends a practice run never fires",
        "practice-runs-are-guarded",
        put("ResponseTimeAlarm.Properties.MetricName", "TargetResponseTimes"),
    ),
    mutation(
        "the load balancer does not take part in zonal shifts",
        "practice-runs-are-guarded",
        put("LoadBalancer.Properties.LoadBalancerAttributes", []),
    ),
    mutation(
        "a move of the writer is not subscribed to",
        "database-move-detected",
        put("DatabaseClusterEvents.Properties.EventCategories", ["failover", "failure"]),
        drop("DatabaseEventRule"),
    ),
    mutation(
        "only moves of another cluster are subscribed to",
        "database-move-detected",
        put("DatabaseClusterEvents.Properties.SourceIds", ["other"]),
        drop("DatabaseEventRule"),
    ),
    mutation(
        "a failover that did not block writes is not reported",
        "unblocked-writes-detected",
        drop("WritesNotBlockedRule"),
    ),
    mutation(
        "only one instance may report unblocked writes",
        "unblocked-writes-detected",
        put(
            "WritesNotBlockedRule.Properties.EventPattern.detail.SourceIdentifier",
            [{"Ref": "DatabaseWriter"}],
        ),
    ),
    mutation(
        "blocked writes are reported instead of unblocked ones",
        "unblocked-writes-detected",
        put("WritesNotBlockedRule.Properties.EventPattern.detail.EventID", ["RDS-EVENT-0390"]),
    ),
    mutation(
        "a rule has no topic",
        "events-reach-subscribers",
        put("TaskStoppedRule.Properties.Targets.0.Arn", OWN_BUS),
        append(
            "TaskStoppedRule.Properties.Targets",
            {"Id": "topic", "Arn": "arn:aws:sns:us-east-1:111122223333:nowhere"},
        ),
    ),
    mutation(
        "the records fail over to a region without a check",
        "dns-fails-over",
        cut("DnsRecord.Properties.HealthCheckId"),
    ),
    mutation(
        "both regions are primary",
        "regions-take-both-failover-roles",
        put("DnsRecord.Properties.Failover", "PRIMARY"),
    ),
    mutation(
        "tasks may log in as the administrator",
        "iam-logins-name-their-database",
        put(
            "TaskPolicy.Properties.PolicyDocument.Statement.1.Resource.0.Fn::Sub",
            "arn:${AWS::Partition}:rds-db:${AWS::Region}:${AWS::AccountId}:dbuser:"
            "${DatabaseCluster.DBClusterResourceId}/*",
        ),
    ),
    mutation(
        "IAM logins are off",
        "iam-logins-name-their-database",
        put(f"{CLUSTER}.EnableIAMDatabaseAuthentication", value=False),
    ),
    mutation(
        "tasks write to the readers",
        "tasks-use-their-database",
        put(
            "TaskDefinition.Properties.ContainerDefinitions.0.Environment.1.Value",
            {"Fn::GetAtt": ["DatabaseCluster", "ReadEndpoint.Address"]},
        ),
    ),
)


@cache
def verdict_before(claim: str, region: str) -> Verdict:
    """Judge the template as it is."""
    return finding(claim, region=region).verdict


@pytest.mark.parametrize("fault", MUTATIONS, ids=lambda fault: fault.title)
def test_single_fault_breaks_its_promise(fault: Mutation) -> None:
    before = {verdict_before(fault.claim, region) for region in (HOME, OTHER)}

    assert Verdict.BROKEN not in before
    assert any(
        finding(fault.claim, *fault.changes, region=region).verdict is Verdict.BROKEN
        for region in (HOME, OTHER)
    )


def test_titles_are_unique() -> None:
    titles = [fault.title for fault in MUTATIONS]

    assert len(set(titles)) == len(titles) >= 20


@pytest.mark.parametrize("region", [HOME, OTHER])
def test_no_promise_is_broken_by_a_global_database(region: str) -> None:
    claims = (
        *(PAYMENTS, BOUND, REST, STATE, DETECTED, "secrets-not-in-clear"),
        *("changed-password-reaches-database", "tasks-use-their-database"),
        *("database-move-detected", "practice-runs-are-guarded", "events-reach-subscribers"),
        "unblocked-writes-detected",
    )

    verdicts = {verdict_before(claim, region) for claim in claims}

    assert not verdicts & {Verdict.BROKEN, Verdict.UNKNOWN}


def region_row(*changes: Change, region: str = HOME, **parameters: str) -> Recovery:
    """Return the recovery from the loss of a region."""
    return recoveries_of((topology(*changes, region=region, **parameters),))[-1]


def worst(recovery: Recovery, what: str) -> str:
    """Return the worst time until something works again."""
    (chain,) = (chain for chain in recovery.chains if chain.what.startswith(what))
    return str(chain.span.worst)


def test_lost_seconds_have_a_bound_where_the_database_starts() -> None:
    loss = region_row(BoundLostPayments="true").loss

    assert loss
    assert loss.seconds == 60
    assert "stops commits rather than lose more" in str(loss)


@pytest.mark.parametrize(
    ("changes", "region"),
    [((settings(),), HOME), ((), OTHER)],
    ids=["without a parameter", "after a switchover"],
)
def test_lost_seconds_have_no_bound(changes: tuple[Change, ...], region: str) -> None:
    loss = region_row(*changes, region=region).loss

    assert loss
    assert loss.seconds is None
    assert str(loss).startswith("unbounded")
    assert "writes that are not yet copied, typically about a second" in str(loss)


@pytest.mark.parametrize(
    ("changes", "bounded", "why"),
    [
        ((), "false", "only with BoundLostPayments=true: at most 60 s"),
        ((), "true", "at most 60 s: the database stops commits rather than lose more"),
        ((bound(at_home("60")),), "false", "from its creation: payments wait until the other"),
    ],
    ids=["off", "on", "from the first creation"],
)
def test_bound_is_an_operators_choice(changes: tuple[Change, ...], bounded: str, why: str) -> None:
    found = finding(BOUND, *changes, BoundLostPayments=bounded)

    assert found.verdict is Verdict.CONDITIONAL
    assert why in found.why


def test_loss_names_the_parameter_that_bounds_it() -> None:
    assert "unbounded, or at most 60 s with BoundLostPayments=true: " in str(region_row().loss)


def test_requests_fail_over_by_themselves_and_writes_wait_for_an_operator() -> None:
    row = region_row()

    assert worst(row, "requests") == "66 s"
    assert worst(row, "writes") == "no stated time"
    assert "failover --to us-west-2 --allow-data-loss" in row.chains[1].steps[0].how
    # The time of the requests does not read like that of the writes.
    assert recovery_time(row) == (
        "requests through DnsRecord: best 20 s, typical 55 s, worst 66 s; writes: no stated time"
    )
    document: Any = recovery_document(row)
    assert not document["rto"]["stated"]
    assert [chain["time"]["stated"] for chain in document["chains"]] == [True, False]
    assert what_decides(row) == (
        "an operator starts the failover of the database and the cluster of the other region "
        "becomes the primary one: AWS states no time"
    )


def test_region_failure_has_no_time_if_all_wait_for_an_operator() -> None:
    row = region_row(ReadinessPath="/ready")

    assert str(row.span) == "no stated time, at least 20 s"
    assert recovery_time(row) == (
        "requests through DnsRecord: no stated time, at least 20 s; writes: no stated time"
    )


def test_requests_wait_for_the_writer_if_the_health_check_asks_for_it() -> None:
    row = region_row(ReadinessPath="/ready")

    assert worst(row, "requests") == "66 s or more"
    assert [step.what for step in row.chains[0].steps][2:] == [
        "Route 53's health check passes",
        "clients resolve the name again",
    ]


def test_bound_of_the_other_region_stops_commits_after_a_failover() -> None:
    usual, stopped = region_row(), region_row(bound("60"))

    assert len(stopped.chains[1].steps) == len(usual.chains[1].steps) + 1
    assert "until the failed region has a copy again" in stopped.chains[1].steps[-1].how


@pytest.mark.parametrize(
    ("readiness", "why"),
    [
        ("", "HealthCheck asks /, which does not tell"),
        ("/ready", "if /ready, which HealthCheck asks, succeeds only where the database takes"),
    ],
)
def test_record_follows_the_writer_only_with_a_path_of_its_own(readiness: str, why: str) -> None:
    found = finding("dns-fails-over", ReadinessPath=readiness)

    assert found.verdict is Verdict.CONDITIONAL
    assert why in found.why


@pytest.mark.parametrize(
    ("lost", "reporters"),
    [
        (
            HOME,
            ", ".join(("OtherRegionAlarm", "DatabaseSilentAlarm", *LAG_NAMES)) + " in us-west-2",
        ),
        (OTHER, "OtherRegionAlarm in us-east-1"),
    ],
)
def test_each_region_reports_the_loss_of_the_other(lost: str, reporters: str) -> None:
    found = finding(DETECTED, region=lost)

    assert found.verdict is Verdict.CONDITIONAL
    assert reporters in found.why
    assert "s at worst" in found.why


@pytest.mark.parametrize(
    ("changes", "watched"),
    [
        ((), True),
        ((put("HeartbeatAlarm.Properties.AlarmActions", []),), False),
        ((put("HeartbeatAlarm.Properties.TreatMissingData", "notBreaching"),), False),
        ((put("HeartbeatAlarm.Properties.Dimensions.0.Value", {"Ref": "TaskStoppedRule"}),), False),
    ],
    ids=["as it is", "no action", "none is enough", "another rule"],
)
def test_schedule_that_sends_nothing_is_noticed(
    changes: tuple[Change, ...], *, watched: bool
) -> None:
    found = finding(DETECTED, *changes, region=OTHER)

    assert ("a schedule can send to another region" not in found.why) is watched


@pytest.mark.parametrize(
    ("lost", "changes"),
    [
        (OTHER, (put(f"{OTHER_ALARM}.AlarmActions", []),)),
        (OTHER, (put(f"{OTHER_ALARM}.Threshold", 1),)),
        (OTHER, (cut(f"{HEARTBEAT}.Targets.0.RetryPolicy.MaximumEventAgeInSeconds"),)),
        (OTHER, (cut(f"{HEARTBEAT}.Targets.0.RetryPolicy"),)),
        (OTHER, (put(f"{HEARTBEAT}.Targets.0.Arn", OWN_BUS),)),
        (OTHER, (put(f"{HEARTBEAT}.ScheduleExpression", ""),)),
        (HOME, (SILENT, put(f"{LAG_ALARM}.TreatMissingData", "notBreaching"))),
        (HOME, (SILENT, put(f"{JOINT}.AlarmActions", []))),
        (HOME, (SILENT, put(f"{JOINT}.ActionsEnabled", value=False))),
        (HOME, (SILENT, put(f"{JOINT}.AlarmRule", "FALSE"))),
        (HOME, (SILENT, *(put(f"{name}.AlarmActions", []) for name in LAG_ALARMS))),
        (HOME, (put("AlertEmailSubscription.Condition", "IsDatabaseHome"),)),
    ],
    ids=[
        "no action",
        "one failed heartbeat is too few",
        "heartbeats of any age are repeated",
        "heartbeats are repeated for a day",
        "heartbeats go to the own region",
        "heartbeats without a schedule",
        "no data is no lag",
        "no action without a lag",
        "actions are off without a lag",
        "no alarm is asked without a lag",
        "no action on the lag",
        "only the home region has a subscriber",
    ],
)
def test_loss_of_a_region_without_a_report(lost: str, changes: tuple[Change, ...]) -> None:
    assert verdict_before(DETECTED, lost) is not Verdict.BROKEN

    assert finding(DETECTED, *changes, region=lost).verdict is Verdict.BROKEN


def test_autoshift_takes_an_impaired_zone_out_of_service() -> None:
    usual = recoveries_of((topology(),))
    alone = recoveries_of((topology(drop("ZonalAutoshift")),))

    by_aws, by_operator = (
        next(row for row in rows if "impaired" in row.fault) for rows in (usual, alone)
    )

    assert str(by_aws.chains[0].span.best) == "0 s"
    assert "zonal autoshift" in by_aws.chains[0].steps[0].how
    assert str(by_operator.chains[0].span.best) == "no stated time"


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ((), ("0 s", "60 s or more", "60 s or more")),
        (
            (drop("ZonalAutoshift"),),
            ("no stated time", *["no stated time, at least 60 s"] * 2),
        ),
    ],
    ids=["by AWS", "by an operator"],
)
def test_best_time_never_reads_worse_than_the_typical_one(
    changes: tuple[Change, ...], texts: tuple[str, str, str]
) -> None:
    rows = recoveries_of((topology(*changes),))
    (span,) = (row.span for row in rows if "impaired" in row.fault)

    assert span
    assert span.texts == texts
    assert str(span) == (
        "best 0 s, typical 60 s or more, worst 60 s or more" if span.is_stated else "no stated time"
    )


@pytest.mark.parametrize("region", [HOME, OTHER])
def test_tasks_of_both_regions_log_in_to_the_same_database(region: str) -> None:
    found = finding("tasks-use-their-database", region=region)

    assert found.why == "if DatabaseCluster has a user payment_app, as application.DB_USERNAME says"
    assert "application.DB_NAME: the database payments of DatabaseCluster" in found.evidence


def test_writer_endpoint_is_open_in_a_region_that_starts_without_a_writer() -> None:
    endpoint = put(
        "WriterParameter.Properties.Value", {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]}
    )

    home, other = (
        finding("tasks-use-their-database", endpoint, region=region) for region in (HOME, OTHER)
    )

    assert "starts without a writer" not in home.why
    assert "the writer endpoint that WriterParameter reads" in other.why


def test_availability_of_two_regions_depends_on_the_operator() -> None:
    found = finding("availability-of-two-regions")

    assert "and an operator moves the writer at once" in found.why


@pytest.mark.parametrize(
    ("given", "alone"),
    [
        ({}, True),
        ({"SecondAlertEmail": "second@example.com"}, False),
        ({"AlertUrl": "https://events.example.com/alerts"}, False),
    ],
)
def test_only_endpoint_of_the_alerts_is_a_condition(given: dict[str, str], *, alone: bool) -> None:
    found = finding("alerts-reach-subscribers", **given)

    assert ("no other endpoint gets the alerts" in found.why) is alone


def test_chat_channel_is_an_endpoint_of_both_regions() -> None:
    channel = {"SlackWorkspaceId": "T0EXAMPLE", "SlackChannelId": "C0EXAMPLE"}

    found = finding("alerts-reach-subscribers", region=OTHER, **channel)

    assert "AlertTopic -> a chat channel" in found.evidence


# "The names you choose for each of your Aurora DB clusters must be unique, across all AWS Regions."
@pytest.mark.parametrize("region", [HOME, OTHER])
def test_clusters_of_one_database_have_names_of_their_own(region: str) -> None:
    name = {"Fn::Sub": "payment-aurora-cluster-${EnvironmentSuffix}"}
    same = put("DatabaseCluster.Properties.DBClusterIdentifier", name)

    assert finding("names-unique-across-regions", region=region).verdict is Verdict.KEPT
    found = finding("names-unique-across-regions", same, region=region)
    assert found.verdict is Verdict.BROKEN
    assert "payment-aurora-cluster-" in found.why


def test_other_region_is_the_one_that_the_rules_accept() -> None:
    values = {"DatabaseHomeRegion": "eu-west-1", "SecondRegion": "eu-central-1"}

    other = topology(region="eu-west-1", PrimaryRegion="eu-west-1", **values).counterpart

    assert other
    assert other.stack.region == "eu-central-1"


EVENTS, SLACK = "events-reach-subscribers", {"SlackWorkspaceId": "T1", "SlackChannelId": "C1"}
TASK_TEXT = "TaskStoppedRule.Properties.Targets.0.InputTransformer.InputTemplate"


@pytest.mark.parametrize(
    ("changes", "shows_rule"),
    [
        ((), True),
        ((put(TASK_TEXT, '{"what":"A task stopped","task":<task>,"code":<code>}'),), False),
        (
            (put(TASK_TEXT, '{"version":"1.0","source":"custom","content":{"title":<task>}}'),),
            False,
        ),
    ],
    ids=["in the format", "another text", "without a description"],
)
def test_chat_channel_does_not_get_what_it_drops(
    changes: tuple[Change, ...], *, shows_rule: bool
) -> None:
    found = finding(EVENTS, *changes, region=OTHER, **SLACK)

    (dropped,) = (line for line in found.evidence if line.startswith("chat channels show nothing"))
    assert "DatabaseClusterEvents" in dropped
    assert "DatabaseEventRule" not in dropped
    assert ("TaskStoppedRule" not in dropped) is shows_rule


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ((), True),
        ((drop("DatabaseEventRule"),), False),
        (
            (
                put(
                    "DatabaseEventRule.Properties.EventPattern.detail.EventCategories", ["failover"]
                ),
            ),
            False,
        ),
        (
            (put("DatabaseEventRule.Properties.Targets.0.InputTransformer.InputTemplate", "{}"),),
            False,
        ),
    ],
    ids=["as it is", "no rule", "another category", "another format"],
)
def test_chat_channel_shows_a_move_of_the_writer(
    changes: tuple[Change, ...], *, shown: bool
) -> None:
    found = finding("database-move-detected", *changes, region=OTHER, **SLACK)

    assert found.verdict is Verdict.CONDITIONAL
    assert ("chat channels do not show it" not in found.why) is shown


@pytest.mark.parametrize("given", [{"AlertUrl": "https://events.example.com/a"}, SLACK])
def test_program_is_no_second_person(given: dict[str, str]) -> None:
    found = finding("alerts-reach-subscribers", region=OTHER, **given)

    assert "a program that shows them is not in the template" in found.why


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), Verdict.KEPT),
        ((drop("MissingTasksAlarm"),), Verdict.CONDITIONAL),
        ((put("MissingTasksAlarm.Properties.Threshold", 1),), Verdict.CONDITIONAL),
    ],
    ids=["as it is", "without a comparison", "one may be missing"],
)
def test_missing_task_is_noticed_while_scaled_out(
    changes: tuple[Change, ...], expected: Verdict
) -> None:
    # Nothing else names the alarm.
    alone = (
        cut("ZonalAutoshift.Properties.PracticeRunConfiguration.BlockingAlarms"),
        put("Dashboard.Properties.DashboardBody", "{}"),
    )

    found = finding("alarm-on-tasks", *alone, *changes)

    assert found.verdict is expected
