"""Whether an alert says that a certificate of a listener is about to expire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from tests.evidence.backups.test_backups import finding
from tests.evidence.changes import Change, append, changed, cut, drop, put
from tests.evidence.examination.test_claims import fixture_of
from tests.evidence.templates import CLAIMS, production_document, real_document

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from tests.evidence.changes import Json

_CLAIM = "expiring-certificate-detected"
_RULE = "CertificateRule.Properties"
_PATTERN = f"{_RULE}.EventPattern"
_DAYS = f"{_PATTERN}.$or.1.detail.DaysToExpiry"
_APPROACHING = "ACM Certificate Approaching Expiration"
_OTHER = "arn:aws:acm:us-east-1:111122223333:certificate/other"
_OWN: Json = {"Ref": "CertificateArn"}
_LISTENED = "HttpsListener.Properties.Certificates.0.CertificateArn"


def _verdict(*changes: Change) -> Verdict:
    return finding(_CLAIM, *changes).verdict


def _resource(kind: str, **properties: object) -> Json:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _days(*values: object) -> Change:
    return put(_DAYS, [*values])


def _pattern(**fields: object) -> Change:
    """Match the announcement of ACM by these fields alone."""
    return put(_PATTERN, {"source": ["aws.acm"], "detail-type": [_APPROACHING], **fields})


def _bus(region: str, account: str) -> Json:
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:events:{region}:{account}:event-bus/default"}


def _another(arn: object) -> Change:
    """Add a second certificate to the listener."""
    return put(
        "SecondCertificate",
        _resource(
            "ElasticLoadBalancingV2::ListenerCertificate",
            ListenerArn={"Ref": "HttpsListener"},
            Certificates=[{"CertificateArn": arn}],
        ),
    )


def _account(days: int) -> Change:
    configuration = {"DaysBeforeExpiry": days}
    return put(
        "Acm", _resource("CertificateManager::Account", ExpiryEventsConfiguration=configuration)
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([drop("CertificateRule")], id="no rule"),
        pytest.param([put(f"{_RULE}.State", "DISABLED")], id="the rule is disabled"),
        pytest.param([put(f"{_RULE}.EventBusName", "orders")], id="a bus without events of AWS"),
        pytest.param(
            [put(f"{_RULE}.EventBusName", _bus("${AWS::Region}", "999999999999"))],
            id="the default bus of another account",
        ),
        pytest.param(
            [put(f"{_RULE}.EventBusName", _bus("eu-west-1", "${AWS::AccountId}"))],
            id="the default bus of another region",
        ),
        pytest.param([put(f"{_RULE}.Targets", [])], id="no target"),
        pytest.param([put(f"{_PATTERN}.source", ["aws.health"])], id="another source"),
        pytest.param([put(f"{_PATTERN}.resources", [_OTHER])], id="another certificate"),
        pytest.param(
            [put(f"{_PATTERN}.resources", [{"prefix": "arn:aws:acm:eu-west-1:"}])],
            id="the certificates of another region",
        ),
        pytest.param([cut(f"{_PATTERN}.$or.1")], id="only when it has expired"),
        pytest.param([_days({"numeric": ["<", 7]})], id="too late"),
        pytest.param([_days({"numeric": ["<=", 3]})], id="in the last days alone"),
        pytest.param([_days({"numeric": [">", 1]})], id="not on the last day"),
        pytest.param([_days({"numeric": ["=", 30]})], id="one day alone"),
        pytest.param([_days(7)], id="a week before alone"),
        pytest.param([_days("7", "1")], id="texts instead of numbers"),
        pytest.param([_days({"wildcard": "*"})], id="an operator for texts"),
        pytest.param(
            [
                put("Parameters.Days", {"Type": "Number", "Default": 30}),
                _days({"numeric": ["<=", {"Ref": "Days"}]}),
            ],
            id="a number from a parameter, which is a text",
        ),
        pytest.param([_another(_OTHER)], id="one of two certificates"),
        pytest.param(
            [put(_LISTENED, _OTHER)], id="the listener has another certificate than the rule"
        ),
        pytest.param([_account(3)], id="ACM starts too late"),
        pytest.param(
            [
                put(_LISTENED, "arn:aws:iam::111122223333:server-certificate/payments"),
                cut(f"{_PATTERN}.resources"),
            ],
            id="a certificate of IAM",
        ),
    ],
)
def test_certificate_that_nothing_reports_breaks_the_promise(changes: list[Change]) -> None:
    assert _verdict() is Verdict.KEPT

    assert _verdict(*changes) is Verdict.BROKEN


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([cut(f"{_PATTERN}.resources")], id="every certificate"),
        pytest.param([put(f"{_PATTERN}.resources", [_OTHER, _OWN])], id="one of several"),
        pytest.param(
            [put(f"{_PATTERN}.resources", [{"Fn::Sub": "${CertificateArn}"}])], id="by Fn::Sub"
        ),
        pytest.param(
            [put(f"{_PATTERN}.resources", [{"wildcard": "arn:aws:acm:*:*:certificate/*"}])],
            id="by a wildcard",
        ),
        pytest.param([_pattern(resources=[_OWN])], id="every day"),
        pytest.param([_days({"numeric": [">", 0, "<=", 7]})], id="the last week"),
        pytest.param([_days(30, 14, 7, 3, 1)], id="some days"),
        pytest.param([_days({"anything-but": [45]})], id="every day but one"),
        pytest.param([cut(f"{_PATTERN}.$or.0")], id="not when it has expired"),
        pytest.param([put(f"{_RULE}.EventBusName", "default")], id="the default bus by its name"),
        pytest.param(
            [put(f"{_RULE}.EventBusName", _bus("${AWS::Region}", "${AWS::AccountId}"))],
            id="the default bus by its ARN",
        ),
        pytest.param(
            [_another(_OTHER), append(f"{_PATTERN}.resources", _OTHER)], id="two certificates"
        ),
        pytest.param([_another(_OWN)], id="the same certificate twice"),
        pytest.param([put(_LISTENED, _OTHER), cut(f"{_PATTERN}.resources")], id="a literal ARN"),
        pytest.param([_account(7)], id="ACM starts in time"),
    ],
)
def test_other_spelling_keeps_the_promise(changes: list[Change]) -> None:
    assert _verdict(*changes) is Verdict.KEPT


def test_each_event_has_a_line_and_so_has_what_the_account_decides() -> None:
    lines = finding(_CLAIM).evidence

    assert "unless the account's DaysBeforeExpiry is lower" in lines[0]
    assert lines[1:] == (
        "the certificate of HttpsListener, 7 d left: CertificateRule",
        "the certificate of HttpsListener, 1 d left: CertificateRule",
        "the certificate of HttpsListener, expired (no event if it is imported): CertificateRule",
    )


def test_finding_names_what_uses_the_certificate() -> None:
    assert finding(_CLAIM, _another(_OTHER)).why == (
        "nothing reports that the certificate of SecondCertificate expires in 7 d"
    )


@pytest.mark.parametrize(
    "target",
    [
        "arn:aws:lambda:us-east-1:111122223333:function:chat",
        "arn:aws:sns:us-east-1:111122223333:operators",
    ],
)
def test_target_outside_the_stack_is_a_condition(target: str) -> None:
    after = finding(_CLAIM, put(f"{_RULE}.Targets.0.Arn", target))

    assert after.verdict is Verdict.CONDITIONAL
    assert after.why == "if the target of CertificateRule sends an alert"


def test_name_of_a_certificate_outside_the_stack_is_a_condition() -> None:
    after = finding(_CLAIM, _pattern(detail={"CommonName": ["pay.example.com"]}))

    assert after.verdict is Verdict.CONDITIONAL
    assert "the pattern of CertificateRule matches the certificate" in after.why


@pytest.mark.parametrize(
    "fields", [{"time": ["2026-01-01T05:20:00Z"]}, {"id": [{"prefix": "0000"}]}], ids=["time", "ID"]
)
def test_rule_for_some_events_alone_is_a_condition(fields: Json) -> None:
    after = finding(_CLAIM, _pattern(**fields))

    assert after.verdict is Verdict.CONDITIONAL
    assert finding(_CLAIM, _pattern(time=[{"exists": True}])).verdict is Verdict.KEPT


def _alarm(**properties: object) -> Change:
    """Add an alarm on the days that are left."""
    usual: Json = {
        "Namespace": "AWS/CertificateManager",
        "MetricName": "DaysToExpiry",
        "Dimensions": _dimension(_OWN),
        "Statistic": "Minimum",
        "Period": 86400,
        "EvaluationPeriods": 1,
        "ComparisonOperator": "LessThanThreshold",
        "Threshold": 30,
        "AlarmActions": [{"Ref": "AlertTopic"}],
    }
    return put("ExpiryAlarm", _resource("CloudWatch::Alarm", **usual | properties))


def _dimension(arn: object) -> list[Json]:
    return [{"Name": "CertificateArn", "Value": arn}]


_ACTING = _resource(
    "CloudWatch::CompositeAlarm",
    AlarmRule={"Fn::Sub": "ALARM(${ExpiryAlarm})"},
    AlarmActions=[{"Ref": "AlertTopic"}],
)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([_alarm()], id="below 30 days"),
        pytest.param([_alarm(Statistic="Maximum")], id="another statistic"),
        pytest.param(
            [_alarm(ComparisonOperator="LessThanOrEqualToThreshold", Threshold=7)], id="a week"
        ),
        pytest.param([_alarm(), _account(1)], id="the account's setting is for events"),
        pytest.param(
            [_alarm(AlarmActions=[]), put("Acting", _ACTING)], id="another alarm acts in its place"
        ),
    ],
)
def test_alarm_on_the_days_that_are_left_is_a_condition(changes: list[Change]) -> None:
    after = finding(_CLAIM, drop("CertificateRule"), *changes)

    assert after.verdict is Verdict.CONDITIONAL
    assert after.why == "if ExpiryAlarm fires before the certificate of HttpsListener expires"


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param({"Dimensions": _dimension(_OTHER)}, id="another certificate"),
        pytest.param({"Dimensions": []}, id="no certificate"),
        pytest.param(
            {"Dimensions": [*_dimension(_OWN), {"Name": "Region", "Value": "us-east-1"}]},
            id="a dimension that the metric lacks",
        ),
        pytest.param({"Threshold": 1}, id="on the last day alone"),
        pytest.param({"ComparisonOperator": "GreaterThanThreshold"}, id="while it is valid"),
        pytest.param({"Statistic": "SampleCount"}, id="the number of points"),
        pytest.param({"EvaluationPeriods": 40}, id="more periods than CloudWatch accepts"),
        pytest.param({"AlarmActions": []}, id="no action"),
        pytest.param({"ActionsEnabled": False}, id="disabled actions"),
    ],
)
def test_alarm_that_reports_no_end_of_the_certificate_breaks_the_promise(properties: Json) -> None:
    assert _verdict(drop("CertificateRule"), _alarm(**properties)) is Verdict.BROKEN


def test_alarm_on_a_certificate_need_not_fire_within_a_minute() -> None:
    document = changed(real_document(), _alarm(Dimensions=_dimension(_OTHER)))
    claims = [CLAIMS["alarms-within-sixty-seconds"]]

    before, after = (
        examine(parse_template(json.dumps(it), name="t.json"), profile="any", claims=claims)
        .results[0]
        .finding
        for it in (real_document(), document)
    )

    assert after.amount == before.amount
    assert "ExpiryAlarm: watches certificates" in after.evidence


# The templates of the claim itself, where the stack declares the certificate.
def _of_declared(*changes: Change) -> Finding:
    return _examined(changed(fixture_of(CLAIMS[_CLAIM], "good"), *changes))


def _examined(document: Json) -> Finding:
    template = parse_template(json.dumps(document), name="t.json")
    return examine(template, profile="any", claims=[CLAIMS[_CLAIM]]).results[0].finding


_RESOURCES = "Rule.Properties.EventPattern.resources"


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [cut(_RESOURCES)],
        [put(_RESOURCES, [{"prefix": "arn:aws:acm:"}])],
        [put(_RESOURCES, [{"Fn::Sub": "${Certificate}"}])],
        [put("Rule.Properties.EventPattern.detail", {"CommonName": ["pay.example.com"]})],
    ],
)
def test_certificate_of_the_stack_is_known(changes: list[Change]) -> None:
    assert _of_declared(*changes).verdict is Verdict.KEPT


@pytest.mark.parametrize(
    "changes",
    [
        [put(_RESOURCES, [_OTHER])],
        [put("Rule.Properties.EventPattern.detail", {"CommonName": ["orders.example.com"]})],
    ],
)
def test_rule_for_another_certificate_than_that_of_the_stack_is_broken(
    changes: list[Change],
) -> None:
    assert _of_declared(*changes).verdict is Verdict.BROKEN


_IMPORT: Json = {"Fn::ImportValue": "payments-certificate"}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ([_IMPORT], Verdict.KEPT),
        ([{"wildcard": "arn:aws:acm:*"}, _IMPORT], Verdict.KEPT),
        # It may be the imported one.
        ([_OTHER], Verdict.CONDITIONAL),
        ([{"Fn::ImportValue": "other-certificate"}], Verdict.CONDITIONAL),
        (None, Verdict.KEPT),
    ],
)
def test_imported_value_may_be_any_certificate(
    resources: list[object] | None, expected: Verdict
) -> None:
    narrowed = put(_RESOURCES, resources) if resources else cut(_RESOURCES)

    assert _of_declared(put(_LISTENED, _IMPORT), narrowed).verdict is expected


def test_number_of_days_from_outside_is_a_condition() -> None:
    days = {"DaysToExpiry": [{"numeric": ["<=", {"Fn::ImportValue": "days"}]}]}

    after = _of_declared(put("Rule.Properties.EventPattern.detail", days))

    assert after.verdict is Verdict.CONDITIONAL


def test_imported_certificate_without_a_rule_is_broken() -> None:
    imported = put(_LISTENED, _IMPORT)

    assert _of_declared(imported, drop("Rule")).verdict is Verdict.BROKEN


def test_stack_without_a_certificate_has_nothing_to_report() -> None:
    without = _of_declared(drop("Certificate"), drop("HttpsListener"))

    assert without.verdict is Verdict.NOT_APPLICABLE


def test_only_production_promises_it() -> None:
    documents = {"standard": real_document(), "production": production_document()}
    promised = {
        profile: examine(
            parse_template(json.dumps(document, separators=(",", ":")), name="t.json"),
            profile=profile,
            claims=[CLAIMS[_CLAIM]],
        ).results[0]
        for profile, document in documents.items()
    }

    assert {profile: it.promised for profile, it in promised.items()} == {
        "standard": False,
        "production": True,
    }
    assert promised["production"].finding.verdict is Verdict.KEPT
