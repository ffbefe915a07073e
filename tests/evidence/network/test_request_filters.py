"""Listener rules and web ACLs that keep requests from the tasks, and those that do not."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, append, changed, put
from tests.evidence.templates import production_document, real_document, verdict_of

CONNECT = "neighbours-can-connect"
RULES = "WebAcl.Properties.Rules"
FIXED: list[Json] = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}]
FORWARD: list[Json] = [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}]
LOGIN: Json = {"Type": "authenticate-oidc", "AuthenticateOidcConfig": {}}
EVERY_PATH: Json = {
    "ByteMatchStatement": {
        "FieldToMatch": {"UriPath": {}},
        "PositionalConstraint": "STARTS_WITH",
        "SearchString": "/",
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }
}
ONE_PATH: Json = {
    "ByteMatchStatement": {**EVERY_PATH["ByteMatchStatement"], "SearchString": "/admin"}
}
BY_METHOD: list[Json] = [{"HTTPMethod": {}}]
BY_CLIENT: list[Json] = [*BY_METHOD, {"IP": {}}]
ELSEWHERE = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/x/1"
PLAIN: Json = {
    "Type": "AWS::ElasticLoadBalancingV2::Listener",
    "Condition": "HasDomain",
    "Properties": {
        "LoadBalancerArn": {"Ref": "LoadBalancer"},
        "Port": 8080,
        "Protocol": "HTTP",
        "DefaultActions": FORWARD,
    },
}
ONE_COUNTRY: Json = {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}


def with_web_acl() -> Json:
    """Return the production template, also without a certificate."""
    return {**production_document(), "Rules": {}}


def rule(*conditions: Json, name: str = "Rule", priority: int = 1, **fields: object) -> Change:
    return put(
        name,
        {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Properties": {
                "ListenerArn": {"Ref": "HttpListener"},
                "Priority": priority,
                "Conditions": [*conditions],
                "Actions": FIXED,
                **fields,
            },
        },
    )


def paths(*values: str) -> Json:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": [*values]}}


def sources(*values: str) -> Json:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": [*values]}}


def methods(*values: str) -> Json:
    return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": [*values]}}


def header(name: str, *values: str) -> Json:
    return {
        "Field": "http-header",
        "HttpHeaderConfig": {"HttpHeaderName": name, "Values": [*values]},
    }


def only(*conditions: Json) -> list[Change]:
    """Forward what a rule selects, and refuse everything else."""
    return [
        put("HttpListener.Properties.DefaultActions", FIXED),
        put("HttpsListener.Properties.DefaultActions", FIXED),
        rule(*conditions, Actions=FORWARD),
        rule(*conditions, name="Secure", ListenerArn={"Ref": "HttpsListener"}, Actions=FORWARD),
        put("Secure.Condition", "HasCertificate"),
    ]


def second_service(group: str, desired: int) -> Change:
    """Register another service with a target group."""

    def change(document: Json) -> None:
        resources = document["Resources"]
        own = resources["Service"]
        mapping = {**own["Properties"]["LoadBalancers"][0], "TargetGroupArn": {"Ref": group}}
        fields = {**own["Properties"], "DesiredCount": desired, "LoadBalancers": [mapping]}
        resources["Second"] = {**own, "Properties": {**fields, "ServiceName": "second"}}

    return change


def instead(other: object) -> list[Change]:
    """Forward every GET and POST to another target group."""
    actions: list[Json] = [{"Type": "forward", "TargetGroupArn": other}]
    return [*share({"Ref": "Other"}, weight=0), rule(methods("GET", "POST"), Actions=actions)]


def defaults_to_other() -> list[Change]:
    """Forward what no rule selects to another target group."""
    actions: list[Json] = [{"Type": "forward", "TargetGroupArn": {"Ref": "Other"}}]
    return [
        *share({"Ref": "Other"}),
        put("HttpListener.Properties.DefaultActions", actions),
        put("HttpsListener.Properties.DefaultActions", actions),
    ]


def redirect(**config: str) -> list[Json]:
    return [{"Type": "redirect", "RedirectConfig": {"StatusCode": "HTTP_302", **config}}]


def path_regex(pattern: str) -> Json:
    return {
        "RegexMatchStatement": {
            "FieldToMatch": {"UriPath": {}},
            "RegexString": pattern,
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
        }
    }


def acl_rule(statement: Json, action: str = "Block", priority: int = 9) -> Change:
    done: Json = {action: {}}
    return append(
        RULES,
        {"Name": f"R{priority}", "Priority": priority, "Action": done, "Statement": statement},
    )


def rate(key: str, **fields: object) -> Json:
    return {"RateBasedStatement": {"AggregateKeyType": key, "Limit": 100, **fields}}


def managed(name: str, vendor: str = "AWS", action: str = "None") -> Change:
    group: Json = {"VendorName": vendor, "Name": name}
    done: Json = {action: {}}
    statement: Json = {"ManagedRuleGroupStatement": group}
    return append(
        RULES, {"Name": "G", "Priority": 9, "OverrideAction": done, "Statement": statement}
    )


def share(other: object, weight: int = 1) -> list[Change]:
    group: Json = {"VpcId": {"Ref": "Vpc"}, "TargetType": "ip", "Protocol": "HTTP", "Port": 80}
    action: Json = {
        "Type": "forward",
        "ForwardConfig": {
            "TargetGroups": [
                {"TargetGroupArn": {"Ref": "TargetGroup"}, "Weight": 1},
                {"TargetGroupArn": other, "Weight": weight},
            ]
        },
    }
    return [
        put("Other", {"Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": group}),
        put("HttpListener.Properties.DefaultActions", [action]),
        put("HttpsListener.Properties.DefaultActions", [action]),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([rule(paths("/", "/?*"))], id="all paths in two patterns"),
        pytest.param([rule(paths("*/*"))], id="all paths by their slash"),
        pytest.param(
            [rule({"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/.*$"]}})],
            id="all paths by a regular expression",
        ),
        pytest.param(
            [rule({"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/(.*)$"]}})],
            id="all paths by a regular expression with a group",
        ),
        pytest.param(
            [rule({"Field": "host-header", "HostHeaderConfig": {"RegexValues": ["^(.*)$"]}})],
            id="all hosts by a regular expression with a group",
        ),
        pytest.param([rule(sources("0.0.0.0/1", "128.0.0.0/1"))], id="all addresses in halves"),
        pytest.param(
            [rule(paths("/")), rule(paths("/?*"), name="Other", priority=2)],
            id="all paths in two rules",
        ),
        pytest.param(
            [
                rule(
                    {
                        "Field": "http-header",
                        "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*"]},
                    }
                )
            ],
            id="every client",
        ),
        pytest.param(share({"Ref": "Other"}), id="a share for a group without targets"),
        pytest.param(
            [*share({"Ref": "Other"}), second_service("Other", 0)],
            id="a share for a group of a service without tasks",
        ),
        pytest.param(instead({"Ref": "Other"}), id="all requests for a group without targets"),
        pytest.param(only(sources("10.0.0.0/8")), id="only private addresses"),
        pytest.param(only(methods("DELETE")), id="only DELETE"),
        pytest.param(
            [
                rule(
                    methods("GET", "POST"),
                    Actions=redirect(Protocol="HTTPS", Port="443", Host="other.example.com"),
                )
            ],
            id="a redirect to another host",
        ),
        pytest.param(
            [rule(methods("GET", "POST"), Actions=redirect(Protocol="HTTPS", Port="8443"))],
            id="a redirect to a port without a listener",
        ),
    ],
)
def test_requests_that_a_listener_keeps_break_the_promise(changes: list[Change]) -> None:
    assert verdict_of(CONNECT, changed(real_document(), *changes)) is Verdict.BROKEN


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([rule(paths("/admin", "/admin/*"))], id="some paths"),
        pytest.param([rule(paths("/?"))], id="paths of one character"),
        pytest.param(
            [rule({"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/adm(.*)$"]}})],
            id="some paths by a regular expression",
        ),
        pytest.param(
            [rule({"Field": "host-header", "HostHeaderConfig": {"RegexValues": ["^old[.](.*)$"]}})],
            id="some hosts by a regular expression",
        ),
        pytest.param([rule(sources("0.0.0.0/1"))], id="half of the addresses"),
        pytest.param(
            [rule(paths("/*"), sources("198.51.100.0/24"))], id="all paths from a few addresses"
        ),
        pytest.param(
            [
                rule(paths("/*"), Actions=FORWARD),
                rule(paths("/*"), name="Other", priority=2),
            ],
            id="a rule after one that forwards everything",
        ),
        pytest.param([rule(paths("/admin/*"), Actions=[LOGIN, *FORWARD])], id="a login for a path"),
        pytest.param(share({"Ref": "Other"}, weight=0), id="no share for an empty group"),
        pytest.param(
            [*share({"Ref": "Other"}), put("Other.Properties.Targets", [{"Id": "10.0.1.9"}])],
            id="a share for a group with targets",
        ),
        pytest.param(
            [put("HttpsListener.Properties.MutualAuthentication", {"Mode": "passthrough"})],
            id="certificates that the listener passes on",
        ),
        pytest.param(
            [*instead({"Ref": "Other"}), put("Rule.Properties.Conditions", [paths("/admin")])],
            id="one path for a group without targets",
        ),
        pytest.param(
            [*instead({"Ref": "Other"}), put("Other.Properties.Targets", [{"Id": "10.0.1.9"}])],
            id="all requests for a group with targets",
        ),
        pytest.param(
            [*only(paths("/pay/*")), *defaults_to_other(), second_service("Other", 1)],
            id="one path, and the others for another service",
        ),
        pytest.param(only(methods("GET", "POST", "HEAD")), id="only the methods of payments"),
        pytest.param(only(paths("/*")), id="every path, and nothing else"),
        pytest.param(
            [
                rule(methods("GET"), name="Read", Actions=FORWARD),
                rule(methods("POST"), name="Write", priority=2, Actions=FORWARD),
                put("HttpListener.Properties.DefaultActions", FIXED),
            ],
            id="the methods of payments in two rules",
        ),
        pytest.param([rule(paths("/health"), Actions=FORWARD)], id="a rule before a redirect"),
        pytest.param(
            [
                rule(
                    methods("GET", "POST"),
                    Actions=redirect(Protocol="HTTPS", Port="443", Host="pay.example.com"),
                    ListenerArn={"Ref": "Plain"},
                ),
                put("Rule.Condition", "HasDomain"),
                put("DnsRecord.Properties.Name", "pay.example.com"),
                put("HttpsListener.Condition", "HasDomain"),
                put("Plain", PLAIN),
            ],
            id="a redirect to the name of the load balancer",
        ),
    ],
)
def test_other_rules_of_a_listener_keep_the_promise(changes: list[Change]) -> None:
    assert verdict_of(CONNECT, changed(real_document(), *changes)) is Verdict.KEPT


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            [put("HttpsListener.Properties.MutualAuthentication", {"Mode": "verify"})],
            id="client certificates",
        ),
        pytest.param(
            [
                put(
                    "HttpsListener.Properties.DefaultActions",
                    [{"Type": "jwt-validation"}, *FORWARD],
                )
            ],
            id="tokens",
        ),
        pytest.param(
            [
                put(
                    "HttpsListener.Properties.DefaultActions",
                    [LOGIN, *FORWARD],
                )
            ],
            id="a login",
        ),
        pytest.param(
            [*share({"Ref": "Other"}), put("Outputs.Other", {"Value": {"Ref": "Other"}})],
            id="a share for a group that another stack may fill",
        ),
        pytest.param(
            share(ELSEWHERE),
            id="a share for a group elsewhere",
        ),
        pytest.param(
            [
                *share({"Ref": "Other"}),
                put(
                    "Service.Properties.LoadBalancers.0.AdvancedConfiguration",
                    {"AlternateTargetGroupArn": {"Ref": "Other"}},
                ),
            ],
            id="a share for a group that deployments use",
        ),
        pytest.param(
            [*only(paths("/pay/*")), *defaults_to_other()],
            id="one path, and the others for a group without targets",
        ),
        pytest.param([rule(methods("POST"), Actions=[LOGIN, *FORWARD])], id="a login for POST"),
        pytest.param(
            [
                *only(paths("/admin/*")),
                rule(paths("/*"), name="Rest", priority=2, Actions=[LOGIN, *FORWARD]),
            ],
            id="a login for the rest",
        ),
        pytest.param(instead(ELSEWHERE), id="all requests for a group elsewhere"),
        pytest.param(only(header("X-Origin", "secret")), id="only with a header"),
        pytest.param(
            only({"Field": "host-header", "HostHeaderConfig": {"Values": ["internal.corp"]}}),
            id="only one host",
        ),
        pytest.param(only(methods("POST")), id="only POST"),
    ],
)
def test_what_a_listener_demands_of_clients_is_a_condition(changes: list[Change]) -> None:
    assert verdict_of(CONNECT, changed(real_document(), *changes)) is Verdict.CONDITIONAL


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        pytest.param([acl_rule(EVERY_PATH)], Verdict.BROKEN, id="every path"),
        pytest.param(
            [acl_rule(path_regex("^/(.*)$"))], Verdict.BROKEN, id="every path by an expression"
        ),
        pytest.param(
            [acl_rule(path_regex("^/adm(.*)$"))],
            Verdict.CONDITIONAL,
            id="one path by an expression",
        ),
        pytest.param(
            [acl_rule({"NotStatement": {"Statement": {"SqliMatchStatement": {}}}})],
            Verdict.BROKEN,
            id="everything but attacks",
        ),
        pytest.param(
            [acl_rule({"OrStatement": {"Statements": [ONE_COUNTRY, EVERY_PATH]}})],
            Verdict.BROKEN,
            id="a country or every path",
        ),
        pytest.param(
            [put("WebAcl.Properties.DefaultAction", {"Block": {}})],
            Verdict.BROKEN,
            id="no rule that allows",
        ),
        pytest.param(
            [
                put("WebAcl.Properties.DefaultAction", {"Block": {}}),
                acl_rule(ONE_COUNTRY, "Allow"),
            ],
            Verdict.CONDITIONAL,
            id="a rule that allows one country",
        ),
        pytest.param([acl_rule(EVERY_PATH, "Count")], Verdict.KEPT, id="a rule that counts"),
        pytest.param([acl_rule({"XssMatchStatement": {}})], Verdict.KEPT, id="attacks"),
        pytest.param(
            [acl_rule(rate("CONSTANT", ScopeDownStatement=EVERY_PATH))],
            Verdict.CONDITIONAL,
            id="a rate of all requests together",
        ),
        pytest.param(
            [acl_rule(rate("CUSTOM_KEYS", CustomKeys=BY_METHOD))],
            Verdict.CONDITIONAL,
            id="a rate of each method",
        ),
        pytest.param(
            [acl_rule(rate("CUSTOM_KEYS", CustomKeys=BY_CLIENT))],
            Verdict.KEPT,
            id="a rate of each address and method",
        ),
        pytest.param([acl_rule(rate("IP", Limit=10))], Verdict.KEPT, id="a rate of each address"),
        pytest.param(
            [managed("AWSManagedRulesBotControlRuleSet")],
            Verdict.CONDITIONAL,
            id="a group that stops what is no browser",
        ),
        pytest.param(
            [managed("AWSManagedRulesAnonymousIpList")],
            Verdict.CONDITIONAL,
            id="a group that stops hosting providers",
        ),
        pytest.param(
            [managed("Rules", vendor="Other")], Verdict.CONDITIONAL, id="a group of another vendor"
        ),
        pytest.param(
            [managed("AWSManagedRulesBotControlRuleSet", action="Count")],
            Verdict.KEPT,
            id="a group that counts",
        ),
        pytest.param(
            [managed("AWSManagedRulesLinuxRuleSet")], Verdict.KEPT, id="a group that stops attacks"
        ),
        pytest.param(
            [acl_rule(EVERY_PATH, "Allow", priority=8), acl_rule(EVERY_PATH)],
            Verdict.KEPT,
            id="a rule after one that allows everything",
        ),
        pytest.param(
            [acl_rule({"NotStatement": {"Statement": ONE_COUNTRY}})],
            Verdict.CONDITIONAL,
            id="all countries but one",
        ),
        pytest.param([acl_rule(ONE_PATH)], Verdict.CONDITIONAL, id="one path"),
        pytest.param([acl_rule(EVERY_PATH, "Challenge")], Verdict.CONDITIONAL, id="a challenge"),
        pytest.param(
            [acl_rule(ONE_COUNTRY, "Allow", priority=8), acl_rule(EVERY_PATH)],
            Verdict.CONDITIONAL,
            id="every path but of one country",
        ),
    ],
)
def test_rules_of_a_web_acl_decide_whether_requests_pass(
    changes: list[Change], verdict: Verdict
) -> None:
    assert verdict_of(CONNECT, changed(with_web_acl(), *changes)) is verdict


def test_addresses_of_the_internet_in_an_ip_set_are_blocked() -> None:
    addresses: Json = {"Addresses": ["0.0.0.0/1", "128.0.0.0/1"]}
    document = changed(
        with_web_acl(),
        put("Set", {"Type": "AWS::WAFv2::IPSet", "Properties": addresses}),
        acl_rule({"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": ["Set", "Arn"]}}}),
    )

    assert verdict_of(CONNECT, document) is Verdict.BROKEN
