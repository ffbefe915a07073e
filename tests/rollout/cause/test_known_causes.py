"""Every failure text has the right cause: a wrong hint sends the operator the wrong way."""

import json
from pathlib import Path

import pytest

from payment_templates.rollout.cause.hints import NO_KNOWN_CAUSE, find_known_cause, hint_for
from payment_templates.rollout.cause.known import KNOWN_CAUSES, KnownCause

# Failure reasons from public reports, each with the name of its cause.
_REPORTED: list[dict[str, str]] = json.loads(
    (Path(__file__).parents[1] / "failure_reasons.json").read_text()
)
_BY_NAME = {known.name: known for known in KNOWN_CAUSES}
_SERVICE = "AWS::ECS::Service"
_HANDLER = 'Resource handler returned message: "{}" (RequestToken: 1, HandlerErrorCode: {})'


def _cause(resource_type: str, text: str) -> str:
    known = find_known_cause(resource_type, text)
    return known.name if known else ""


@pytest.mark.parametrize("reported", _REPORTED, ids=lambda one: one["cause"])
def test_reported_failure_has_its_cause(reported: dict[str, str]) -> None:
    assert _cause(reported["type"], reported["reason"]) == reported["cause"]


def test_every_reported_failure_is_listed() -> None:
    assert len(_REPORTED) == 37


@pytest.mark.parametrize(
    ("known", "text"),
    [
        pytest.param(known, text, id=f"{known.name}-{number}")
        for known in KNOWN_CAUSES
        for number, text in enumerate(known.texts)
    ],
)
def test_every_text_of_the_table_finds_its_own_cause(known: KnownCause, text: str) -> None:
    resource_type = known.types[0] if known.types else "AWS::SNS::Topic"

    assert _cause(resource_type, text) == known.name
    assert _cause(resource_type, _HANDLER.format(text, "GeneralServiceException")) == known.name


def test_every_cause_has_a_name_a_hint_and_a_source_of_its_own() -> None:
    assert len(_BY_NAME) == len(KNOWN_CAUSES)
    assert len({known.hint for known in KNOWN_CAUSES}) == len(KNOWN_CAUSES)
    assert all(known.texts and known.source and known.cause for known in KNOWN_CAUSES)


@pytest.mark.parametrize(
    ("resource_type", "text", "wrong"),
    [
        (
            "AWS::IAM::Role",
            (
                "is not authorized to perform: iam:CreateRole with an explicit deny in a service "
                "control policy: arn:aws:organizations::1:policy/o-1/service_control_policy/p-1"
            ),
            "add it to their policy",
        ),
        (
            "AWS::Route53::RecordSet",
            "Tried to create resource record set but it already exists",
            "choose another --suffix",
        ),
        (
            "AWS::IAM::ManagedPolicy",
            (
                "is not authorized to perform: iam:CreatePolicy on resource: policy payment "
                "because no permissions boundary allows the iam:CreatePolicy action"
            ),
            "add it to their policy",
        ),
        (
            "AWS::S3::Bucket",
            (
                "is not authorized to perform: s3:PutObject because no session policy allows the "
                "s3:PutObject action"
            ),
            "add it to their policy",
        ),
        (
            "AWS::EC2::VPC",
            (
                "Invalid security token: The security token included in the request is invalid. "
                "(HandlerErrorCode: AccessDenied)"
            ),
            "add it to their policy",
        ),
        (
            "AWS::ElasticLoadBalancingV2::Listener",
            _HANDLER.format("A listener already exists on this port for it", "AlreadyExists"),
            "--suffix",
        ),
        (
            "AWS::RDS::DBCluster",
            _HANDLER.format(
                "Cannot create the snapshot because a snapshot with the identifier a already "
                "exists.",
                "AlreadyExists",
            ),
            "--suffix",
        ),
        (
            "AWS::Route53::RecordSet",
            (
                "RRSet cannot be created because a failover RRSet with the same name, type and "
                "failover role already exists."
            ),
            "before you delete it",
        ),
        (
            "AWS::IAM::Role",
            "The following hook(s) failed: [A::B::C] : the role payment already exists",
            "name is taken",
        ),
        (
            "AWS::SNS::Topic",
            "#/Protocol: HTTPX is not a valid enum value",
            "has a property that AWS does not know",
        ),
        ("AWS::IAM::Role", "payment-task already exists", "delete the resource that has it"),
        (_SERVICE, "Your account is currently blocked.", "did not become healthy"),
        (_SERVICE, "Capacity is unavailable at this time.", "did not become healthy"),
    ],
    ids=[
        *("service control policy", "record", "permissions boundary", "session policy"),
        *("invalid credentials", "listener", "snapshot", "failover role", "hook", "enum"),
        *("name of a running stack", "blocked account", "no capacity"),
    ],
)
def test_hint_does_not_mislead(resource_type: str, text: str, wrong: str) -> None:
    hint = hint_for(resource_type, text)

    assert wrong not in hint
    assert hint not in {"", NO_KNOWN_CAUSE}


@pytest.mark.parametrize("name", ["name-taken", "log-group-exists"])
def test_hint_to_delete_asks_for_the_owner_first(name: str) -> None:
    hint = _BY_NAME[name].hint

    assert hint.index("find out which stack owns it") < hint.lower().index("delete")


def test_service_that_never_stabilizes_for_a_known_reason_has_that_cause() -> None:
    reason = _HANDLER.format("Exceeded attempts to wait", "NotStabilized")
    event = "service: (service pay) was unable to place a task. Reason: "

    assert _cause(_SERVICE, f"{reason}\n{event}Your AWS account is currently blocked.") == (
        "account-blocked"
    )
    assert _cause(_SERVICE, f"{reason}\n{event}Capacity is unavailable at this time.") == (
        "fargate-capacity"
    )


def test_stack_set_names_the_type_of_the_resource_that_failed() -> None:
    reason = (
        "ResourceLogicalId:Record, ResourceType:AWS::Route53::RecordSet, ResourceStatusReason:"
        "[Tried to create resource record set [name='a.example.com.'] but it already exists]."
    )

    assert _cause("AWS::CloudFormation::StackSet", reason) == "record-exists"


def test_log_of_the_application_is_no_cause_of_cloudformation() -> None:
    reason = "ECS Deployment Circuit Breaker was triggered"

    unhealthy = hint_for(_SERVICE, reason, "log: table payments already exists")
    wrong_processor = hint_for(_SERVICE, reason, "log: exec /app: exec format error")

    assert unhealthy == _BY_NAME["tasks-not-healthy"].hint
    assert wrong_processor == _BY_NAME["image-platform"].hint


def test_unknown_cause_is_stated() -> None:
    assert hint_for("AWS::SNS::Topic", "Something new") == NO_KNOWN_CAUSE
    assert hint_for(_SERVICE, "Something new") == NO_KNOWN_CAUSE
    assert hint_for("AWS::SNS::Topic", "") == ""
