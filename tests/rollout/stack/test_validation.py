"""CloudFormation's validation of a change set: its reasons are shown before they are deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from payment_templates.rollout.cause import find_cause
from payment_templates.rollout.cause.validation import Problem, change_set_warnings
from payment_templates.rollout.progress.events import Event
from payment_templates.rollout.stack import proposal
from payment_templates.rollout.stack.rejection import ChangeSetRejectedError, explain_rejection
from payment_templates.rollout.stack_set.planning import preview
from tests.rollout.running import EAST, NAME, SMALL, WEST, Commands, changed

if TYPE_CHECKING:
    from pathlib import Path

    from botocore.stub import Stubber

_UNKNOWN = {
    "Type": "AWS::Logs::LogGroup",
    "Properties": {"LogGroupName": "payment-records-dev-001", "Retention": 7, "Tier": 1},
}
_REASON = (
    "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To "
    "troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure "
    "information."
)
_ID = "arn:aws:cloudformation:us-east-1:123456789012:changeSet/x/1"
_STACK_ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/payment-dev-001/1"


def test_rejected_creation_shows_every_problem_and_leaves_nothing(
    commands: Commands, tmp_path: Path
) -> None:
    result = commands.deploy(template=changed(tmp_path, {"Records": _UNKNOWN}))

    assert result.exit_code == 1, result.output
    assert "why: Records (Logs::LogGroup) in us-east-1" in result.stdout
    assert "  Unsupported property [Retention]\n  /Resources/Records/Properties" in result.stdout
    assert "  Unsupported property [Tier]" in result.stdout
    assert "because of Records: Unsupported property [Retention] (and 1 more" in result.stderr
    assert "hint: the template has a property that AWS does not know" in result.stderr
    assert commands.stack() is None


def test_rejected_update_leaves_the_stack_as_it_was(commands: Commands, tmp_path: Path) -> None:
    commands.deploy()

    result = commands.deploy(template=changed(tmp_path, {"Records": _UNKNOWN}))

    client = commands.aws.client("cloudformation", EAST)
    assert result.exit_code == 1
    assert "Unsupported property [Retention]" in result.stderr
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"
    change_sets = client.list_change_sets(StackName="payment-dev-001")["Summaries"]
    assert [one["Status"] for one in change_sets] == ["CREATE_COMPLETE"]


def test_taken_name_is_rejected_before_anything_is_created(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-records-dev-001")

    result = commands.deploy()

    assert result.exit_code == 1
    assert "identifier 'payment-records-dev-001' already exists" in result.stderr
    assert "may hold the logs of an earlier stack" in result.stderr
    assert commands.stack() is None


def test_document_has_every_problem(commands: Commands, tmp_path: Path) -> None:
    template = changed(tmp_path, {"Records": _UNKNOWN})

    document = commands.document("deploy", "--yes", "--skip-preflight", template=template)

    assert document["cause"]["details"] == ["/Resources/Records/Properties"]
    assert [cause["reason"] for cause in document["causes"]] == [
        "Unsupported property [Retention]",
        "Unsupported property [Tier]",
    ]


def test_rollout_shows_why_the_preview_is_rejected(commands: Commands, tmp_path: Path) -> None:
    commands.rollout("--region", EAST, "--region", WEST)
    template = changed(tmp_path, {"Records": _UNKNOWN})

    result = commands.rollout("--region", EAST, "--region", WEST, template=template)

    assert result.exit_code == 1
    assert "why: Records (Logs::LogGroup) in us-east-1" in result.stdout
    assert "Unsupported property [Retention]" in result.stderr
    assert commands.greeting(EAST) == "first"


def test_reasons_that_may_not_be_read_are_a_missing_permission(cloudformation: Stubber) -> None:
    cloudformation.add_client_error("describe_events", "AccessDenied")

    error = _explained(cloudformation)

    assert "PropertyValidation" in str(error)
    assert "allow cloudformation:DescribeEvents" in str(error)


def test_hook_that_fails_is_named(cloudformation: Stubber) -> None:
    event = {
        **_event(),
        "EventType": "HOOK_INVOCATION_ERROR",
        "HookType": "Company::Security::Encryption",
        "HookStatusReason": "not encrypted",
    }
    cloudformation.add_response("describe_events", {"OperationEvents": [event]})

    error = _explained(cloudformation)

    (cause,) = error.causes
    assert (cause.reason, cause.details) == ("not encrypted", ("Company::Security::Encryption",))


def test_warning_is_not_the_reason_of_a_rejection(cloudformation: Stubber) -> None:
    warning = {**_event(), "ValidationFailureMode": "WARN", "ValidationStatusReason": "not empty"}
    cloudformation.add_response("describe_events", {"OperationEvents": [warning, _event()]})

    error = _explained(cloudformation)

    assert [cause.reason for cause in error.causes] == ["Required property [Name] not found"]


def test_warnings_of_an_accepted_change_set_are_read(cloudformation: Stubber) -> None:
    warning = {**_event(), "ValidationFailureMode": "WARN", "ValidationStatusReason": "over quota"}
    cloudformation.add_response("describe_events", {"OperationEvents": [_event(), warning]})
    client: Any = cloudformation.client

    (found,) = change_set_warnings(client, _ID)

    assert str(found).startswith("Topic ")
    assert str(found).endswith(": over quota")


def test_warnings_that_may_not_be_read_stop_nothing(cloudformation: Stubber) -> None:
    cloudformation.add_client_error("describe_events", "AccessDenied")
    client: Any = cloudformation.client

    assert change_set_warnings(client, _ID) == ()


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
def test_warnings_are_shown_with_the_changes(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    warning = Problem(
        logical_id="Records", resource_type="AWS::Logs::LogGroup", place="", reason="over quota"
    )

    def warnings(*_: object) -> tuple[Problem, ...]:
        return (warning,)

    monkeypatch.setattr(proposal, "change_set_warnings", warnings)

    result = commands.run("deploy", "--skip-preflight", option)

    assert result.exit_code == 0
    assert "CloudFormation warns: Records: over quota" in result.stdout


@pytest.mark.parametrize("option", ["--yes", "--dry-run"])
def test_warnings_are_shown_in_the_preview_of_a_set(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    commands.rollout()
    warning = Problem(
        logical_id="Records", resource_type="AWS::Logs::LogGroup", place="", reason="over quota"
    )

    def warnings(*_: object) -> tuple[Problem, ...]:
        return (warning,)

    monkeypatch.setattr(preview, "change_set_warnings", warnings)

    result = commands.run("rollout", "--skip-preflight", option, "--parameter", "Message=second")

    assert result.exit_code == 0, result.output
    # Once, however many stacks have it.
    assert result.stdout.count("CloudFormation warns:") == 1
    assert f"{EAST}, {WEST}: CloudFormation warns: Records: over quota" in result.stdout


def test_hook_that_rejects_the_stack_names_the_stack(cloudformation: Stubber) -> None:
    event = {**_event(), "EventType": "HOOK_INVOCATION_ERROR", "HookStatusReason": "no owner tag"}
    del event["LogicalResourceId"], event["ResourceType"]
    cloudformation.add_response("describe_events", {"OperationEvents": [event]})

    (cause,) = _explained(cloudformation).causes

    assert (cause.logical_id, cause.resource_type) == (NAME, "AWS::CloudFormation::Stack")


def test_stack_that_fails_validation_has_the_resource_as_its_cause(
    cloudformation: Stubber,
) -> None:
    earlier = {
        **_event(),
        "OperationId": "earlier",
        "Timestamp": datetime(2026, 1, 1, tzinfo=UTC),
        "ValidationStatusReason": "of an earlier operation",
    }
    cloudformation.add_response("describe_events", {"OperationEvents": [earlier, _event()]})
    failure = Event(
        event_id="1",
        stack_id=_STACK_ID,
        logical_id="payment-dev-001",
        physical_id=_STACK_ID,
        resource_type="AWS::CloudFormation::Stack",
        status="CREATE_FAILED",
        reason="Validation failed with 1 error(s). Call DescribeEvents to retrieve the full list",
        at=datetime.now(UTC),
        token="",
    )

    cause = find_cause(boto3.Session(), EAST, failure)

    assert (cause.logical_id, cause.reason) == ("Topic", "Required property [Name] not found")
    assert cause.details == ("/Resources/Topic/Properties",)


def test_values_that_only_the_deployment_knows_are_not_judged(
    commands: Commands, tmp_path: Path
) -> None:
    template = changed(
        tmp_path,
        {
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": _KEY_POLICY}},
            "Alerts": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
            },
        },
        template=SMALL,
    )

    result = commands.deploy(template=template)

    assert result.exit_code == 0, result.output


_KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}


def _explained(cloudformation: Stubber) -> ChangeSetRejectedError:
    # The stub of Stubber has no type for the client, and the response is a part of AWS's.
    client: Any = cloudformation.client
    failed: Any = {
        "ChangeSetId": _ID,
        "StackName": NAME,
        "Status": "FAILED",
        "StatusReason": _REASON,
    }
    return explain_rejection(client, failed)


def _event() -> dict[str, Any]:
    return {
        "EventId": "1",
        "StackId": _STACK_ID,
        "OperationId": "last",
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": "Topic",
        "ResourceType": "AWS::SNS::Topic",
        "Timestamp": datetime(2026, 1, 2, tzinfo=UTC),
        "ValidationFailureMode": "FAIL",
        "ValidationName": "PROPERTY_VALIDATION",
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": "Required property [Name] not found",
        "ValidationPath": "/Resources/Topic/Properties",
    }
