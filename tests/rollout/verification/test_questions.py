"""verify: what AWS confirms, contradicts, and cannot be asked."""

# ruff: noqa: ANN401 - AWS's answers and the command's documents are JSON of any shape.

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rollout.verification.finding import Verdict
from tests.rollout.running import EAST, SUFFIX, Commands
from tests.rollout.verification.conftest import (
    TEMPLATE,
    refusal,
    states,
    template_with_reader,
    without_actions,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ROLES = ("payment-execution-dev-001-us-east-1", "payment-task-dev-001-us-east-1")


def test_everything_is_confirmed_of_a_healthy_stack(verified: Commands) -> None:
    document = verified.document("verify", "--region", EAST)

    assert [one for one in document["findings"] if one["verdict"] != "confirmed"] == []
    assert {one["check"] for one in document["findings"]} == {
        *("running state", "event patterns", "roles", "policies", "database", "quotas")
    }
    assert (document["exit_code"], document["stack"]) == (0, f"payment-{SUFFIX}")


def test_only_what_is_not_confirmed_is_listed(verified: Commands) -> None:
    shown = verified.run("verify", "--region", EAST).stdout

    assert "event patterns: 24 confirmed" in shown
    assert "AWS says" not in shown


@pytest.mark.usefixtures("only_event_patterns")
def test_every_event_is_asked_of_every_rule(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def remember(arguments: dict[str, Any]) -> None:
        asked.append((arguments["EventPattern"], json.loads(arguments["Event"])))

    aws_answers({"TestEventPattern": remember})
    verified.run("verify", "--region", EAST)

    events = [event for _, event in asked]
    # EventBridge refuses a test event without any of these.
    mandatory = {"id", "account", "source", "time", "region", "resources", "detail-type"}
    assert len(events) == 22
    assert all(mandatory <= {*event} for event in events)
    assert {event["account"] for event in events} == {verified.aws.account}
    assert "${" not in json.dumps(events)


def test_pattern_that_misses_an_event_contradicts_evidence(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"TestEventPattern": {"Result": False}})

    document = verified.document("verify", "--region", EAST)

    wrong = _with(document, Verdict.CONTRADICTED)
    assert {(one["assumed"], one["answer"]) for one in wrong} == {("matches", "does not match")}
    assert len(wrong) == 6
    assert document["exit_code"] == 1
    assert document["error"] == "AWS contradicts 6 assumptions"


@pytest.mark.usefixtures("only_event_patterns")
def test_rule_with_a_schedule_matches_no_event(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    rule = {"State": "ENABLED", "ScheduleExpression": "rate(1 minute)"}
    made = aws_answers({"DescribeRule": rule})

    document = verified.document("verify", "--region", EAST)

    answers = {one["answer"] for one in _with(document, Verdict.CONTRADICTED)}
    assert answers == {"does not match"}
    assert "TestEventPattern" not in made


@pytest.mark.usefixtures("only_event_patterns")
def test_disabled_rule_contradicts_evidence(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    client = verified.aws.client("events", EAST)
    client.disable_rule(Name=f"payment-task-stopped-{SUFFIX}")

    document = verified.document("verify", "--region", EAST)

    client.enable_rule(Name=f"payment-task-stopped-{SUFFIX}")
    aws_answers({})
    (wrong,) = _with(document, Verdict.CONTRADICTED)
    assert (wrong["asked"], wrong["answer"]) == (
        f"is payment-task-stopped-{SUFFIX} enabled?",
        "DISABLED",
    )


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("AccessDeniedException", "AWS denies TestEventPattern"),
        ("ThrottlingException", "AWS throttles TestEventPattern"),
        ("InternalException", "TestEventPattern returns InternalException: why"),
    ],
    ids=["denied", "throttled", "failed"],
)
def test_refused_call_leaves_its_question_and_no_other_open(
    verified: Commands, aws_answers: Callable[..., list[str]], code: str, reason: str
) -> None:
    aws_answers({"TestEventPattern": refusal("TestEventPattern", code, "why")})

    document = verified.document("verify", "--region", EAST)

    open_ones = _with(document, Verdict.NOT_ASKED)
    assert {one["answer"] for one in open_ones} == {reason}
    assert {one["check"] for one in open_ones} == {"event patterns"}
    assert len(_with(document, Verdict.CONFIRMED)) > 30
    assert document["exit_code"] == 0


def test_denied_calls_are_shown_for_each_check(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    denied = (
        *("DescribeRule", "SimulatePrincipalPolicy", "ValidatePolicy", "DescribeDBInstances"),
        *("DescribeAlarms", "DescribeTargetHealth", "DescribeServices"),
        *("ListSubscriptionsByTopic", "GetServiceQuota"),
    )
    aws_answers({name: refusal(name, "AccessDenied") for name in denied})

    document = verified.document("verify", "--region", EAST)

    assert {one["check"] for one in _with(document, Verdict.NOT_ASKED)} == {
        *("running state", "event patterns", "roles", "policies", "database", "quotas")
    }
    # The cluster is read, but not the zones of its instances.
    assert [one["check"] for one in _with(document, Verdict.CONTRADICTED)] == []


def test_expired_credentials_end_the_command(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    made = aws_answers({"DescribeRule": refusal("DescribeRule", "ExpiredToken")})

    result = verified.run("verify", "--region", EAST)

    assert result.exit_code == 2
    assert "expired" in result.stderr
    assert "DescribeDBInstances" not in made


def test_denied_permission_of_a_role_contradicts(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    def deny_decrypt(arguments: dict[str, Any]) -> Any:
        if arguments["ActionNames"] != ["kms:Decrypt"]:
            return None
        result = {"EvalActionName": "kms:Decrypt", "EvalDecision": "implicitDeny"}
        return {"EvaluationResults": [result], "IsTruncated": False}

    aws_answers({"SimulatePrincipalPolicy": deny_decrypt})

    wrong = _with(verified.document("verify", "--region", EAST), Verdict.CONTRADICTED)

    assert {(one["check"], one["assumed"], one["answer"]) for one in wrong} == {
        ("roles", "allowed", "implicitDeny")
    }
    assert len(wrong) == len(_ROLES)


@pytest.mark.usefixtures("only_roles")
def test_role_that_may_do_too_much_contradicts(verified: Commands) -> None:
    iam = verified.aws.client("iam", EAST)
    everything = {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"}
    iam.put_role_policy(
        RoleName=_ROLES[1],
        PolicyName="by-hand",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}),
    )

    wrong = _with(verified.document("verify", "--region", EAST), Verdict.CONTRADICTED)

    iam.delete_role_policy(RoleName=_ROLES[1], PolicyName="by-hand")
    assert [(one["assumed"], one["answer"]) for one in wrong] == [("denied", "allowed")]
    assert "iam:CreateAccessKey" in wrong[0]["asked"]


@pytest.mark.parametrize(
    ("action", "resource", "count"),
    [
        ("iam:PutRolePolicy", "arn:aws:iam::*:role/*", 2),
        ("iam:PutRolePolicy", f"arn:aws:iam::*:role/{_ROLES[1]}", 1),
        ("iam:CreateAccessKey", "arn:aws:iam::*:user/*", 1),
        ("kms:ScheduleKeyDeletion", "arn:aws:kms:*:*:key/*", 2),
        ("secretsmanager:*", "arn:aws:secretsmanager:*:*:secret:*", 1),
    ],
)
@pytest.mark.usefixtures("only_roles")
def test_wide_permission_on_arns_contradicts(
    verified: Commands, action: str, resource: str, count: int
) -> None:
    iam = verified.aws.client("iam", EAST)
    too_wide = {"Effect": "Allow", "Action": action, "Resource": resource}
    iam.put_role_policy(
        RoleName=_ROLES[1],
        PolicyName="by-hand",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [too_wide]}),
    )

    wrong = _with(verified.document("verify", "--region", EAST), Verdict.CONTRADICTED)

    iam.delete_role_policy(RoleName=_ROLES[1], PolicyName="by-hand")
    assert [(one["assumed"], one["answer"]) for one in wrong] == [("denied", "allowed")] * count
    assert all(f"may {_ROLES[1]} call {action.partition('*')[0]}" in one["asked"] for one in wrong)
    assert not any(one["asked"].endswith(" on *?") for one in wrong)


@pytest.mark.usefixtures("only_roles")
def test_condition_on_a_list_is_asked_with_a_list(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    iam = verified.aws.client("iam", EAST)
    by_alias = {
        "Effect": "Allow",
        "Action": "kms:CreateGrant",
        "Resource": "arn:aws:kms:*:*:key/*",
        "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/payment"}},
    }
    iam.put_role_policy(
        RoleName=_ROLES[1],
        PolicyName="by-hand",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [by_alias]}),
    )
    asked: list[Any] = []

    def remember(arguments: dict[str, Any]) -> None:
        asked.extend(arguments["ContextEntries"])

    aws_answers({"SimulatePrincipalPolicy": remember})
    document = verified.document("verify", "--region", EAST)

    iam.delete_role_policy(RoleName=_ROLES[1], PolicyName="by-hand")
    assert _with(document, Verdict.NOT_ASKED) == []
    assert {
        "ContextKeyName": "kms:ResourceAliases",
        "ContextKeyValues": ["alias/payment"],
        "ContextKeyType": "stringList",
    } in asked


@pytest.mark.usefixtures("only_roles")
def test_permission_that_depends_on_the_request_is_open(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    def lack_a_key(arguments: dict[str, Any]) -> Any:
        if arguments["ActionNames"] != ["rds-db:connect"]:
            return None
        result = {
            "EvalActionName": "rds-db:connect",
            "EvalDecision": "implicitDeny",
            "MissingContextValues": ["aws:VpcSourceIp"],
        }
        return {"EvaluationResults": [result], "IsTruncated": False}

    aws_answers({"SimulatePrincipalPolicy": lack_a_key})

    (one,) = _with(verified.document("verify", "--region", EAST), Verdict.NOT_ASKED)

    assert one["answer"] == "implicitDeny, but only a real request has aws:VpcSourceIp"


@pytest.mark.usefixtures("only_policies")
def test_policies_are_validated_as_what_they_are(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    asked: list[tuple[str, str | None]] = []

    def remember(arguments: dict[str, Any]) -> None:
        asked.append((arguments["policyType"], arguments.get("validatePolicyResourceType")))

    aws_answers({"ValidatePolicy": remember})
    verified.run("verify", "--region", EAST)

    assert asked.count(("RESOURCE_POLICY", "AWS::IAM::AssumeRolePolicyDocument")) == len(_ROLES)
    assert asked.count(("IDENTITY_POLICY", None)) == 3
    # The key, the topic and the endpoint.
    assert asked.count(("RESOURCE_POLICY", None)) == 3


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        ("ERROR", Verdict.CONTRADICTED),
        ("SECURITY_WARNING", Verdict.CONTRADICTED),
        ("WARNING", Verdict.CONFIRMED),
        ("SUGGESTION", Verdict.CONFIRMED),
    ],
)
@pytest.mark.usefixtures("only_policies")
def test_errors_and_security_warnings_of_the_validation_contradict(
    verified: Commands, aws_answers: Callable[..., list[str]], kind: str, verdict: Verdict
) -> None:
    finding = {
        "findingType": kind,
        "issueCode": "CODE",
        "findingDetails": "details",
        "learnMoreLink": "https://example.com",
    }
    aws_answers({"ValidatePolicy": {"findings": [finding]}})

    document = verified.document("verify", "--region", EAST)

    found = [one for one in document["findings"] if one["check"] == "policies"]
    assert {one["verdict"] for one in found} == {verdict}
    assert all("CODE: details" in one["answer"] for one in found)


@pytest.mark.usefixtures("only_database")
def test_class_that_is_no_longer_offered_contradicts(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"DescribeOrderableDBInstanceOptions": {"OrderableDBInstanceOptions": []}})

    wrong = _with(verified.document("verify", "--region", EAST), Verdict.CONTRADICTED)

    assert {one["answer"] for one in wrong} == {"nowhere in this region"}
    assert len(wrong) == 3


@pytest.mark.usefixtures("only_running_state")
def test_alarms_without_data_contradict(verified: Commands) -> None:
    client = verified.aws.client("cloudwatch", EAST)
    name = f"payment-response-time-{SUFFIX}"
    client.set_alarm_state(AlarmName=name, StateValue="INSUFFICIENT_DATA", StateReason="none")

    wrong = _with(verified.document("verify", "--region", EAST), Verdict.CONTRADICTED)

    client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="data")
    assert [one["answer"] for one in wrong] == [f"{name} is in INSUFFICIENT_DATA"]


@pytest.mark.usefixtures("only_running_state")
def test_alarm_without_actions_that_another_reads_is_right(
    verified: Commands, aws_answers: Callable[..., list[str]], tmp_path: Path
) -> None:
    without_actions(verified, aws_answers, f"payment-response-time-{SUFFIX}")
    read = template_with_reader(tmp_path, "ResponseTimeAlarm")

    alone = verified.document("verify", "--region", EAST)
    accepted = verified.document("verify", "--region", EAST, "--template", str(read))

    assert [one["asked"] for one in _with(alone, Verdict.CONTRADICTED)] == [
        "which alarms notify no one?"
    ]
    assert _with(accepted, Verdict.CONTRADICTED) == []


def test_missing_stack_is_refused(verified: Commands) -> None:
    result = verified.run("verify", "--region", EAST, "--stack-name", "payment-other")

    assert result.exit_code == 2
    assert "error: there is no stack payment-other in us-east-1; nothing was asked" in result.stderr
    assert "hint: check --suffix and --region" in result.stderr


def test_stack_of_another_suffix_is_refused(verified: Commands) -> None:
    given = ("verify", "--suffix", "dev-002", "--stack-name", f"payment-{SUFFIX}")

    result = verified.run(*given, "--region", EAST)

    assert result.exit_code == 2
    assert "nothing was asked" in result.stderr


def test_running_operation_is_refused(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    stack = verified.stack()
    stack["StackStatus"] = "UPDATE_IN_PROGRESS"
    made = aws_answers({"DescribeStacks": {"Stacks": [stack]}})

    result = verified.run("verify", "--region", EAST)

    assert result.exit_code == 3
    assert "is UPDATE_IN_PROGRESS in us-east-1; nothing was asked" in result.stderr
    assert "TestEventPattern" not in made


def test_denied_template_is_refused_unless_one_is_given(
    verified: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    aws_answers({"GetTemplate": refusal("GetTemplate", "AccessDenied")})

    refused = verified.run("verify", "--region", EAST)
    given = verified.run("verify", "--region", EAST, "--template", "output/TapStack.json")

    assert refused.exit_code == 3
    assert "hint: allow cloudformation:GetTemplate" in refused.stderr
    assert given.exit_code == 0


def test_given_template_is_verified_instead_of_the_deployed_one(
    verified: Commands, tmp_path: Path
) -> None:
    template = json.loads(TEMPLATE.read_text())
    pattern = template["Resources"]["ServiceFailureRule"]["Properties"]["EventPattern"]
    pattern["detail"]["eventName"] = ["SERVICE_DEPLOYMENT_FAILED"]
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(template))

    document = verified.document("verify", "--region", EAST, "--template", str(path))

    wrong = _with(document, Verdict.CONTRADICTED)
    assert {(one["assumed"], one["answer"]) for one in wrong} == {("does not match", "matches")}
    assert len(wrong) == 2


def test_reading_changes_nothing(verified: Commands, aws_answers: Callable[..., list[str]]) -> None:
    made = aws_answers({})

    verified.run("verify", "--region", EAST)

    harmless = ("Describe", "Get", "List", "Simulate", "Test", "Validate")
    assert [one for one in made if not one.startswith(harmless)] == []
    assert states(verified.aws) == {"OK"}


def test_measurable_assumptions_are_listed_as_json(verified: Commands) -> None:
    document = json.loads(verified.run("verify", "--list", "--json").stdout)

    listed = document["assumptions"]
    assert [*document] == ["version", "assumptions"]
    assert {"assumption", "value", "command"} == {key for one in listed for key in one}
    assert "How long Aurora takes to promote a reader" in [one["assumption"] for one in listed]


def _with(document: Any, verdict: Verdict) -> list[dict[str, Any]]:
    return [one for one in document["findings"] if one["verdict"] == verdict]


def test_measurable_assumptions_are_listed_without_an_account(verified: Commands) -> None:
    result = verified.run("verify", "--list")

    assert result.exit_code == 0
    assert "How long Aurora takes to promote a reader: typically < 60 s" in result.stdout
    # Each names a way that the command knows.
    ways = {one.strip() for one in result.stdout.splitlines() if one.startswith(" ")}
    assert ways == {
        "verify",
        "verify --alarms",
        *(f"verify --game-day {it}" for it in ("nat-loss", "task-loss", "writer-failover")),
        "verify --game-day zone-loss",
    }
