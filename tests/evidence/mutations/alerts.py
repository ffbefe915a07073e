"""Ways to break alarms, events and the topic."""

from __future__ import annotations

from tests.evidence.changes import cut, drop, put
from tests.evidence.mutations.mutation import mutation

_TOPIC_STATEMENT = "AlertTopicPolicy.Properties.PolicyDocument.Statement"
_KEY_STATEMENT = "EncryptionKey.Properties.KeyPolicy.Statement"

ALERTS = (
    mutation(
        "the task alarm is on AWS/ECS",
        "alarm-on-tasks",
        put("TaskFailureAlarm.Properties.Namespace", "AWS/ECS"),
    ),
    mutation(
        "the task alarm fires at four tasks",
        "alarm-on-tasks",
        put("TaskFailureAlarm.Properties.Threshold", 5),
    ),
    mutation(
        "Container Insights is off",
        "alarm-on-tasks",
        put("Cluster.Properties.ClusterSettings.0.Value", "disabled"),
    ),
    mutation(
        "the target alarm knows no target group",
        "alarm-on-targets",
        cut("UnhealthyTargetAlarm.Properties.Dimensions.1"),
    ),
    mutation(
        "the target alarm has a period of 10 s",
        "alarm-on-targets",
        put("UnhealthyTargetAlarm.Properties.Period", 10),
    ),
    mutation(
        "the database alarm sleeps without points",
        "alarm-on-database",
        put("DatabaseFailoverAlarm.Properties.TreatMissingData", "notBreaching"),
    ),
    mutation(
        "the response alarm waits for 5 s",
        "alarm-on-response-time",
        put("ResponseTimeAlarm.Properties.Threshold", 5),
    ),
    mutation(
        "an alarm has no action",
        "alerts-reach-subscribers",
        cut("ResponseTimeAlarm.Properties.AlarmActions"),
    ),
    mutation(
        "an alarm names the topic, where only an ARN is accepted",
        "alerts-reach-subscribers",
        put(
            "ResponseTimeAlarm.Properties.AlarmActions",
            [{"Fn::GetAtt": ["AlertTopic", "TopicName"]}],
        ),
    ),
    mutation(
        "the topic is on the AWS managed key",
        "alerts-reach-subscribers",
        put("AlertTopic.Properties.KmsMasterKeyId", "alias/aws/sns"),
    ),
    mutation("no one is subscribed", "alerts-reach-subscribers", drop("AlertEmailSubscription")),
    mutation(
        "the key lets no publisher in", "alerts-reach-subscribers", cut(f"{_KEY_STATEMENT}.4")
    ),
    mutation(
        "EventBridge's statement has a condition",
        "events-reach-subscribers",
        put(
            f"{_TOPIC_STATEMENT}.1.Condition",
            {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
        ),
    ),
    mutation(
        "RDS may not publish",
        "events-reach-subscribers",
        put(f"{_TOPIC_STATEMENT}.0.Principal.Service", ["cloudwatch.amazonaws.com"]),
    ),
    mutation(
        "the key is for another topic",
        "events-reach-subscribers",
        put(
            f"{_KEY_STATEMENT}.4.Condition.StringEquals",
            {"kms:EncryptionContext:aws:sns:topicArn": "another"},
        ),
    ),
    mutation(
        "failovers are not reported",
        "writer-loss-detected",
        put("DatabaseClusterEvents.Properties.EventCategories", ["failure"]),
    ),
    mutation(
        "stopped tasks are not reported",
        "task-loss-detected",
        put("TaskStoppedRule.Properties.State", "DISABLED"),
    ),
    mutation(
        "an alarm is silenced",
        "alerts-reach-subscribers",
        put("UnhealthyTargetAlarm.Properties.ActionsEnabled", value=False),
    ),
    mutation(
        "the subscription to database events is disabled",
        "writer-loss-detected",
        put("DatabaseClusterEvents.Properties.Enabled", value=False),
    ),
    mutation(
        "a zone failure is reported by alarms alone",
        "zone-loss-detected",
        drop("TaskStoppedRule"),
        drop("DatabaseClusterEvents"),
    ),
    mutation(
        "failed starts are not reported",
        "nat-loss-detected",
        drop("TaskStoppedRule"),
        drop("ServiceFailureRule"),
    ),
    mutation(
        "the dashboard is empty",
        "dashboard-shows-failover",
        put("Dashboard.Properties.DashboardBody", '{"widgets":[]}'),
    ),
    mutation(
        "the dashboard speaks of metrics alone",
        "dashboard-shows-failover",
        put(
            "Dashboard.Properties.DashboardBody",
            '{"widgets":[{"type":"text","properties":{"markdown":'
            '"DatabaseConnections RunningTaskCount UnHealthyHostCount"}}]}',
        ),
    ),
    mutation(
        "the dashboard asks other namespaces",
        "dashboard-shows-failover",
        put(
            "Dashboard.Properties.DashboardBody",
            '{"widgets":[{"type":"metric","properties":{"metrics":[["AWS/ECS","RunningTaskCount"],'
            '["A","DatabaseConnections"],["A","UnHealthyHostCount"]]}}]}',
        ),
    ),
    mutation(
        "the topic's policy is for another topic",
        "alerts-reach-subscribers",
        put(f"{_TOPIC_STATEMENT}.0.Resource", ["arn:aws:sns:us-east-1:111122223333:another"]),
    ),
)
