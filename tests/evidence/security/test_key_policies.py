"""Conditions in key policies: what holds, what does not, and what is not known."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from payment_templates.evidence.permissions.policies import Condition
from payment_templates.evidence.permissions.requests import ABSENT, holds
from tests.evidence.changes import Change, Json, append, changed, put
from tests.evidence.templates import real_document, verdict_of

STATEMENTS = "EncryptionKey.Properties.KeyPolicy.Statement"
ENCRYPTED, STARTS = "encrypted-at-rest", "tasks-can-start"
ALERTS, EVENTS, WRITER = (
    "alerts-reach-subscribers",
    "events-reach-subscribers",
    "writer-loss-detected",
)
ACCOUNT = {"Ref": "AWS::AccountId"}
NO_SERVICE = {"aws:PrincipalIsAWSService": "false"}
ANALYSTS = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/analyst-*"}}
INTERNS = {"StringEquals": {"aws:PrincipalTag/team": "interns"}}


def denied(condition: Json, *actions: str) -> Change:
    return append(
        STATEMENTS,
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": list(actions or ("kms:Decrypt", "kms:GenerateDataKey*")),
            "Resource": "*",
            "Condition": condition,
        },
    )


def only_if(statement: int, operator: str, condition: Json) -> Change:
    return put(f"{STATEMENTS}.{statement}.Condition.{operator}", condition)


ORGANIZATION = {"aws:PrincipalOrgID": "o-example"}
KEPT: dict[str, Change] = {
    "denied without TLS": denied({"Bool": {"aws:SecureTransport": "false"}}, "kms:*"),
    "denied through another service": denied({"StringLike": {"kms:ViaService": ["ec2.*"]}}),
    "denied to other accounts": denied(
        {"StringNotEquals": {"kms:CallerAccount": ACCOUNT}, "Bool": NO_SERVICE}
    ),
    "logs with any log group": only_if(3, "Null", {"kms:EncryptionContext:aws:logs:arn": "false"}),
    "logs in an organization, if they are in one": only_if(3, "StringEqualsIfExists", ORGANIZATION),
}
BYPASS = "kms:BypassPolicyLockoutSafetyCheck"
KEPT["denied with a bypass of the lockout check"] = denied({"Bool": {BYPASS: "true"}}, "kms:*")
BROKEN: dict[str, Change] = {
    "denied with TLS": denied({"Bool": {"aws:SecureTransport": "true"}}, "kms:*"),
    "grants denied through RDS": denied(
        {"StringLike": {"kms:ViaService": ["rds.*"]}}, "kms:CreateGrant"
    ),
    "denied through Secrets Manager": denied(
        {"StringLike": {"kms:ViaService": ["secretsmanager.*"]}}
    ),
    "denied to the account": denied({"StringEquals": {"kms:CallerAccount": ACCOUNT}}),
    "logs without a log group": only_if(3, "Null", {"kms:EncryptionContext:aws:logs:arn": "true"}),
    "logs in an organization": only_if(3, "StringEquals", ORGANIZATION),
}
UNKNOWN: dict[str, Change] = {
    "denied to certain roles": denied(ANALYSTS),
    "denied to a tag": denied(INTERNS),
    "denied without a bypass of the lockout check": denied(
        {"Bool": {BYPASS: "false"}}, "kms:PutKeyPolicy"
    ),
    "denied through RDS, where a database has a grant": denied(
        {"StringLike": {"kms:ViaService": ["rds.*"]}}
    ),
    "denied to other networks": denied(
        {
            "NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"},
            "Bool": {**NO_SERVICE, "aws:ViaAWSService": "false"},
        }
    ),
    "the use by an organization": only_if(1, "StringEquals", ORGANIZATION),
    "the administration by an organization": put(
        f"{STATEMENTS}.0.Condition", {"StringEquals": ORGANIZATION}
    ),
}


@pytest.mark.parametrize("title", KEPT)
def test_condition_that_certainly_allows(title: str) -> None:
    assert verdict_of(ENCRYPTED, changed(real_document(), KEPT[title])) is Verdict.KEPT


@pytest.mark.parametrize("title", BROKEN)
def test_condition_that_certainly_denies(title: str) -> None:
    assert verdict_of(ENCRYPTED, changed(real_document(), BROKEN[title])) is Verdict.BROKEN


@pytest.mark.parametrize("title", UNKNOWN)
def test_condition_of_which_it_is_not_known_whether_it_holds(title: str) -> None:
    assert verdict_of(ENCRYPTED, changed(real_document(), UNKNOWN[title])) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (KEPT["denied without TLS"], Verdict.KEPT),
        (KEPT["denied through another service"], Verdict.KEPT),
        (KEPT["denied to other accounts"], Verdict.KEPT),
        (KEPT["denied with a bypass of the lockout check"], Verdict.KEPT),
        (BROKEN["denied with TLS"], Verdict.BROKEN),
        (UNKNOWN["denied to certain roles"], Verdict.CONDITIONAL),
        (UNKNOWN["denied to a tag"], Verdict.CONDITIONAL),
        (UNKNOWN["denied to other networks"], Verdict.CONDITIONAL),
        (UNKNOWN["the use by an organization"], Verdict.CONDITIONAL),
    ],
)
def test_start_of_tasks_depends_on_the_key(change: Change, verdict: Verdict) -> None:
    assert verdict_of(STARTS, changed(real_document(), change)) is verdict


@pytest.mark.parametrize("claim", [ALERTS, EVENTS, WRITER])
@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (KEPT["denied through another service"], None),
        (KEPT["denied without TLS"], None),
        (KEPT["denied with a bypass of the lockout check"], None),
        (BROKEN["denied with TLS"], Verdict.BROKEN),
        (UNKNOWN["denied to certain roles"], Verdict.UNKNOWN),
        (UNKNOWN["denied to a tag"], Verdict.UNKNOWN),
    ],
    ids=["another service", "without TLS", "a bypass", "with TLS", "certain roles", "a tag"],
)
def test_alerts_depend_on_the_key(claim: str, change: Change, verdict: Verdict | None) -> None:
    before = verdict_of(claim, real_document())

    assert verdict_of(claim, changed(real_document(), change)) is (verdict or before)


# reference_policies_elements_condition_operators: what a request without the key means.
@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("StringEquals", "x", False),
        ("StringEqualsIfExists", "x", True),
        ("StringNotEquals", "x", True),
        ("NotIpAddress", "203.0.113.0/24", True),
        ("IpAddress", "203.0.113.0/24", False),
        ("ForAllValues:StringEquals", "x", True),
        ("ForAnyValue:StringEquals", "x", False),
        ("ForAnyValue:StringNotEquals", "x", False),
        ("Null", "true", True),
        ("Null", "false", False),
    ],
)
def test_condition_on_a_key_that_the_request_does_not_have(
    operator: str, given: str, *, expected: bool
) -> None:
    condition = Condition(operator=operator, key="aws:principalorgid", values=(given,))

    assert holds(condition, (ABSENT,)) is expected


@pytest.mark.parametrize(
    ("operator", "given", "expected"),
    [
        ("StringLike", "ec2.*", False),
        ("StringLike", "sns.*", None),
        ("StringNotLike", "ec2.*", True),
        ("StringLikeIfExists", "sns.*", True),
        ("Null", "true", None),
    ],
)
def test_condition_on_a_key_that_the_request_may_not_have(
    operator: str, given: str, *, expected: bool | None
) -> None:
    condition = Condition(operator=operator, key="kms:viaservice", values=(given,))

    assert holds(condition, ("sns.us-east-1.amazonaws.com", ABSENT)) is expected


def through(service: str, *actions: str) -> Json:
    return {
        "Effect": "Allow",
        "Principal": {"AWS": ACCOUNT},
        "Action": list(actions),
        "Resource": "*",
        "Condition": {"StringLike": {"kms:ViaService": f"{service}.*"}},
    }


USES = (
    through("secretsmanager", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"),
    through("sns", "kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"),
)


# AuroraUserGuide, Overview.Encryption.Keys: kms:CreateGrant and kms:DescribeKey are "required".
@pytest.mark.parametrize(
    ("actions", "verdict"),
    [
        (("kms:CreateGrant", "kms:DescribeKey"), Verdict.KEPT),
        (("kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey*"), Verdict.BROKEN),
        (("kms:DescribeKey", "kms:Decrypt", "kms:GenerateDataKey*"), Verdict.BROKEN),
    ],
)
def test_database_needs_grants_of_its_key(actions: tuple[str, ...], verdict: Verdict) -> None:
    document = changed(
        real_document(),
        put(f"{STATEMENTS}.1", USES[0]),
        put(f"{STATEMENTS}.2", through("rds", *actions)),
        append(STATEMENTS, USES[1]),
        put(f"{STATEMENTS}.0.Action", ["kms:Put*", "kms:Update*"]),
    )

    assert verdict_of(ENCRYPTED, document) is verdict


@pytest.mark.parametrize("claim", [ENCRYPTED, STARTS, ALERTS, EVENTS, WRITER])
@pytest.mark.parametrize("place", ["${AWS::Region}:${AWS::AccountId}:key/*", "*:*:key/*"])
def test_key_policy_may_name_its_key_by_a_pattern(claim: str, place: str) -> None:
    document = real_document()
    pattern = {"Fn::Sub": f"arn:${{AWS::Partition}}:kms:{place}"}
    statements = document["Resources"]["EncryptionKey"]["Properties"]["KeyPolicy"]["Statement"]
    for statement in statements:
        statement["Resource"] = pattern

    assert verdict_of(claim, document) is verdict_of(claim, real_document())


@pytest.mark.parametrize("place", ["eu-west-1:${AWS::AccountId}:key/*", "*:999999999999:key/*"])
def test_key_policy_that_names_other_keys_allows_nothing(place: str) -> None:
    document = real_document()
    statements = document["Resources"]["EncryptionKey"]["Properties"]["KeyPolicy"]["Statement"]
    for statement in statements:
        statement["Resource"] = {"Fn::Sub": f"arn:${{AWS::Partition}}:kms:{place}"}

    assert verdict_of(ENCRYPTED, document) is Verdict.BROKEN
