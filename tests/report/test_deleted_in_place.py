"""What data an update in place deletes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.report.comparison.comparison import compare_resources

if TYPE_CHECKING:
    from payment_templates.report.comparison import ResourceChange

RECOVERY = "PointInTimeRecoverySpecification"


def change(kind: str, before: Any, after: Any, **top: Any) -> ResourceChange:  # noqa: ANN401 - JSON.
    old, new = (
        parse_template(json.dumps({**top, "Resources": {"It": {"Type": kind, "Properties": it}}}))
        for it in (before, after)
    )
    (found,) = compare_resources(old, new, "us-east-1", {})
    return found


def rules(*found: dict[str, Any]) -> dict[str, Any]:
    return {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", **it} for it in found]}}


def noncurrent(days: int, exempted: int = 0) -> dict[str, Any]:
    newer = {"NewerNoncurrentVersions": exempted} if exempted else {}
    return rules({"NoncurrentVersionExpiration": {"NoncurrentDays": days, **newer}})


@pytest.mark.parametrize(
    ("kind", "before", "after", "lost"),
    [
        (
            "AWS::Logs::LogGroup",
            *({"RetentionInDays": 400}, {"RetentionInDays": 1}),
            "log lines older than 1 day are deleted",
        ),
        (
            "AWS::Logs::LogGroup",
            *({}, {"RetentionInDays": "30"}),
            "log lines older than 30 days are deleted",
        ),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 1}, {}, ""),
        ("AWS::Logs::LogGroup", {"RetentionInDays": 1}, {"RetentionInDays": 400}, ""),
        (
            "AWS::RDS::DBCluster",
            *({"BackupRetentionPeriod": 35}, {"BackupRetentionPeriod": 1}),
            "automated backups older than 1 day are deleted",
        ),
        (
            "AWS::RDS::DBCluster",
            *({"BacktrackWindow": 259200}, {"BacktrackWindow": 0}),
            "all change records of Backtrack are deleted",
        ),
        ("AWS::RDS::DBCluster", {"BacktrackWindow": 0}, {"BacktrackWindow": 3600}, ""),
        *(
            (
                kind,
                {"PerformanceInsightsRetentionPeriod": 731},
                {"PerformanceInsightsRetentionPeriod": 7},
                "Performance Insights data older than 7 days are deleted",
            )
            for kind in ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
        ),
        (
            "AWS::APS::Workspace",
            {"WorkspaceConfiguration": {"RetentionPeriodInDays": 500}},
            {"WorkspaceConfiguration": {"RetentionPeriodInDays": 30}},
            "metrics older than 30 days are deleted",
        ),
        (
            "AWS::Redshift::Cluster",
            *({"AutomatedSnapshotRetentionPeriod": 7}, {"AutomatedSnapshotRetentionPeriod": 0}),
            "all automated snapshots are deleted",
        ),
        (
            "AWS::RDS::DBCluster",
            *({"BackupRetentionPeriod": 7}, {}),
            "automated backups may be deleted: BackupRetentionPeriod 7 → none",
        ),
        (
            "AWS::Kinesis::Stream",
            *({"RetentionPeriodHours": 168}, {"RetentionPeriodHours": 24}),
            "records older than 24 hours are deleted",
        ),
        (
            "AWS::SQS::Queue",
            *({}, {"MessageRetentionPeriod": 60}),
            "messages older than 60 seconds are deleted",
        ),
        (
            "AWS::Events::Archive",
            *({"RetentionDays": 0}, {"RetentionDays": 9}),
            "archived events older than 9 days are deleted",
        ),
        ("AWS::Events::Archive", {"RetentionDays": 9}, {"RetentionDays": 0}, ""),
        (
            "AWS::DynamoDB::Table",
            *({RECOVERY: {"PointInTimeRecoveryEnabled": True}}, {}),
            "the backups for point-in-time recovery are deleted",
        ),
        (
            "AWS::DynamoDB::Table",
            *({}, {RECOVERY: {"PointInTimeRecoveryEnabled": "true"}}),
            "",
        ),
        (
            "AWS::DynamoDB::GlobalTable",
            {"Replicas": [{"Region": "a", RECOVERY: {"PointInTimeRecoveryEnabled": True}}]},
            {"Replicas": [{"Region": "a", RECOVERY: {"PointInTimeRecoveryEnabled": False}}]},
            "the backups for point-in-time recovery are deleted",
        ),
        (
            "AWS::DynamoDB::Table",
            {},
            {"TimeToLiveSpecification": {"AttributeName": "end", "Enabled": True}},
            "items whose time to live is over are deleted",
        ),
        (
            "AWS::S3::Bucket",
            *({}, rules({"Id": "old", "ExpirationInDays": 30})),
            "objects are deleted: ExpirationInDays of the rule old none → 30",
        ),
        (
            "AWS::S3::Bucket",
            *(rules({"ExpirationInDays": 400}), rules({"ExpirationInDays": 1})),
            "objects are deleted: ExpirationInDays 400 → 1",
        ),
        (
            "AWS::S3::Bucket",
            rules({"NoncurrentVersionExpiration": {"NoncurrentDays": 9}}),
            rules({"NoncurrentVersionExpiration": {"NoncurrentDays": 3}}),
            "objects are deleted: NoncurrentDays 9 → 3",
        ),
        (
            "AWS::S3::Bucket",
            *(noncurrent(30, 5), noncurrent(30)),
            "objects are deleted: NewerNoncurrentVersions 5 → none",
        ),
        (
            "AWS::S3::Bucket",
            *(noncurrent(30, 5), noncurrent(30, 2)),
            "objects are deleted: NewerNoncurrentVersions 5 → 2",
        ),
        ("AWS::S3::Bucket", noncurrent(30), noncurrent(30, 5), ""),
        ("AWS::S3::Bucket", noncurrent(30, 2), noncurrent(40, 5), ""),
        ("AWS::S3::Bucket", rules({"ExpirationInDays": 1}), rules({"ExpirationInDays": 400}), ""),
        ("AWS::S3::Bucket", rules({"ExpirationInDays": 1}), {}, ""),
        (
            "AWS::S3::Bucket",
            *({}, rules({"ExpirationInDays": 1, "Status": "Disabled"})),
            "",
        ),
        (
            "AWS::S3::Bucket",
            *({}, rules({"Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 1}]})),
            "",
        ),
        (
            "AWS::ECR::Repository",
            *({}, {"LifecyclePolicy": {"LifecyclePolicyText": "{}"}}),
            "images that its new lifecycle policy expires may be deleted",
        ),
        ("AWS::ECR::Repository", {"LifecyclePolicy": {"LifecyclePolicyText": "{}"}}, {}, ""),
    ],
)
def test_data_that_an_update_deletes_is_a_loss(
    kind: str, before: dict[str, Any], after: dict[str, Any], lost: str
) -> None:
    found = change(kind, before, after)

    assert (found.effect, found.lost) == ("changed in place", lost)


def schedule(name: str, count: int | str, **other: object) -> dict[str, Any]:
    retained = {"Name": name, "RetainRule": {"Count": count}, **other}
    return {"PolicyDetails": {"Schedules": [retained]}}


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (
            schedule("daily", "7"),
            "all but the newest 7 snapshots of the schedule daily are deleted",
        ),
        (schedule("daily", 200), ""),
        (schedule("weekly", 7), ""),
        (schedule("daily", 7, ArchiveRule={}), ""),
        ({**schedule("daily", 7), "State": "DISABLED"}, ""),
    ],
    ids=["fewer", "more", "another schedule", "archived", "disabled"],
)
def test_lower_count_of_a_schedule_deletes_snapshots(after: dict[str, Any], lost: str) -> None:
    assert change("AWS::DLM::LifecyclePolicy", schedule("daily", 100), after).lost == lost


def test_retention_that_is_not_known_may_delete() -> None:
    days = {"Parameters": {"Days": {"Type": "Number"}}}

    found = change(
        "AWS::Logs::LogGroup", {"RetentionInDays": 9}, {"RetentionInDays": {"Ref": "Days"}}, **days
    )

    assert found.lost == "log lines may be deleted: RetentionInDays 9 → ${Days}"


def test_instance_of_a_cluster_has_no_backups() -> None:
    of_cluster = {"DBClusterIdentifier": "payments"}

    found = change(
        "AWS::RDS::DBInstance",
        {**of_cluster, "BackupRetentionPeriod": 9},
        {**of_cluster, "BackupRetentionPeriod": 1},
    )

    assert not found.lost


def test_replacement_that_retains_the_data_does_not_hide_a_loss() -> None:
    group = {"LogGroupName": {"Fn::If": ["Other", "b", "a"]}}
    old, new = (
        parse_template(
            json.dumps(
                {
                    "Parameters": {"Size": {"Type": "String", "Default": "small"}},
                    "Conditions": {"Other": {"Fn::Equals": [{"Ref": "Size"}, "large"]}},
                    "Resources": {
                        "It": {
                            "Type": "AWS::Logs::LogGroup",
                            "UpdateReplacePolicy": "Retain",
                            "Properties": it,
                        }
                    },
                }
            )
        )
        for it in (
            {"LogGroupName": "a", "RetentionInDays": 9},
            {**group, "RetentionInDays": 1},
        )
    )

    (found,) = compare_resources(old, new, "us-east-1", {})

    assert (found.when, found.lost) == ("", "log lines older than 1 day are deleted")


DAYS = {"ExpirationInDays": 30}
TAGS = [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DAYS, {**DAYS, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}),
        (DAYS, {**DAYS, "Prefix": "logs/"}),
        (DAYS, {**DAYS, "Prefix": ""}),
        ({**DAYS, "Prefix": ""}, DAYS),
        ({**DAYS, "Prefix": "logs/"}, {**DAYS, "Prefix": "logs/a/"}),
        ({**DAYS, "TagFilters": TAGS}, {**DAYS, "TagFilters": TAGS[::-1]}),
        ({**DAYS, "TagFilters": TAGS[:1]}, {**DAYS, "TagFilters": TAGS}),
        ({**DAYS, "ObjectSizeGreaterThan": 9}, {**DAYS, "ObjectSizeGreaterThan": "10"}),
        (DAYS, {**DAYS, "ObjectSizeLessThan": 10}),
        ({"ExpirationDate": "2026-12-01T00:00:00Z"}, {"ExpirationDate": "2027-01-01T00:00:00Z"}),
        (
            {"NoncurrentVersionExpirationInDays": 30},
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
        ),
        (
            {"NoncurrentVersionExpirationInDays": 30},
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 5}},
        ),
    ],
)
def test_lifecycle_rule_that_deletes_no_more_than_before_is_no_loss(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert change("AWS::S3::Bucket", rules(before), rules(after)).lost == ""


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ({**DAYS, "Prefix": "logs/"}, DAYS, "ExpirationInDays 30 applies to other objects"),
        (
            {**DAYS, "Prefix": "logs/a/"},
            {**DAYS, "Prefix": "logs/b/"},
            "ExpirationInDays 30 applies to other objects",
        ),
        (
            {**DAYS, "TagFilters": TAGS},
            {**DAYS, "TagFilters": TAGS[:1]},
            "ExpirationInDays 30 applies to other objects",
        ),
        (
            {**DAYS, "ObjectSizeLessThan": 10},
            {**DAYS, "ObjectSizeLessThan": 11},
            "ExpirationInDays 30 applies to other objects",
        ),
        ({**DAYS, "Prefix": "a"}, {"ExpirationInDays": 1}, "ExpirationInDays none → 1"),
        (
            {"NoncurrentVersionExpirationInDays": 30},
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 10}},
            "NoncurrentDays 30 → 10",
        ),
    ],
)
def test_lifecycle_rule_that_deletes_more_is_a_loss(
    before: dict[str, Any], after: dict[str, Any], lost: str
) -> None:
    found = change("AWS::S3::Bucket", rules(before), rules(after))

    assert found.lost == f"objects are deleted: {lost}"


def test_earlier_date_of_a_lifecycle_rule_may_delete() -> None:
    dates = ("2027-01-01T00:00:00Z", "2026-12-01T00:00:00Z")

    found = change("AWS::S3::Bucket", *(rules({"ExpirationDate": it}) for it in dates))

    assert found.lost.startswith("objects may be deleted: ExpirationDate")
