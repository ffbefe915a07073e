from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from tests.view import Json, View

RULES = ["TaskStoppedRule", "ServiceFailureRule"]
SUBSCRIPTIONS = ["DatabaseClusterEvents", "DatabaseInstanceEvents"]
TOPIC = {"Ref": "AlertTopic"}
CLUSTER = {"Fn::GetAtt": ["Cluster", "Arn"]}
SERVICE = {"Ref": "Service"}


def stopped(code: str, reason: str, *, cluster: Any = CLUSTER, status: str = "STOPPED") -> Json:  # noqa: ANN401 - an ARN in any form.
    return {
        "source": "aws.ecs",
        "detail-type": "ECS Task State Change",
        "detail": {
            "clusterArn": cluster,
            "lastStatus": status,
            "stopCode": code,
            "stoppedReason": reason,
        },
    }


def service_event(name: str, *, kind: str = "ECS Service Action", service: Any = SERVICE) -> Json:  # noqa: ANN401 - as above.
    return {
        "source": "aws.ecs",
        "detail-type": kind,
        "resources": [service],
        "detail": {"eventName": name},
    }


DEPLOYMENT = "ECS Deployment State Change"
FAILURES = {
    "a container ended": stopped("EssentialContainerExited", "Essential container in task exited"),
    "a task could not start": stopped("TaskFailedToStart", "CannotPullContainerError"),
    "Fargate took its host": stopped("TerminationNotice", "Retired"),
    "a failed health check": stopped("ServiceSchedulerInitiated", "Task failed ELB health checks"),
    "a failed container check": stopped(
        "ServiceSchedulerInitiated", "Task failed container health checks"
    ),
    "no room for a task": service_event("SERVICE_TASK_PLACEMENT_FAILURE"),
    "tasks that never start": service_event("SERVICE_TASK_START_IMPAIRED"),
    "a wrong configuration": service_event("SERVICE_TASK_CONFIGURATION_FAILURE"),
    "a failed deployment": service_event("SERVICE_DEPLOYMENT_FAILED", kind=DEPLOYMENT),
}
NORMAL = {
    "a deployment or scaling in": stopped("ServiceSchedulerInitiated", "Scaling activity"),
    "an operator stopped it": stopped("UserInitiated", "Task stopped by user"),
    "a task runs": stopped("EssentialContainerExited", "", status="RUNNING"),
    "a task of another cluster": stopped("EssentialContainerExited", "", cluster="another"),
    "another service": service_event("SERVICE_TASK_PLACEMENT_FAILURE", service="another"),
    "a steady state": service_event("SERVICE_STEADY_STATE"),
    "a deployment in progress": service_event("SERVICE_DEPLOYMENT_IN_PROGRESS", kind=DEPLOYMENT),
    "a completed deployment": service_event("SERVICE_DEPLOYMENT_COMPLETED", kind=DEPLOYMENT),
    "an event of another source": {
        **service_event("SERVICE_DEPLOYMENT_FAILED"),
        "source": "payments",
    },
}


@pytest.mark.parametrize("event", FAILURES.values(), ids=FAILURES)
def test_failure_sends_an_alert(template: View, event: Json) -> None:
    rules = template.of_type("AWS::Events::Rule").values()

    assert any(matches(rule["EventPattern"], event) for rule in rules)


@pytest.mark.parametrize("event", NORMAL.values(), ids=NORMAL)
def test_normal_event_sends_no_alert(template: View, event: Json) -> None:
    rules = template.of_type("AWS::Events::Rule").values()

    assert not any(matches(rule["EventPattern"], event) for rule in rules)


# With a role, EventBridge may fail to deliver to an encrypted topic.
@pytest.mark.parametrize("rule", RULES)
def test_rule_notifies_the_topic_without_a_role(template: View, rule: str) -> None:
    (target,) = template.properties(rule)["Targets"]

    assert (target["Arn"], "RoleArn" in target) == (TOPIC, False)


@pytest.mark.parametrize("rule", RULES)
def test_rule_is_enabled(template: View, rule: str) -> None:
    properties = template.properties(rule)

    assert properties.get("State", "ENABLED") == "ENABLED"


# EventBridge quotes and escapes a value only when it is a whole value of an object.
@pytest.mark.parametrize("rule", RULES)
def test_message_is_valid_json_for_values_with_quotes(template: View, rule: str) -> None:
    value = json.dumps('failed to resolve ref "app:1": not found')

    message = message_of(template, rule).replace(" <zone>", " eu-west-1a")
    message = re.sub("<.+?>", value.replace("\\", r"\\"), message)

    assert set(json.loads(message)) > {"what", "where"}


# A task that could not be placed has no zone. A missing value that is a whole value of an object is
# undocumented; inside a string it leaves nothing.
def test_message_about_a_task_without_a_zone_is_valid_json(template: View) -> None:
    message = message_of(template, "TaskStoppedRule").replace("<zone>", "")

    assert "<zone>" not in re.sub('".*?"', "", message_of(template, "TaskStoppedRule"))
    assert json.loads(re.sub("<.+?>", '"value"', message))["where"].endswith("${AWS::Region} ")


@pytest.mark.parametrize("rule", RULES)
def test_message_names_stack_and_region(template: View, rule: str) -> None:
    message = message_of(template, rule)

    assert '"where":"payment-${EnvironmentSuffix} ${AWS::Region}' in message


@pytest.mark.parametrize("rule", RULES)
def test_message_shows_every_value_of_the_input_paths(template: View, rule: str) -> None:
    (target,) = template.properties(rule)["Targets"]

    shown = re.findall("<(.+?)>", message_of(template, rule))

    assert set(shown) == set(target["InputTransformer"]["InputPathsMap"])


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("TaskStoppedRule", "$.detail.availabilityZone"),
        ("TaskStoppedRule", "$.detail.stoppedReason"),
        ("TaskStoppedRule", "$.detail.taskArn"),
        ("ServiceFailureRule", "$.detail"),
    ],
)
def test_message_says_what_happened(template: View, rule: str, path: str) -> None:
    (target,) = template.properties(rule)["Targets"]

    assert path in target["InputTransformer"]["InputPathsMap"].values()


def test_cluster_failover_and_failure_send_an_alert(template: View) -> None:
    subscription = template.properties("DatabaseClusterEvents")

    assert watched(subscription) == {
        "SourceType": "db-cluster",
        "SourceIds": [{"Ref": "DatabaseCluster"}],
        "EventCategories": ["failover", "failure"],
    }


def test_instance_outage_and_failure_send_an_alert(template: View) -> None:
    subscription = template.properties("DatabaseInstanceEvents")

    assert watched(subscription) == {
        "SourceType": "db-instance",
        "SourceIds": [{"Ref": name} for name in template.of_type("AWS::RDS::DBInstance")],
        "EventCategories": ["availability", "failure"],
    }


@pytest.mark.parametrize("subscription", SUBSCRIPTIONS)
def test_subscription_notifies_the_topic(template: View, subscription: str) -> None:
    properties = template.properties(subscription)

    assert properties["SnsTopicArn"] == TOPIC


@pytest.mark.parametrize("subscription", SUBSCRIPTIONS)
def test_subscription_is_enabled(template: View, subscription: str) -> None:
    properties = template.properties(subscription)

    assert properties.get("Enabled", True) is True


# RDS refuses a topic that does not let it publish.
@pytest.mark.parametrize("subscription", SUBSCRIPTIONS)
def test_subscription_waits_for_the_topics_policy(template: View, subscription: str) -> None:
    dependencies = template.depends_on(subscription)

    assert "AlertTopicPolicy" in dependencies


# Amazon Q Developer in chat applications drops every other message.
@pytest.mark.parametrize(
    "rule", [*RULES, "DatabaseEventRule", "WritesNotBlockedRule", "CertificateRule"]
)
def test_chat_channels_show_the_message(production: View, rule: str) -> None:
    (target,) = production.properties(rule)["Targets"]
    text = message_of(production, rule)
    # EventBridge quotes what is a whole value, and leaves the rest as it is.
    whole = re.sub(r"(?<=:)<.+?>", json.dumps('cannot pull "app:1"').replace("\\", r"\\"), text)

    message = json.loads(re.sub("<.+?>", "value", whole))

    assert (message["version"], message["source"]) == ("1.0", "custom")
    assert all(isinstance(message["content"][name], str) for name in ("title", "description"))
    assert all(isinstance(step, str) for step in message["content"]["nextSteps"])
    assert set(re.findall("<(.+?)>", text)) == set(target["InputTransformer"]["InputPathsMap"])


@pytest.mark.parametrize(
    ("kind", "source", "category", "expected"),
    [
        ("RDS DB Cluster Event", {"Ref": "DatabaseCluster"}, "failover", True),
        ("RDS DB Cluster Event", {"Ref": "DatabaseCluster"}, "global-failover", True),
        ("RDS DB Cluster Event", {"Ref": "DatabaseCluster"}, "global failover", True),
        ("RDS DB Cluster Event", "other", "global-failover", False),
        ("RDS DB Instance Event", {"Ref": "DatabaseWriter"}, "availability", True),
        ("RDS DB Instance Event", {"Ref": "DatabaseWriter"}, "backup", False),
        ("RDS DB Instance Event", "other", "availability", False),
    ],
)
def test_database_events_reach_chat_channels(
    production: View, kind: str, source: object, category: str, *, expected: bool
) -> None:
    event = {
        "source": "aws.rds",
        "detail-type": kind,
        "detail": {"SourceIdentifier": source, "EventCategories": [category]},
    }

    pattern = production.properties("DatabaseEventRule")["EventPattern"]

    assert matches(pattern, event) is expected


@pytest.mark.parametrize(
    ("kind", "source", "event_id", "expected"),
    [
        ("RDS DB Instance Event", {"Ref": "DatabaseWriter"}, "RDS-EVENT-0391", True),
        ("RDS DB Instance Event", {"Ref": "DatabaseReader2"}, "RDS-EVENT-0391", True),
        ("RDS DB Cluster Event", {"Ref": "DatabaseCluster"}, "RDS-EVENT-0391", True),
        ("RDS DB Instance Event", {"Ref": "DatabaseWriter"}, "RDS-EVENT-0390", False),
        ("RDS DB Instance Event", "other", "RDS-EVENT-0391", False),
    ],
)
def test_failover_that_did_not_block_writes_is_an_alert(
    production: View, kind: str, source: object, event_id: str, *, expected: bool
) -> None:
    detail = {"SourceIdentifier": source, "EventID": event_id, "EventCategories": ["any"]}
    event = {"source": "aws.rds", "detail-type": kind, "detail": detail}

    rule = production.properties("WritesNotBlockedRule")

    assert matches(rule["EventPattern"], event) is expected
    assert rule["Targets"][0]["Arn"] == {"Ref": "AlertTopic"}


CERTIFICATE = {"Ref": "CertificateArn"}
ENDING = "ACM Certificate Approaching Expiration"


# Route 53's health checks accept an expired certificate, and every task stays healthy.
@pytest.mark.parametrize(
    ("kind", "detail", "certificate", "expected"),
    [
        (ENDING, {"DaysToExpiry": 30}, CERTIFICATE, True),
        # ACM may still renew it.
        (ENDING, {"DaysToExpiry": 45}, CERTIFICATE, False),
        (ENDING, {"DaysToExpiry": 1}, "another", False),
        ("ACM Certificate Expired", {}, CERTIFICATE, True),
        ("ACM Certificate Revoked", {}, CERTIFICATE, True),
        ("ACM Certificate Renewal Action Required", {"DaysToExpiry": 59}, CERTIFICATE, True),
        ("ACM Certificate Available", {"Action": "RENEWAL"}, CERTIFICATE, False),
    ],
)
def test_end_of_the_certificate_is_an_alert(
    production: View, kind: str, detail: Json, certificate: object, *, expected: bool
) -> None:
    rule = production.properties("CertificateRule")

    event = {
        "source": "aws.acm",
        "detail-type": kind,
        "resources": [certificate],
        "detail": detail,
    }

    assert matches(rule["EventPattern"], event) is expected
    assert rule["Targets"][0]["Arn"] == TOPIC


# The texts have the quotes that AWS's examples have, and every event the fields of all kinds.
QUOTED = {
    "detail-type": "Backup Job State Change",
    "detail": {
        "Message": 'The cluster "payment" failed over.',
        "EventID": "RDS-EVENT-0169",
        "SourceIdentifier": "payment-aurora-cluster",
        "statusMessage": '"Backup job was stopped by user."',
        "state": "ABORTED",
        "stoppedReason": 'CannotPullContainerError: failed to resolve "registry/pay:1"',
        "stopCode": "TaskFailedToStart",
        "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/payment/1",
        "availabilityZone": "us-east-1a",
        "eventName": "SERVICE_DEPLOYMENT_FAILED",
    },
}


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("TaskStoppedRule", "TaskFailedToStart"),
        ("ServiceFailureRule", "SERVICE_DEPLOYMENT_FAILED"),
        ("WritesNotBlockedRule", "RDS-EVENT-0169 of payment-aurora-cluster"),
        ("DatabaseEventRule", "RDS-EVENT-0169 of payment-aurora-cluster"),
        ("BackupFailedRule", "Backup Job State Change: ABORTED"),
        ("CertificateRule", "Backup Job State Change"),
        ("BackupStoppedRule", "Backup Job State Change"),
    ],
)
def test_quote_in_an_event_does_not_break_the_message(
    production: View, rule: str, shown: str
) -> None:
    (target,) = production.properties(rule)["Targets"]
    text = message_of(production, rule)
    for name, path in target["InputTransformer"]["InputPathsMap"].items():
        value: Any = QUOTED
        for part in path.removeprefix("$.").split("."):
            value = value[part]
        # "EventBridge does not escape values".
        text = text.replace(f"<{name}>", value)

    assert json.loads(text)["content"]["description"] == shown
    assert "<" not in text


def test_every_rule_with_a_message_is_tested_with_quotes(production: View) -> None:
    rules = production.of_type("AWS::Events::Rule")
    changed = {name for name, it in rules.items() if "InputTransformer" in it["Targets"][0]}

    assert changed == {
        *("TaskStoppedRule", "ServiceFailureRule", "WritesNotBlockedRule"),
        *("DatabaseEventRule", "BackupFailedRule", "BackupStoppedRule", "CertificateRule"),
    }


def test_stack_without_a_certificate_has_no_rule_for_it(production: View) -> None:
    assert "CertificateRule" not in production.deployed(CertificateArn="").resources


def test_standard_stack_expects_no_failover_between_regions(template: View) -> None:
    assert "WritesNotBlockedRule" not in template.resources


def message_of(template: View, rule: str) -> str:
    (target,) = template.properties(rule)["Targets"]
    return str(target["InputTransformer"]["InputTemplate"]["Fn::Sub"])


def watched(subscription: Json) -> Json:
    names = ("SourceType", "SourceIds", "EventCategories")
    return {name: subscription[name] for name in names}


def matches(pattern: Json, event: Json) -> bool:
    """Return whether an event matches a pattern as in EventBridge: every key must match."""
    return all(_key_matches(key, wanted, event) for key, wanted in pattern.items())


def _key_matches(key: str, wanted: Json | list[Any], event: Json) -> bool:
    if key == "$or":
        return any(matches(alternative, event) for alternative in cast("list[Json]", wanted))
    if isinstance(wanted, dict):
        return matches(wanted, event[key])
    found = event.get(key)
    values = cast("list[object]", found) if isinstance(found, list) else [found]
    return any(_value_matches(one, value) for one in wanted for value in values)


def _value_matches(wanted: Any, value: object) -> bool:  # noqa: ANN401 - of JSON.
    match wanted:
        case {"anything-but": excluded}:
            return value is not None and value not in excluded
        case {"numeric": ["<=", most]}:
            return isinstance(value, int) and value <= most
        case {"prefix": {"equals-ignore-case": start}}:
            return str(value).lower().startswith(start.lower())
        case literal:
            return bool(literal == value)


@pytest.mark.parametrize(
    ("subscription", "source", "categories"),
    [
        ("DatabaseParameterGroupEvents", "db-parameter-group", ["configuration change"]),
        ("DatabaseSecurityGroupEvents", "db-security-group", ["configuration change", "failure"]),
    ],
)
def test_production_reports_changes_of_all_groups(
    production: View, subscription: str, source: str, categories: list[str]
) -> None:
    properties = production.properties(subscription)

    assert (properties["SourceType"], properties["EventCategories"]) == (source, categories)
    assert properties["SnsTopicArn"] == TOPIC
    # RDS accepts no parameter group of a cluster as a source.
    assert "SourceIds" not in properties


@pytest.mark.parametrize(
    "subscription", ["DatabaseParameterGroupEvents", "DatabaseSecurityGroupEvents"]
)
def test_change_events_wait_for_the_policy_of_the_topic(
    production: View, subscription: str
) -> None:
    assert "AlertTopicPolicy" in production.depends_on(subscription)


_VAULT = {
    "Fn::Sub": "arn:${AWS::Partition}:backup:${AWS::Region}:${AWS::AccountId}"
    ":backup-vault:payment-vault-${EnvironmentSuffix}"
}


# Both kinds of jobs name the vault of this region, under different names.
def test_failed_backups_and_failed_copies_of_the_vault_are_reported(production: View) -> None:
    rule = production.properties("BackupFailedRule")

    assert rule["EventPattern"] == {
        "source": ["aws.backup"],
        "detail-type": ["Backup Job State Change", "Copy Job State Change"],
        "detail": {
            "state": ["ABORTED", "EXPIRED", "FAILED"],
            "$or": [{"backupVaultArn": [_VAULT]}, {"sourceBackupVaultArn": [_VAULT]}],
        },
    }
    assert [target["Arn"] for target in rule["Targets"]] == [TOPIC]


# The fields of AWS's own examples: https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
def test_what_ends_all_backups_is_reported(production: View) -> None:
    rule = production.properties("BackupStoppedRule")

    assert rule["EventPattern"] == {
        "source": ["aws.backup"],
        "$or": [
            {
                "detail-type": ["Region Setting State Change"],
                "detail": {"ResourceTypeOptInPreference": {"Aurora": [False]}},
            },
            {
                "detail-type": ["Backup Plan State Change"],
                "detail": {"backupPlanId": [{"Ref": "BackupPlan"}], "state": ["DELETED"]},
            },
        ],
    }
    assert [target["Arn"] for target in rule["Targets"]] == [TOPIC]


# CloudFormation deletes the rule before the plan, so the deletion sends no alert.
def test_deletion_of_the_stack_is_no_lost_plan(production: View) -> None:
    assert "BackupPlan" in production.depends_on("BackupStoppedRule")
