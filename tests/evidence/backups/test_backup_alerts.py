"""Which failures of AWS Backup send an alert."""

from __future__ import annotations

from copy import deepcopy

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.backups.test_backups import finding
from tests.evidence.changes import Change, Json, append, cut, drop, put
from tests.evidence.global_database import OTHER
from tests.evidence.global_database import finding as judged

_CLAIM = "failed-backups-detected"
_PATTERN = "BackupFailedRule.Properties.EventPattern"
_DETAIL = f"{_PATTERN}.detail"
_VAULT = "arn:${AWS::Partition}:backup:%s:${AWS::AccountId}:backup-vault:payment-vault-%s"
_SUFFIX = "${EnvironmentSuffix}"
_OTHER_VAULT = {"Fn::Sub": _VAULT % ("${SecondRegion}", _SUFFIX)}


def _verdict(*changes: Change) -> Verdict:
    return finding(_CLAIM, *changes).verdict


def _matching(**detail: object) -> Change:
    """Match failures by these fields alone."""
    return put(_DETAIL, {"state": ["ABORTED", "EXPIRED", "FAILED"], **detail})


def _states(*states: str) -> Change:
    return put(f"{_DETAIL}.state", [*states])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(drop("BackupFailedRule"), id="no rule"),
        pytest.param(cut(f"{_DETAIL}.$or.1"), id="no copies"),
        pytest.param(cut(f"{_DETAIL}.$or.0"), id="no backups"),
        pytest.param(_states("COMPLETED"), id="success alone"),
        pytest.param(_states("FAILED"), id="no expired jobs"),
        pytest.param(_states("FAILED", "ABORTED"), id="no expired jobs, but canceled ones"),
        pytest.param(_states("EXPIRED", "ABORTED"), id="no failed jobs"),
        pytest.param(
            _matching(resourceArn=["arn:aws:rds:us-east-1:111122223333:cluster:orders"]),
            id="another cluster",
        ),
        pytest.param(_matching(resourceType=["RDS"]), id="another kind of database"),
        pytest.param(_matching(destinationBackupVaultArn=[_OTHER_VAULT]), id="copies alone"),
        pytest.param(
            _matching(iamRoleArn=["arn:aws:iam::111122223333:role/orders"]), id="another role"
        ),
        pytest.param(
            put(f"{_PATTERN}.resources", [{"prefix": "arn:aws:rds:"}]),
            id="backups have no resource",
        ),
    ],
)
def test_failure_that_nothing_reports_breaks_the_promise(change: Change) -> None:
    assert _verdict() is Verdict.KEPT

    assert _verdict(change) is Verdict.BROKEN


# The fields of AWS's own examples.
@pytest.mark.parametrize(
    "change",
    [
        cut(f"{_DETAIL}.$or"),
        put(f"{_PATTERN}.version", ["0"]),
        put(f"{_PATTERN}.id", [{"exists": True}]),
        put(f"{_PATTERN}.time", [{"exists": True}]),
        _matching(iamRoleArn=[{"Fn::GetAtt": ["BackupRole", "Arn"]}]),
        _matching(resourceArn=[{"Fn::GetAtt": ["DatabaseCluster", "DBClusterArn"]}]),
        _matching(resourceArn=[{"wildcard": "arn:aws:rds:*:*:cluster:payment-aurora-*"}]),
        _matching(resourceType=["Aurora"], statusMessage=[{"exists": True}]),
        put(
            f"{_DETAIL}.$or.1",
            {"destinationBackupVaultArn": [_OTHER_VAULT], "copyJobId": [{"exists": True}]},
        ),
    ],
)
def test_rule_may_match_each_field_of_the_event(change: Change) -> None:
    assert _verdict(change) is Verdict.KEPT


# Its jobs are for what the template does not show.
def test_plan_without_a_database_of_the_stack_is_examined_too() -> None:
    other = drop("BackupSelection")

    assert _verdict(other) is Verdict.KEPT
    assert _verdict(other, _states("FAILED")) is Verdict.BROKEN


def test_canceled_backup_without_alert_is_a_condition() -> None:
    after = finding(_CLAIM, _states("FAILED", "EXPIRED"))

    assert after.verdict is Verdict.CONDITIONAL
    assert "no one stops a backup of BackupPlan" in after.why


# The examples name the plan of a job that expired, and not of one that failed.
def test_rule_for_the_plan_is_a_condition() -> None:
    after = finding(_CLAIM, _matching(createdBy={"backupPlanId": [{"Ref": "BackupPlan"}]}))

    assert after.verdict is Verdict.CONDITIONAL
    assert "names its plan, as BackupFailedRule expects" in after.why


@pytest.mark.parametrize(
    "target",
    [
        "arn:aws:lambda:us-east-1:111122223333:function:chat",
        "arn:aws:sns:us-east-1:111122223333:operators",
    ],
)
def test_target_outside_the_stack_is_a_condition(target: str) -> None:
    after = finding(_CLAIM, put("BackupFailedRule.Properties.Targets.0.Arn", target))

    assert after.verdict is Verdict.CONDITIONAL
    assert "the target of BackupFailedRule sends an alert" in after.why


_TOPIC = "AlertTopicPolicy.Properties.PolicyDocument.Statement"
_PUBLISHERS = "EncryptionKey.Properties.KeyPolicy.Statement.5.Principal.Service"
_KEY = append(_PUBLISHERS, "backup.amazonaws.com")


def _admitted(condition: Json | None = None) -> Change:
    statement: Json = {
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "AlertTopic"},
    }
    return append(_TOPIC, statement | ({"Condition": condition} if condition else {}))


def _notifying(*events: str, topic: object = None) -> Change:
    notifications = {"SNSTopicArn": topic or {"Ref": "AlertTopic"}, "BackupVaultEvents": [*events]}
    return put("BackupVault.Properties.Notifications", notifications)


_ALL = _notifying("BACKUP_JOB_COMPLETED", "COPY_JOB_FAILED")


# AWS does not say whether it reports canceled backups, nor which of the two vaults reports a copy.
def test_vault_may_report_its_failures_itself() -> None:
    after = finding(_CLAIM, drop("BackupFailedRule"), _ALL, _admitted(), _KEY)

    assert after.verdict is Verdict.CONDITIONAL
    assert "report a canceled backup" in after.why
    assert "report a failed copy to us-west-2" in after.why
    assert "report a failed backup" not in after.why
    assert any(line.startswith("expired backup of BackupPlan: ") for line in after.evidence)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([_ALL, _KEY], id="the topic does not admit it"),
        pytest.param([_ALL, _admitted()], id="the key does not admit it"),
        pytest.param(
            [_ALL, _KEY, _admitted({"StringEquals": {"aws:PrincipalServiceName": "x"}})],
            id="the condition never holds",
        ),
        pytest.param(
            [_notifying("BACKUP_JOB_FAILED", "COPY_JOB_FAILED"), _KEY, _admitted()],
            id="deprecated events are sent no more",
        ),
        pytest.param([_notifying("COPY_JOB_FAILED"), _KEY, _admitted()], id="copies alone"),
        pytest.param([_notifying("BACKUP_JOB_COMPLETED"), _KEY, _admitted()], id="backups alone"),
    ],
)
def test_notifications_that_do_not_arrive_break_the_promise(changes: list[Change]) -> None:
    assert _verdict(drop("BackupFailedRule"), *changes) is Verdict.BROKEN


@pytest.mark.parametrize(
    "changes",
    [
        [_ALL, _KEY, _admitted({"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}})],
        [
            _notifying(
                *("BACKUP_JOB_COMPLETED", "COPY_JOB_FAILED"),
                topic="arn:aws:sns:us-east-1:111122223333:operators",
            )
        ],
    ],
)
def test_notifications_that_may_arrive_are_a_condition(changes: list[Change]) -> None:
    after = finding(_CLAIM, drop("BackupFailedRule"), *changes)

    assert after.verdict is Verdict.CONDITIONAL
    assert "report a failed backup" in after.why


_ALARM = "BackupMissingAlarm.Properties"
_METRIC = f"{_ALARM}.Metrics.1.MetricStat.Metric"
_STARTED = "if AWS Backup starts each job of BackupPlan"


def _type(name: str) -> Change:
    """Count the jobs of one kind of database alone."""
    return append(f"{_METRIC}.Dimensions", {"Name": "ResourceType", "Value": name})


def _plain(missing: str) -> Change:
    """Watch the metric itself instead of metric math."""

    def change(document: Json) -> None:
        fields = document["Resources"]["BackupMissingAlarm"]["Properties"]
        stat = fields.pop("Metrics")[1]["MetricStat"]
        period = {"Period": stat["Period"], "Statistic": stat["Stat"]}
        fields |= {**stat["Metric"], **period, "TreatMissingData": missing}

    return change


# Nothing else reports a job that is never started, and that takes an operator.
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(drop("BackupMissingAlarm"), id="no alarm"),
        pytest.param(put(f"{_ALARM}.ActionsEnabled", value=False), id="no actions"),
        pytest.param(put(f"{_METRIC}.MetricName", "NumberOfBackupJobsCreated"), id="jobs started"),
        pytest.param(put(f"{_METRIC}.Namespace", "AWS/RDS"), id="another service"),
        pytest.param(put(f"{_METRIC}.Dimensions.0.Value", "orders"), id="another vault"),
        pytest.param(cut(f"{_METRIC}.Dimensions"), id="no vault"),
        pytest.param(_type("RDS"), id="another kind of database"),
        pytest.param(put(f"{_ALARM}.ComparisonOperator", "GreaterThanThreshold"), id="backups"),
        pytest.param(put(f"{_ALARM}.Threshold", 0), id="never fewer than none"),
        pytest.param(put(f"{_ALARM}.Threshold", 2), id="always fewer than two"),
        pytest.param(put(f"{_ALARM}.EvaluationPeriods", 8), id="more than a week"),
        pytest.param(put(f"{_ALARM}.Metrics.0.Expression", "FILL(completed, 1)"), id="filled"),
        pytest.param(_plain("missing"), id="no data is no alarm"),
        pytest.param(_plain("notBreaching"), id="no data is healthy"),
    ],
)
def test_missing_backup_that_nothing_reports_is_a_condition(change: Change) -> None:
    after = finding(_CLAIM, change)

    assert after.verdict is Verdict.CONDITIONAL
    assert _STARTED in after.why


@pytest.mark.parametrize(
    "change",
    [
        _type("Aurora"),
        put(f"{_ALARM}.DatapointsToAlarm", 1),
        put(f"{_ALARM}.Metrics.1.MetricStat.Stat", "Maximum"),
        put(f"{_METRIC}.Dimensions.0.Value", {"Fn::Sub": "payment-vault-${EnvironmentSuffix}"}),
    ],
)
def test_other_alarms_on_missing_backups_keep_the_promise(change: Change) -> None:
    assert _verdict(change) is Verdict.KEPT


# CloudWatch evaluates older days as long as it finds data.
@pytest.mark.parametrize(("changes", "hours"), [([], 49), ([_plain("breaching")], 121)])
def test_time_until_a_missing_backup_is_reported(changes: list[Change], hours: int) -> None:
    after = finding(_CLAIM, *changes)

    assert after.verdict is Verdict.KEPT
    line = f"BackupMissingAlarm, at worst {hours} h after the last one"
    assert f"missing backup of BackupPlan: {line}" in after.evidence


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        (
            put(f"{_ALARM}.AlarmActions", ["arn:aws:sns:us-east-1:111122223333:operators"]),
            "BackupMissingAlarm sends an alert",
        ),
        (
            put(f"{_ALARM}.TreatMissingData", "notBreaching"),
            "the metric math of BackupMissingAlarm gives a result for a metric without data",
        ),
    ],
)
def test_alarm_that_may_report_a_missing_backup_is_a_condition(change: Change, doubt: str) -> None:
    after = finding(_CLAIM, change)

    assert after.verdict is Verdict.CONDITIONAL
    assert f"if {doubt} or AWS Backup starts each job of BackupPlan" in after.why


# The region without the plan gets copies alone.
def test_alarm_in_the_region_without_the_plan_never_rests() -> None:
    everywhere = cut("BackupMissingAlarm.Condition")

    assert judged("alarms-rest-while-healthy", region=OTHER).verdict is Verdict.KEPT
    after = judged("alarms-rest-while-healthy", everywhere, region=OTHER)

    assert after.verdict is Verdict.BROKEN
    assert "BackupMissingAlarm is always in ALARM" in after.why


def test_alarm_on_missing_backups_is_no_alarm_on_the_service() -> None:
    found = finding("alarms-within-sixty-seconds")

    assert "180 to 360 s" in found.why
    assert "BackupMissingAlarm: watches backups" in found.evidence


_RESTS = "alarms-rest-while-healthy"
_SCHEDULE = "BackupPlan.Properties.BackupPlan.BackupPlanRule.0.ScheduleExpression"
_START_WINDOW = "BackupPlan.Properties.BackupPlan.BackupPlanRule.0.StartWindowMinutes"
_PERIOD = f"{_ALARM}.Metrics.1.MetricStat.Period"
_WARM_UP = f"{_ALARM}.WarmUpConfiguration"
_WHOLE = f"{_WARM_UP}.OnlyStartEvaluatingAfterWarmUpPeriodEnds"
_ZONE = "BackupPlan.Properties.BackupPlan.BackupPlanRule.0.ScheduleExpressionTimezone"
_WEEKLY = put(_SCHEDULE, "cron(0 5 ? * SUN *)")


def _range(seconds: int, periods: int, datapoints: int | None = None) -> tuple[Change, ...]:
    """Look back that far."""
    changes = (put(_PERIOD, seconds), put(f"{_ALARM}.EvaluationPeriods", periods))
    return (*changes, put(f"{_ALARM}.DatapointsToAlarm", datapoints)) if datapoints else changes


def _warm_up(minutes: int) -> Change:
    return put(f"{_WARM_UP}.WarmUpPeriodDurationInMinutes", minutes)


# A job starts within eight hours, so the next backup may take 32 hours.
@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        pytest.param(
            _range(300, 12),
            "without a backup in 1 h, and BackupPlan may take 32 h: 24 h by its schedule, 8 h",
            id="an hour",
        ),
        pytest.param(_range(86_400, 1), "in 24 h, and BackupPlan may take 32 h", id="a day"),
        pytest.param([_WEEKLY], "in 48 h, and BackupPlan may take 176 h: 168 h", id="weekly"),
        pytest.param(
            [*_range(86_400, 7), _WEEKLY], "in 168 h, and BackupPlan may take 176 h", id="a week"
        ),
        pytest.param(
            _range(86_400, 2, 1),
            "without 2 backups in 48 h, and BackupPlan may take 56 h",
            id="each of two days",
        ),
        pytest.param(
            [put(_SCHEDULE, "cron(0 5 ? * MON-FRI *)")], "may take 80 h: 72 h", id="weekends"
        ),
        pytest.param(
            [*_range(3600, 25), put(_START_WINDOW, 60), put(_ZONE, "America/New_York")],
            "may take 26 h: 25 h by its schedule",
            id="clocks that go back",
        ),
        pytest.param(
            [put(_START_WINDOW, 60 * 25)], "may take 49 h: 24 h by its schedule, 25 h", id="late"
        ),
        pytest.param(
            [put(_SCHEDULE, "cron(0 5 31 2 ? *)")], "too few by its schedule", id="no backups"
        ),
        # CloudWatch looks at about three days more, and not at five.
        pytest.param([_plain("breaching"), _WEEKLY], "may take 176 h", id="plain"),
    ],
)
def test_alarm_that_does_not_see_the_last_backup_never_rests(
    changes: list[Change], numbers: str
) -> None:
    assert finding(_RESTS).verdict is Verdict.KEPT

    after = finding(_RESTS, *changes)

    assert after.verdict is Verdict.BROKEN
    assert numbers in after.why


# Its alert comes when no backup is due yet, each day, and nothing follows if one is missing.
@pytest.mark.parametrize("changes", [_range(300, 12), [_WEEKLY], _range(3600, 48, 24)])
def test_alarm_that_fires_before_a_backup_is_due_reports_no_missing_one(
    changes: list[Change],
) -> None:
    after = finding(_CLAIM, *changes)

    assert after.verdict is Verdict.CONDITIONAL
    assert _STARTED in after.why
    line = "no alert without a backup of BackupPlan: BackupMissingAlarm is in ALARM without"
    assert any(it.startswith(line) for it in after.evidence)


def _second_plan(document: Json) -> None:
    """Let another plan store backups of the same database in the same vault."""
    resources = document["Resources"]
    plan = resources["OtherPlan"] = deepcopy(resources["BackupPlan"])
    plan["Properties"]["BackupPlan"]["BackupPlanName"] = "other"
    selection = resources["OtherSelection"] = deepcopy(resources["BackupSelection"])
    selection["Properties"]["BackupPlanId"] = {"Ref": "OtherPlan"}


def _second_rule(document: Json) -> None:
    """Let the same plan store a monthly backup too, which starts soon."""
    rules: list[Json] = document["Resources"]["BackupPlan"]["Properties"]["BackupPlan"][
        "BackupPlanRule"
    ]
    monthly = {"ScheduleExpression": "cron(0 5 1 * ? *)", "StartWindowMinutes": 60}
    rules.append(deepcopy(rules[0]) | monthly)


# A database of another account, and what is certainly none.
_ELSEWHERE = "arn:aws:rds:us-east-1:111122223333:cluster:orders"
_TABLE = "arn:aws:dynamodb:us-east-1:111122223333:table/orders"


def _plan_for(resources: list[str] | None, **selection: object) -> Change:
    """Let another plan store daily backups of something else in the same vault."""

    def change(document: Json) -> None:
        _second_plan(document)
        chosen = document["Resources"]["OtherSelection"]["Properties"]["BackupSelection"]
        chosen["Resources"] = resources
        chosen |= selection

    return change


# The alarm counts the backups of the vault, whichever plan stores them.
def test_alarm_reports_no_missing_backup_while_another_plan_stores_some() -> None:
    after = finding(_CLAIM, _second_plan)

    assert after.verdict is Verdict.CONDITIONAL
    assert f"no backup of OtherPlan either or {_STARTED.removeprefix('if ')}" in after.why
    assert "there is no backup of BackupPlan either" in after.why


def test_alarm_reports_a_plan_that_someone_deleted_with_all_its_rules() -> None:
    assert _verdict(_second_rule) is Verdict.KEPT


# A false alert on a late job, but an alert on each missing one.
def test_alarm_that_fires_on_a_late_backup_reports_a_missing_one() -> None:
    assert _verdict(*_range(86_400, 1)) is Verdict.KEPT


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(_range(3600, 33), id="just enough"),
        pytest.param([*_range(43_200, 2), put(_SCHEDULE, "cron(0 5,17 ? * * *)")], id="twice"),
        pytest.param([*_range(3600, 25), put(_START_WINDOW, 60)], id="starts soon"),
        pytest.param([_plain("notBreaching"), put(f"{_ALARM}.Period", 300)], id="no data is fine"),
    ],
)
def test_alarm_that_sees_the_last_backup_rests(changes: list[Change]) -> None:
    assert finding(_RESTS, *changes).verdict is Verdict.KEPT


def test_rule_that_starts_soon_does_not_bring_the_next_backup_of_another_rule() -> None:
    after = finding(_RESTS, *_range(3600, 26), _second_rule)

    assert after.verdict is Verdict.BROKEN
    assert "may take 32 h: 24 h by its schedule, 8 h until the job starts" in after.why


_MONTHLY = put(_SCHEDULE, "cron(0 5 1 * ? *)")


# The daily backups of a table are none of Aurora.
def test_plan_for_something_else_does_not_keep_an_alarm_on_databases_at_rest() -> None:
    changes = (_plan_for([_TABLE]), _MONTHLY)

    assert finding(_RESTS, *changes).verdict is Verdict.KEPT
    after = finding(_RESTS, *changes, _type("Aurora"))

    assert after.verdict is Verdict.BROKEN
    assert "BackupPlan may take 752 h" in after.why


def test_alarm_on_databases_reports_no_missing_backup_of_something_else() -> None:
    after = finding(_CLAIM, _plan_for([_TABLE]), _type("Aurora"))

    assert after.verdict is Verdict.CONDITIONAL
    assert after.why == "if AWS Backup starts each job of OtherPlan"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(_plan_for(["arn:aws:rds:*:*:cluster:orders-*"]), id="a pattern"),
        pytest.param(_plan_for([_ELSEWHERE]), id="a database elsewhere"),
        pytest.param(
            _plan_for(
                [_TABLE],
                ListOfTags=[
                    {"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}
                ],
                NotResources=["arn:aws:rds:*"],
            ),
            id="tags",
        ),
    ],
)
def test_plan_that_may_hold_databases_is_a_condition(other: Change) -> None:
    after = finding(_RESTS, other, _MONTHLY, _type("Aurora"))

    assert after.verdict is Verdict.CONDITIONAL
    assert "if BackupMissingAlarm counts the backups of OtherPlan" in after.why
    missing = finding(_CLAIM, other, _type("Aurora"))
    assert "BackupMissingAlarm counts the backups of OtherPlan" in missing.why


# AWS Backup calls a cluster of Aurora Aurora, and sends no metric of RDS for it.
def test_alarm_on_another_kind_of_database_never_rests() -> None:
    after = finding(_RESTS, _type("RDS"))

    assert after.verdict is Verdict.BROKEN
    assert "BackupMissingAlarm is always in ALARM" in after.why


def test_alarm_on_a_kind_that_the_selection_may_add_is_no_broken_promise() -> None:
    append_table = append("BackupSelection.Properties.BackupSelection.Resources", _TABLE)

    after = finding(_RESTS, append_table, _type("DynamoDB"))

    assert after.verdict is Verdict.CONDITIONAL
    assert "counts the backups of BackupPlan" in after.why


def test_zone_that_is_not_known_has_its_own_words() -> None:
    after = finding(_RESTS, put(_ZONE, "America/Nowhere"))

    assert after.verdict is Verdict.CONDITIONAL
    assert after.why.endswith("AWS Backup may refuse the time zone America/Nowhere")


@pytest.mark.parametrize(
    ("changes", "doubt"),
    [
        ([put(_SCHEDULE, "rate(1 day)")], "AWS Backup stores a backup of BackupPlan every 48 h"),
        (
            [
                *_range(21_600, 5, 4),
                put(_SCHEDULE, "cron(0,10 5 ? * * *)"),
                put(_START_WINDOW, 60),
            ],
            "2 backups of BackupPlan are in different periods of BackupMissingAlarm",
        ),
        (
            [_plain("breaching"), put(f"{_ALARM}.EvaluationPeriods", 1)],
            "there is a backup in the periods that CloudWatch evaluates for BackupMissingAlarm",
        ),
        (
            [*_range(43_200, 2), put(f"{_ALARM}.EvaluationWindow", {"WallClockWindow": {}})],
            "there is a backup in the periods that CloudWatch evaluates for BackupMissingAlarm",
        ),
    ],
)
def test_what_is_not_known_of_the_next_backup_is_a_condition(
    changes: list[Change], doubt: str
) -> None:
    after = finding(_RESTS, *changes)

    assert after.verdict is Verdict.CONDITIONAL
    assert f"if {doubt}" in after.why


def test_schedule_in_a_parameter_without_default_is_unknown() -> None:
    schedule: Json = {"Type": "String"}

    after = finding(_RESTS, put("Parameters.When", schedule), put(_SCHEDULE, {"Ref": "When"}))

    assert after.verdict is Verdict.UNKNOWN
    assert "When" in after.why


# A new alarm has no backup to see, and the first one may take as long as the next one.
@pytest.mark.parametrize(
    ("changes", "numbers"),
    [
        ([cut(_WARM_UP)], "it has no warm-up, and is in ALARM until the first backup"),
        ([_warm_up(20 * 60)], "it has a warm-up of 20 h, and is in ALARM until the first backup"),
        ([cut(_WHOLE)], "it has a warm-up of 48 h, which may end early"),
        ([cut(_WARM_UP), _plain("breaching")], "it has no warm-up"),
    ],
)
def test_alarm_that_does_not_wait_for_the_first_backup_needs_an_earlier_one(
    changes: list[Change], numbers: str
) -> None:
    rests, reports = finding(_RESTS, *changes), finding(_CLAIM, *changes)

    assert rests.verdict is reports.verdict is Verdict.CONDITIONAL
    earlier = "the vault has a backup of the 48 h before BackupMissingAlarm is created"
    assert f"if {earlier}: {numbers}" in rests.why
    assert "which may take 32 h" in rests.why
    assert f"{earlier} or AWS Backup starts each job of BackupPlan" in reports.why


# The first alert may be false, but not before the first backup is due.
def test_warm_up_until_the_first_backup_is_due_reports_one_that_is_missing() -> None:
    assert finding(_RESTS, _warm_up(31 * 60)).verdict is Verdict.CONDITIONAL
    assert _verdict(_warm_up(31 * 60)) is Verdict.KEPT


@pytest.mark.parametrize("changes", [[_warm_up(32 * 60)], [_plain("breaching"), cut(_WHOLE)]])
def test_warm_up_until_the_first_backup_is_enough(changes: list[Change]) -> None:
    assert finding(_RESTS, *changes).verdict is Verdict.KEPT
    assert _verdict(*changes) is Verdict.KEPT


@pytest.mark.parametrize("minutes", [0, 2881])
def test_warm_up_that_cloudwatch_refuses_is_named(minutes: int) -> None:
    after = finding("valid-template", _warm_up(minutes))

    assert after.verdict is Verdict.BROKEN
    refused = f"BackupMissingAlarm has a warm-up of {minutes} minutes: CloudWatch accepts 1 to 2880"
    assert after.why == refused


def _composite(rule: str) -> Change:
    """Let another alarm act in the place of the one on missing backups, and of one on an hour."""

    def change(document: Json) -> None:
        resources = document["Resources"]
        long = resources["BackupMissingAlarm"]
        actions = long["Properties"].pop("AlarmActions")
        short = deepcopy(long)
        short["Properties"]["AlarmName"] = "short"
        short["Properties"]["Metrics"][1]["MetricStat"]["Period"] = 3600
        both = {"AlarmRule": {"Fn::Sub": rule}, "AlarmActions": actions}
        resources["ShortAlarm"] = short
        resources["BothAlarm"] = {
            "Type": "AWS::CloudWatch::CompositeAlarm",
            "Condition": long["Condition"],
            "Properties": {"AlarmName": "both", **both},
        }

    return change


@pytest.mark.parametrize(("operator", "expected"), [("AND", Verdict.KEPT), ("OR", Verdict.BROKEN)])
def test_alarm_on_alarms_rests_as_its_rule_says(operator: str, expected: Verdict) -> None:
    rule = f"ALARM(${{BackupMissingAlarm}}) {operator} ALARM(${{ShortAlarm}})"

    assert finding(_RESTS, _composite(rule)).verdict is expected
