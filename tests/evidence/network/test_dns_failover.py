"""DNS records that fail over, and those that do not although they look alike."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, cut, put
from tests.evidence.network.test_request_filters import (
    ELSEWHERE,
    FIXED,
    FORWARD,
    LOGIN,
    acl_rule,
    paths,
    rate,
    rule,
    share,
)
from tests.evidence.templates import (
    CLAIMS,
    production_document,
    real_document,
    result_of,
    verdict_of,
)

DNS, BACK = "dns-fails-over", "region-back-within-two-minutes"
TTL = "dns-ttl-thirty-seconds"
ROLES, BOTH = "regions-take-both-failover-roles", "availability-of-two-regions"
CHECK = "HealthCheck.Properties.HealthCheckConfig"
RECORD = "DnsRecord.Properties"
NAME: Json = {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}
OTHER: list[Json] = [{"Type": "forward", "TargetGroupArn": {"Ref": "Other"}}]
OK: list[Json] = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]


def zone(**properties: object) -> list[Change]:
    kind: Json = {"Type": "AWS::Route53::HostedZone", "Condition": "HasDomain"}
    return [
        put("Zone", {**kind, "Properties": {"Name": {"Ref": "DomainName"}, **properties}}),
        put(f"{RECORD}.HostedZoneId", {"Ref": "Zone"}),
    ]


def alias(zone_id: object) -> list[Change]:
    target: Json = {"DNSName": NAME, "HostedZoneId": zone_id, "EvaluateTargetHealth": True}
    return [
        cut(f"{RECORD}.TTL"),
        cut(f"{RECORD}.ResourceRecords"),
        put(f"{RECORD}.Type", "A"),
        put(f"{RECORD}.AliasTarget", target),
    ]


def calculated(threshold: int, **child: object) -> Change:
    """Put a calculated check before the check of the load balancer, which becomes its child."""

    def change(document: Json) -> None:
        resources = document["Resources"]
        own = resources["HealthCheck"]
        config = own["Properties"]["HealthCheckConfig"]
        resources["Child"] = {
            **own,
            "Properties": {**own["Properties"], "HealthCheckConfig": {**config, **child}},
        }
        own["Properties"]["HealthCheckConfig"] = {
            "Type": "CALCULATED",
            "HealthThreshold": threshold,
            "ChildHealthChecks": [{"Ref": "Child"}],
        }

    return change


def on_both_listeners(actions: list[Json]) -> list[Change]:
    path = paths("/")
    return [
        rule(path, Actions=actions),
        rule(path, name="Secure", ListenerArn={"Ref": "HttpsListener"}, Actions=actions),
        put("Secure.Condition", "HasCertificate"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([put(f"{CHECK}.IPAddress", "192.0.2.44")], id="a check of a fixed address"),
        pytest.param([calculated(0)], id="a check that is always healthy"),
        pytest.param([calculated(3)], id="a check that is never healthy"),
        pytest.param(
            [calculated(1, FullyQualifiedDomainName="example.com")], id="a check of another host"
        ),
        pytest.param(zone(), id="a zone of each region"),
        pytest.param(
            zone(VPCs=[{"VPCId": {"Ref": "Vpc"}, "VPCRegion": "us-east-1"}]), id="a private zone"
        ),
        pytest.param(alias({"Ref": "HostedZoneId"}), id="an alias with its own zone"),
        pytest.param(alias("Z35SXDOTRQ7X7K"), id="an alias with the zone of one region"),
        pytest.param(
            [append(f"{RECORD}.ResourceRecords", "other.example.com")], id="two canonical names"
        ),
        pytest.param([cut(f"{RECORD}.SetIdentifier")], id="a record without identifier"),
        pytest.param(on_both_listeners(OK), id="a rule that answers the check"),
        pytest.param(on_both_listeners(FIXED), id="a rule that refuses the check"),
        pytest.param(on_both_listeners([LOGIN, *FORWARD]), id="a login"),
        pytest.param(
            [*share({"Ref": "Other"}, weight=0), *on_both_listeners(OTHER)],
            id="a rule for a group without targets",
        ),
        pytest.param(on_both_listeners([{"Type": "jwt-validation"}, *FORWARD]), id="a token"),
        pytest.param(
            [put("HttpsListener.Properties.MutualAuthentication", {"Mode": "verify"})],
            id="client certificates",
        ),
    ],
)
@pytest.mark.parametrize("claim", [DNS, BACK, BOTH])
def test_record_that_does_not_follow_the_tasks_is_broken(claim: str, changes: list[Change]) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is Verdict.BROKEN


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([calculated(1)], id="a calculated check of the load balancer"),
        pytest.param(
            alias({"Fn::GetAtt": ["LoadBalancer", "CanonicalHostedZoneID"]}), id="a right alias"
        ),
        pytest.param(
            [
                put(
                    f"{RECORD}.HealthCheckId",
                    {
                        "Fn::If": [
                            "IsPrimaryRegion",
                            {"Ref": "HealthCheck"},
                            {"Ref": "AWS::NoValue"},
                        ]
                    },
                )
            ],
            id="a secondary record without check",
        ),
        pytest.param([rule(paths("/admin"), Actions=OK)], id="a rule for another path"),
        pytest.param(
            [
                *share({"Ref": "Other"}, weight=0),
                put("Other.Properties.Targets", [{"Id": "10.0.1.9"}]),
                *on_both_listeners(OTHER),
            ],
            id="a rule for a group with targets",
        ),
        pytest.param(
            on_both_listeners(
                [
                    {**LOGIN, "AuthenticateOidcConfig": {"OnUnauthenticatedRequest": "allow"}},
                    *FORWARD,
                ]
            ),
            id="a login that is not required",
        ),
    ],
)
@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_record_that_follows_the_tasks_stays_conditional(
    region: str, changes: list[Change]
) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(DNS, document, region) is Verdict.CONDITIONAL
    assert verdict_of(BACK, document, region) is Verdict.CONDITIONAL


def test_check_that_a_group_elsewhere_answers_is_a_condition() -> None:
    actions: list[Json] = [{"Type": "forward", "TargetGroupArn": ELSEWHERE}]
    document = changed(real_document(), *on_both_listeners(actions))

    why = result_of(CLAIMS[DNS], document).finding.why

    assert f"{ELSEWHERE}, not in the template, has targets" in why


def test_zone_of_each_region_breaks_the_failover_roles() -> None:
    assert verdict_of(ROLES, changed(real_document(), *zone())) is Verdict.BROKEN


def test_primary_record_without_check_is_broken() -> None:
    document = changed(real_document(), cut(f"{RECORD}.HealthCheckId"))

    assert verdict_of(DNS, document) is Verdict.BROKEN


def test_web_acl_that_blocks_the_checkers_is_noticed() -> None:
    match: Json = {
        "FieldToMatch": {"SingleHeader": {"Name": "User-Agent"}},
        "PositionalConstraint": "CONTAINS",
        "SearchString": "Amazon-Route53-Health-Check-Service",
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }
    blocking: Json = {
        "Name": "Agent",
        "Priority": 9,
        "Action": {"Block": {}},
        "Statement": {"ByteMatchStatement": match},
    }
    document = changed(
        {**production_document(), "Rules": {}}, append("WebAcl.Properties.Rules", blocking)
    )

    assert verdict_of(DNS, document) is Verdict.BROKEN


@pytest.mark.parametrize(
    ("fields", "open_to_doubt"),
    [
        pytest.param({"Limit": 10}, True, id="too few"),
        pytest.param({"Limit": 100, "EvaluationWindowSec": 600}, True, id="too few in 10 minutes"),
        pytest.param({"Limit": 20, "EvaluationWindowSec": 60}, False, id="enough in a minute"),
        pytest.param({"Limit": 100}, False, id="enough"),
    ],
)
def test_limit_that_checkers_may_exceed_is_a_condition(
    fields: Json, *, open_to_doubt: bool
) -> None:
    document = changed(
        {**production_document(), "Rules": {}}, acl_rule(rate("IP", **fields), priority=9)
    )

    why = result_of(CLAIMS[DNS], document).finding.why

    assert ("the rule R9 of WebAcl does not block" in why) is open_to_doubt


def test_checkers_that_a_security_group_may_shut_out_are_a_condition() -> None:
    document = changed(
        real_document(),
        put(
            "LoadBalancerSecurityGroup.Properties.SecurityGroupIngress.0.CidrIp", "198.51.100.0/24"
        ),
    )

    assert verdict_of(DNS, document) is Verdict.CONDITIONAL


def other_record(kind: str, ttl: str, name: object, zone_id: object) -> Change:
    fields: Json = {"Type": kind, "TTL": ttl, "Name": name, "HostedZoneId": zone_id}
    record: Json = {**fields, "ResourceRecords": ["db.example.com"]}
    return put("Further", {"Type": "AWS::Route53::RecordSet", "Properties": record})


PRIVATE_ZONE = put(
    "Inside",
    {
        "Type": "AWS::Route53::HostedZone",
        "Properties": {"Name": "in.example.com", "VPCs": [{"VPCId": {"Ref": "Vpc"}}]},
    },
)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [PRIVATE_ZONE, other_record("CNAME", "30", "db.in.example.com", {"Ref": "Inside"})],
            id="a record of a private zone",
        ),
        pytest.param(
            [
                other_record(
                    "TXT", "300", {"Fn::Sub": "_acme.${DomainName}"}, {"Ref": "HostedZoneId"}
                ),
                put("Further.Condition", "HasDomain"),
            ],
            id="a text record of another name",
        ),
    ],
)
@pytest.mark.parametrize("claim", [DNS, TTL])
def test_records_of_other_names_decide_no_failover(claim: str, changes: list[Change]) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(claim, document) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([cut(f"{RECORD}.Failover")], id="without the policy"),
        pytest.param(
            [
                other_record("A", "300", {"Ref": "DomainName"}, {"Ref": "HostedZoneId"}),
                put("DnsRecord.Condition", "HasCertificate"),
                put("Further.Condition", "HasDomain"),
            ],
            id="another one of the same name",
        ),
    ],
)
def test_record_of_the_name_without_failover_is_broken(changes: list[Change]) -> None:
    assert verdict_of(DNS, changed(real_document(), *changes)) is Verdict.BROKEN


@pytest.mark.parametrize("fields", [{"TTL": "300"}, {"TTL": "60", "Failover": "PRIMARY"}])
def test_record_of_the_failover_with_a_longer_ttl_is_broken(fields: Json) -> None:
    changes = [put(f"{RECORD}.{name}", value) for name, value in fields.items()]

    assert verdict_of(TTL, changed(real_document(), *changes)) is Verdict.BROKEN


def another(**fields: object) -> Change:
    record: Json = {
        "HostedZoneId": {"Ref": "HostedZoneId"},
        "Name": {"Fn::Sub": "${DomainName}."},
        "Type": "CNAME",
        "TTL": "30",
        "ResourceRecords": ["x.example.com"],
        **fields,
    }
    kind = {"Type": "AWS::Route53::RecordSet", "Condition": "HasDomain"}
    return put("Other", {**kind, "Properties": record})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (another(), "Other and DnsRecord have one name and type, and Other has no Failover"),
        (another(Type="A", ResourceRecords=["192.0.2.1"]), "a CNAME must be alone"),
        (
            another(Failover={"Fn::If": ["IsPrimaryRegion", "PRIMARY", "SECONDARY"]}),
            "Other and DnsRecord are both",
        ),
    ],
    ids=["of the same type", "of another type", "of the same role"],
)
def test_route_53_refuses_another_record_of_the_name(change: Change, reason: str) -> None:
    found = result_of(CLAIMS[DNS], changed(real_document(), change)).finding

    assert found.verdict is Verdict.BROKEN
    assert reason in found.why


@pytest.mark.parametrize(
    "change",
    [
        another(Name={"Fn::Sub": "other.${DomainName}"}),
        another(HostedZoneId="Z0123456789ABCDEFGHIJ"),
        put(f"{RECORD}.Name", {"Fn::Sub": "${DomainName}."}),
        put(f"{RECORD}.ResourceRecords", [{"Fn::Sub": "${LoadBalancer.DNSName}."}]),
    ],
    ids=["another name", "another zone", "a final dot of the name", "a final dot of the answer"],
)
def test_record_fails_over_as_before(change: Change) -> None:
    document = changed(real_document(), change)

    for claim in (DNS, ROLES, BACK, BOTH):
        assert verdict_of(claim, document) is verdict_of(claim, real_document())


@pytest.mark.parametrize("policy", [{"Weight": 1}, {"Region": {"Ref": "AWS::Region"}}])
def test_records_of_another_policy_have_no_failover_role(policy: Json) -> None:
    changes = [put(f"{RECORD}.{name}", value) for name, value in policy.items()]

    document = changed(real_document(), cut(f"{RECORD}.Failover"), *changes)

    assert verdict_of(ROLES, document) is Verdict.BROKEN


_ALIAS_ZONE = {"Fn::GetAtt": ["LoadBalancer", "CanonicalHostedZoneID"]}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([put(f"{RECORD}.Type", "AAAA")], "is of type AAAA, but LoadBalancer has no IPv6"),
        ([put(f"{RECORD}.TTL", "30")], "is an alias with a TTL"),
    ],
    ids=["IPv6 without addresses", "a TTL"],
)
def test_alias_that_cannot_answer(changes: list[Change], reason: str) -> None:
    document = changed(real_document(), *alias(_ALIAS_ZONE), *changes)

    found = result_of(CLAIMS[DNS], document).finding

    assert found.verdict is Verdict.BROKEN
    assert reason in found.why


@pytest.mark.parametrize("kind", ["A", "AAAA"])
def test_alias_of_a_load_balancer_with_both_kinds_of_addresses(kind: str) -> None:
    dualstack = put("LoadBalancer.Properties.IpAddressType", "dualstack")
    changes = [*alias(_ALIAS_ZONE), put(f"{RECORD}.Type", kind), dualstack]

    assert verdict_of(DNS, changed(real_document(), *changes)) is Verdict.CONDITIONAL
