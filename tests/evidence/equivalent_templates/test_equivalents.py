"""Another way to write the same, or something better, breaks no promise."""

from __future__ import annotations

import copy
from functools import cache

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, cut, drop, put
from tests.evidence.templates import real_document, verdict_of

TASKS, TARGETS = "TaskFailureAlarm.Properties", "UnhealthyTargetAlarm.Properties"
DATABASE, RESPONSE = "DatabaseFailoverAlarm.Properties", "ResponseTimeAlarm.Properties"

STOPPED = "TaskStoppedRule.Properties.EventPattern"
SECRET = {"Fn::Sub": "{{resolve:secretsmanager:${DatabaseSecret}:SecretString:password}}"}
EXECUTION_POLICY = {
    "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}
ENCRYPTED = {
    "BucketEncryption": {
        "ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"KMSMasterKeyID": {"Ref": "EncryptionKey"}}}
        ]
    }
}
TRUST = "ExecutionRole.Properties.AssumeRolePolicyDocument.Statement.0"
TASKS_OF_ACCOUNT = {
    "Fn::Sub": "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:*",
}
TOPIC_ARN = {
    "Fn::Sub": "arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:"
    "payment-alerts-${EnvironmentSuffix}"
}


@cache
def verdict_before(claim_id: str) -> Verdict:
    return verdict_of(claim_id, real_document())


def as_math(expression: str) -> Change:
    """Write the task alarm as metric math, the metric alone when no expression is given."""

    def change(document: Json) -> None:
        alarm = document["Resources"]["TaskFailureAlarm"]["Properties"]
        metric = {key: alarm.pop(key) for key in ("Namespace", "MetricName", "Dimensions")}
        stat = {"Metric": metric, "Stat": alarm.pop("Statistic"), "Period": alarm.pop("Period")}
        query = {"Id": "m", "MetricStat": stat, "ReturnData": not expression}
        filled = {"Id": "e", "Expression": expression}
        alarm["Metrics"] = [filled, query] if expression else [query]

    return change


def and_another(name: str, **properties: object) -> Change:
    """Add a second alarm like one of the product, but for some properties."""

    def change(document: Json) -> None:
        other = copy.deepcopy(document["Resources"][name])
        other["Properties"] |= {"AlarmName": {"Fn::Sub": "another-${EnvironmentSuffix}"}}
        other["Properties"] |= properties
        document["Resources"]["AnotherAlarm"] = other

    return change


def name(text: str) -> Json:
    return {"Fn::Sub": f"{text}-${{EnvironmentSuffix}}"}


EQUIVALENTS: dict[str, tuple[str, tuple[Change, ...]]] = {
    "targets: at least one": (
        "alarm-on-targets",
        (
            put(f"{TARGETS}.ComparisonOperator", "GreaterThanOrEqualToThreshold"),
            put(f"{TARGETS}.Threshold", 1),
        ),
    ),
    "targets: and another for three": (
        "alarm-on-targets",
        (and_another("UnhealthyTargetAlarm", Threshold=3),),
    ),
    "tasks: five or fewer": (
        "alarm-on-tasks",
        (
            put(f"{TASKS}.ComparisonOperator", "LessThanOrEqualToThreshold"),
            put(f"{TASKS}.Threshold", 5),
        ),
    ),
    "tasks: by the names": (
        "alarm-on-tasks",
        (
            put(f"{TASKS}.Dimensions.0.Value", name("payment-cluster")),
            put(f"{TASKS}.Dimensions.1.Value", name("payment-service")),
        ),
    ),
    "tasks: one metric of Metrics": ("alarm-on-tasks", (as_math(""),)),
    "tasks: filled with 0": (
        "alarm-on-tasks",
        (as_math("FILL(m, 0)"), cut(f"{TASKS}.TreatMissingData")),
    ),
    "tasks: two of three": (
        "alarm-on-tasks",
        (put(f"{TASKS}.EvaluationPeriods", 3), put(f"{TASKS}.DatapointsToAlarm", 2)),
    ),
    "database: by the name": (
        "alarm-on-database",
        (put(f"{DATABASE}.Dimensions.0.Value", name("payment-aurora-cluster")),),
    ),
    "database: below one": (
        "alarm-on-database",
        (
            put(f"{DATABASE}.ComparisonOperator", "LessThanThreshold"),
            put(f"{DATABASE}.Threshold", 1),
        ),
    ),
    "database: the writer's instance": (
        "alarm-on-database",
        (
            put(
                f"{DATABASE}.Dimensions",
                [{"Name": "DBInstanceIdentifier", "Value": {"Ref": "DatabaseWriter"}}],
            ),
        ),
    ),
    "response: stricter": ("alarm-on-response-time", (put(f"{RESPONSE}.Threshold", 0.5),)),
    "response: the slowest of a hundred": (
        "alarm-on-response-time",
        (cut(f"{RESPONSE}.Statistic"), put(f"{RESPONSE}.ExtendedStatistic", "p99")),
    ),
    "events: on the bus that is called default": (
        "task-loss-detected",
        (put("TaskStoppedRule.Properties.EventBusName", "default"),),
    ),
    "events: any task that stops": (
        "task-loss-detected",
        (
            put(f"{STOPPED}.detail", {"lastStatus": [{"prefix": "STOP"}]}),
            put("TaskStoppedRule.Properties.Targets.0.Arn", TOPIC_ARN),
        ),
    ),
    "events: each event, task and deployment": (
        "task-loss-detected",
        (
            put(f"{STOPPED}.id", [{"exists": True}]),
            put(f"{STOPPED}.time", [{"prefix": ""}]),
            put(f"{STOPPED}.detail.startedBy", [{"prefix": "ecs-svc/"}]),
            put(f"{STOPPED}.detail.taskArn", [{"wildcard": "arn:aws:ecs:*:task/*"}]),
            put(
                f"{STOPPED}.detail.availabilityZone",
                [{"Fn::Select": [index, {"Fn::GetAZs": ""}]} for index in range(3)],
            ),
        ),
    ),
    "events: each zone by its subnet": (
        "task-loss-detected",
        (
            put(
                f"{STOPPED}.detail.availabilityZone",
                [{"Fn::GetAtt": [f"PublicSubnet{each}", "AvailabilityZone"]} for each in "ABC"],
            ),
        ),
    ),
    "events: failed starts in every zone of the service alone": (
        "nat-loss-detected",
        (
            put("ServiceFailureRule.Properties.State", "DISABLED"),
            put(
                f"{STOPPED}.detail.availabilityZone",
                [{"Fn::Select": [index, {"Fn::GetAZs": ""}]} for index in range(3)],
            ),
        ),
    ),
    "events: a cluster by its ARN": (
        "task-loss-detected",
        (
            put(
                f"{STOPPED}.detail.clusterArn",
                [
                    {
                        "Fn::Sub": "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:"
                        "cluster/payment-cluster-${EnvironmentSuffix}"
                    }
                ],
            ),
        ),
    ),
    "events: every category": (
        "writer-loss-detected",
        (cut("DatabaseClusterEvents.Properties.EventCategories"),),
    ),
    "events: every source": (
        "writer-loss-detected",
        (
            cut("DatabaseClusterEvents.Properties.SourceType"),
            cut("DatabaseClusterEvents.Properties.SourceIds"),
        ),
    ),
    "events: a cluster by its name": (
        "writer-loss-detected",
        (put("DatabaseClusterEvents.Properties.SourceIds", [name("payment-aurora-cluster")]),),
    ),
    "events: a failover by a rule": (
        "writer-loss-detected",
        (
            drop("DatabaseClusterEvents"),
            put(
                "FailoverRule",
                {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "EventPattern": {
                            "source": ["aws.rds"],
                            "detail-type": ["RDS DB Cluster Event"],
                            "detail": {"EventCategories": ["failover"]},
                        },
                        "Targets": [{"Id": "alerts", "Arn": {"Ref": "AlertTopic"}}],
                    },
                },
            ),
        ),
    ),
    "endpoint: anyone, but one bucket": (
        "wildcards-have-a-reason",
        (
            put(
                "S3Endpoint.Properties.PolicyDocument",
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": "*",
                            "Action": "s3:GetObject",
                            "Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
                        }
                    ],
                },
            ),
        ),
    ),
    "secret: by a dynamic reference": (
        "secrets-not-in-clear",
        (put("DatabaseCluster.Properties.MasterUserPassword", SECRET),),
    ),
    "secret: its ARN in the environment": (
        "secrets-not-in-clear",
        (
            append(
                "TaskDefinition.Properties.ContainerDefinitions.0.Environment",
                {"Name": "DB_SECRET", "Value": {"Ref": "DatabaseSecret"}},
            ),
        ),
    ),
    "secret: its ARN in a mapping": (
        "secrets-not-in-clear",
        (
            lambda document: document.setdefault("Mappings", {}).update(
                {
                    "Secrets": {
                        region: {"Login": f"arn:aws:secretsmanager:{region}:111122223333:secret:x"}
                        for region in ("us-east-1", "us-west-2")
                    }
                }
            ),
            append(
                "TaskDefinition.Properties.ContainerDefinitions.0.Environment",
                {
                    "Name": "DB_SECRET",
                    "Value": {"Fn::FindInMap": ["Secrets", {"Ref": "AWS::Region"}, "Login"]},
                },
            ),
        ),
    ),
    "secret: what only counts or names": (
        "secrets-not-in-clear",
        (
            *(
                append(
                    "TaskDefinition.Properties.ContainerDefinitions.0.Environment",
                    {"Name": name, "Value": value},
                )
                for name, value in (
                    ("REFRESH_TOKEN", 3600),
                    ("DB_SECRET", {"Fn::Sub": "payment-database-${AWS::Region}"}),
                    ("CONFIG_SECRET", {"Ref": "AWS::StackName"}),
                )
            ),
            cut("DatabaseSecret.Properties.GenerateSecretString"),
            put(
                "DatabaseSecret.Properties.SecretString",
                {
                    "Fn::Sub": '{"password":"${DBMasterPassword}","password_version":1,'
                    '"token_ttl_seconds":3600,"kms_key":"alias/${AWS::StackName}"}'
                },
            ),
        ),
    ),
    "secret: properties that hold none": (
        "secrets-not-in-clear",
        (
            put(
                "Custom",
                {
                    "Type": "Custom::Thing",
                    "Properties": {
                        "ServiceToken": {
                            "Fn::Sub": "arn:${AWS::Partition}:lambda:${AWS::Region}:"
                            "${AWS::AccountId}:function:thing"
                        },
                        "Password": {"Ref": "AWS::NoValue"},
                        "HasPassword": True,
                        "Token": {"Fn::Sub": ["${Given}", {"Given": {"Ref": "DomainName"}}]},
                    },
                },
            ),
        ),
    ),
    "key: by its alias": (
        "encrypted-at-rest",
        (
            put("DatabaseCluster.Properties.KmsKeyId", {"Ref": "EncryptionKeyAlias"}),
            put("DatabaseSecret.Properties.KmsKeyId", {"Ref": "EncryptionKeyAlias"}),
            put("AlertTopic.Properties.KmsMasterKeyId", {"Ref": "EncryptionKeyAlias"}),
        ),
    ),
    "key: every action to the account": (
        "encrypted-at-rest",
        (
            put("EncryptionKey.Properties.KeyPolicy.Statement.0.Action", "kms:*"),
            cut("EncryptionKey.Properties.KeyPolicy.Statement.2"),
            cut("EncryptionKey.Properties.KeyPolicy.Statement.1"),
        ),
    ),
    "data: an encrypted bucket": (
        "encrypted-at-rest",
        (put("Bucket", {"Type": "AWS::S3::Bucket", "Properties": ENCRYPTED}),),
    ),
    "key: the policy that AWS gives it": (
        "wildcards-have-a-reason",
        (put("EncryptionKey.Properties.KeyPolicy.Statement.0.Action", "kms:*"),),
    ),
    "tasks: every object of one bucket": (
        "wildcards-have-a-reason",
        (
            put(
                "TaskPolicy.Properties.PolicyDocument.Statement.0.Resource",
                ["arn:aws:s3:::receipts/*"],
            ),
        ),
    ),
    "roles: the policy of AWS for its purpose": (
        "wildcards-have-a-reason",
        (put("ExecutionRole.Properties.ManagedPolicyArns", [EXECUTION_POLICY]),),
    ),
    "tasks: an operator for a key that may be absent": (
        "tasks-can-start",
        (put(f"{TRUST}.Condition", {"ArnLikeIfExists": {"aws:SourceArn": TASKS_OF_ACCOUNT}}),),
    ),
    "tasks: an operator for keys of several values": (
        "tasks-can-start",
        (put(f"{TRUST}.Condition", {"ForAnyValue:ArnLike": {"aws:SourceArn": TASKS_OF_ACCOUNT}}),),
    ),
    "topic: by its ARN": (
        "alerts-reach-subscribers",
        (put(f"{RESPONSE}.AlarmActions", [TOPIC_ARN]),),
    ),
}


@pytest.mark.parametrize("title", EQUIVALENTS)
def test_same_in_other_words_is_judged_the_same(title: str) -> None:
    claim_id, changes = EQUIVALENTS[title]

    verdict = verdict_of(claim_id, changed(real_document(), *changes))

    assert verdict is verdict_before(claim_id)
    assert verdict is not Verdict.BROKEN


def test_type_that_is_not_known_makes_encryption_conditional() -> None:
    document = changed(real_document(), put("Graph", {"Type": "AWS::Neptune::DBCluster"}))

    verdict = verdict_of("encrypted-at-rest", document)

    assert verdict is Verdict.CONDITIONAL
