"""A task needs names: those of AWS's services to start, that of the database to query it."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, Json, changed, put
from tests.evidence.network_changes import PRIVATE, add, ref
from tests.evidence.templates import real_document, verdict_of

_CLAIMS = ("neighbours-can-connect", "tasks-can-start")
_KEPT, _CONDITIONAL, _BROKEN = Verdict.KEPT, Verdict.CONDITIONAL, Verdict.BROKEN
_RESOLVER = "AWS::Route53Resolver"
_TRUST = {"FirewallDomainRedirectionAction": "TRUST_REDIRECTION_DOMAIN"}
_NO_SUPPORT = put("Vpc.Properties.EnableDnsSupport", value=False)
_OWN_SERVERS = (
    add("Options", "DHCPOptions", DomainNameServers=["10.0.250.2"]),
    add(
        "OptionsAssociation",
        "VPCDHCPOptionsAssociation",
        VpcId=ref("Vpc"),
        DhcpOptionsId=ref("Options"),
    ),
)


def _rule(action: str, domains: str, priority: int, **other: object) -> Json:
    what = {"FirewallDomainListId": ref(domains)}
    return {"Action": action, **what, "Priority": priority, **other}


def _firewall(*rules: Json, group: object = None, vpc: object = None) -> tuple[Change, ...]:
    return (
        add("Every", f"{_RESOLVER}::FirewallDomainList", Domains=["*"]),
        add("Some", f"{_RESOLVER}::FirewallDomainList", Domains=["*.example.com"]),
        add("Aws", f"{_RESOLVER}::FirewallDomainList", Domains=["*.amazonaws.com", "*.ecr.aws."]),
        add("Delivery", f"{_RESOLVER}::FirewallDomainList", Domains=["*.cloudfront.net"]),
        add("Group", f"{_RESOLVER}::FirewallRuleGroup", FirewallRules=list(rules)),
        add(
            "Firewall",
            f"{_RESOLVER}::FirewallRuleGroupAssociation",
            FirewallRuleGroupId=group or ref("Group"),
            Priority=101,
            VpcId=vpc or ref("Vpc"),
        ),
    )


def _forward(domain: str, kind: str = "FORWARD") -> tuple[Change, ...]:
    return (
        add("Rule", f"{_RESOLVER}::ResolverRule", DomainName=domain, RuleType=kind),
        add(
            "Forwarding",
            f"{_RESOLVER}::ResolverRuleAssociation",
            ResolverRuleId=ref("Rule"),
            VPCId=ref("Vpc"),
        ),
    )


@pytest.mark.parametrize("claim", _CLAIMS)
@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([_NO_SUPPORT], _BROKEN),
        (_OWN_SERVERS, _CONDITIONAL),
        # The flag is about Amazon's name server alone.
        ([_NO_SUPPORT, *_OWN_SERVERS], _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Every", 1)), _BROKEN),
        (_firewall(_rule("ALLOW", "Every", 1), _rule("BLOCK", "Every", 2)), _KEPT),
        (_firewall(_rule("ALERT", "Every", 1), _rule("BLOCK", "Some", 2)), _KEPT),
        (_firewall(_rule("ALLOW", "Every", 2), _rule("BLOCK", "Every", 1)), _BROKEN),
        (_firewall(_rule("ALLOW", "Some", 1), _rule("BLOCK", "Every", 2)), _BROKEN),
        (_firewall(_rule("ALLOW", "Aws", 1), _rule("BLOCK", "Every", 2)), _CONDITIONAL),
        (_firewall(_rule("ALLOW", "Aws", 1, **_TRUST), _rule("BLOCK", "Every", 2)), _KEPT),
        (_firewall(_rule("BLOCK", "Some", 1)), _KEPT),
        (_firewall(_rule("BLOCK", "Aws", 1)), _BROKEN),
        (_firewall(_rule("BLOCK", "Delivery", 1)), _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Every", 1, Qtype="TXT")), _CONDITIONAL),
        (_firewall(group="rslvr-frg-0example"), _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Every", 1), vpc="vpc-0example"), _KEPT),
        (_firewall(_rule("ALERT", "Every", 1)), _KEPT),
        (_forward("."), _CONDITIONAL),
        (_forward("amazonaws.com"), _CONDITIONAL),
        (_forward("corp.example.com"), _KEPT),
        (_forward(".", "SYSTEM"), _KEPT),
    ],
    ids=[
        *("no DNS support", "own name servers", "own name servers instead", "every name blocked"),
        *("every name allowed first", "some blocked behind an alert", "every name blocked first"),
        *("other names allowed", "AWS's names allowed", "AWS's names with their aliases"),
        *(
            "other names blocked",
            "AWS's names blocked",
            "names behind aliases",
            "a type of record blocked",
        ),
        *("a group elsewhere", "another VPC", "an alert"),
        *(
            "every name forwarded",
            "AWS's names forwarded",
            "other names forwarded",
            "a system rule",
        ),
    ],
)
def test_names_are_resolved(claim: str, changes: list[Change], verdict: Verdict) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is verdict


_START, _CONNECT = "tasks-can-start", "neighbours-can-connect"
_IMPORTED = {"Fn::ImportValue": "private-name"}
_LOGS = {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}


def _zone(name: object, vpc: object = None) -> Change:
    vpcs = [{"VPCId": vpc or ref("Vpc"), "VPCRegion": ref("AWS::Region")}]
    return add("Zone", "AWS::Route53::HostedZone", Name=name, VPCs=vpcs)


def _record(name: object, kind: str = "A") -> Change:
    return add(
        "Record",
        "AWS::Route53::RecordSet",
        HostedZoneId=ref("Zone"),
        Name=name,
        Type=kind,
        TTL="60",
        ResourceRecords=["10.0.99.9"],
    )


def _endpoint(service: str) -> Change:
    return add(
        f"Endpoint{service.title().replace('.', '')}",
        "VPCEndpoint",
        VpcEndpointType="Interface",
        VpcId=ref("Vpc"),
        ServiceName={"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
        PrivateDnsEnabled=True,
        SubnetIds=[ref(name) for name in PRIVATE],
        SecurityGroupIds=[ref("EndpointGroup")],
    )


_ENDPOINTS = (
    add(
        "EndpointGroup",
        "SecurityGroup",
        GroupDescription="x",
        VpcId=ref("Vpc"),
        SecurityGroupIngress=[
            {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/16"}
        ],
    ),
    _endpoint("secretsmanager"),
    _endpoint("logs"),
)


@pytest.mark.parametrize(
    ("changes", "start", "connect"),
    [
        ([_zone("amazonaws.com")], _BROKEN, _BROKEN),
        ([_zone("ecr.aws")], _BROKEN, _KEPT),
        ([_zone("PUBLIC.ecr.aws.")], _BROKEN, _KEPT),
        ([_zone({"Fn::Sub": "${AWS::Region}.rds.amazonaws.com"})], _KEPT, _BROKEN),
        ([_zone({"Fn::Sub": "x.${AWS::Region}.rds.amazonaws.com"})], _KEPT, _CONDITIONAL),
        ([_zone("payments.internal")], _KEPT, _KEPT),
        ([_zone("amazonaws.com", "vpc-0example")], _KEPT, _KEPT),
        ([_zone(_LOGS)], _BROKEN, _KEPT),
        ([_zone(_LOGS), _record(_LOGS)], _CONDITIONAL, _KEPT),
        ([_zone("amazonaws.com"), _record("*.amazonaws.com")], _CONDITIONAL, _CONDITIONAL),
        ([_zone("amazonaws.com"), _record("amazonaws.com", "NS")], _CONDITIONAL, _CONDITIONAL),
        ([_zone("amazonaws.com"), _record("x.amazonaws.com")], _BROKEN, _BROKEN),
        # The endpoints have zones of their own, with longer names.
        ([_zone("amazonaws.com"), *_ENDPOINTS], _KEPT, _BROKEN),
        ([_zone("amazonaws.com"), *_forward(".")], _CONDITIONAL, _CONDITIONAL),
        # Without host names in the VPC, private zones have no effect.
        (
            [_zone("amazonaws.com"), put("Vpc.Properties.EnableDnsHostnames", value=False)],
            _KEPT,
            _KEPT,
        ),
    ],
    ids=[
        *("AWS", "a parent of the registry", "the registry", "databases", "some databases"),
        *("other names", "another VPC", "logs", "logs with a record", "a record of every name"),
        *("a delegation", "another record", "endpoints", "a forwarding rule", "no host names"),
    ],
)
def test_private_zone_replaces_public_names(
    changes: list[Change], start: Verdict, connect: Verdict
) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(_START, document) is start
    assert verdict_of(_CONNECT, document) is connect


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        (_IMPORTED, _CONDITIONAL),
        ({"Fn::Join": [".", [_IMPORTED, "internal"]]}, _KEPT),
        ({"Fn::Join": [".", [_IMPORTED, "com"]]}, _CONDITIONAL),
    ],
    ids=["unknown", "with another end", "with the end of a name"],
)
def test_private_zone_of_an_unknown_name(name: object, verdict: Verdict) -> None:
    assert verdict_of(_CONNECT, changed(real_document(), _zone(name))) is verdict


def _profile(arn: object, profile: object = None) -> tuple[Change, ...]:
    profiles = "AWS::Route53Profiles"
    own = profile or ref("Profile")
    return (
        add("Profile", f"{profiles}::Profile", Name="shared"),
        add(
            "ProfileAssociation",
            f"{profiles}::ProfileAssociation",
            Name="vpc",
            ProfileId=own,
            ResourceId=ref("Vpc"),
        ),
        add(
            "Shared",
            f"{profiles}::ProfileResourceAssociation",
            Name="it",
            ProfileId=ref("Profile"),
            ResourceArn=arn,
            ResourceProperties='{"priority": 102}',
        ),
    )


_GROUP_ARN = {"Fn::GetAtt": ["Group", "Arn"]}
_ZONE_ARN = {"Fn::Sub": "arn:${AWS::Partition}:route53:::hostedzone/${Zone}"}


@pytest.mark.parametrize("claim", _CLAIMS)
@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        (
            (*_firewall(_rule("BLOCK", "Every", 1), vpc="vpc-0example"), *_profile(_GROUP_ARN)),
            _BROKEN,
        ),
        # The group of the VPC has a lower number.
        ((*_firewall(_rule("ALLOW", "Every", 1)), *_profile(_GROUP_ARN)), _KEPT),
        ((_zone("amazonaws.com", "vpc-0example"), *_profile(_ZONE_ARN)), _BROKEN),
        ((_zone("payments.internal"), *_profile(_ZONE_ARN)), _KEPT),
        ((*_forward("."), *_profile({"Fn::GetAtt": ["Rule", "Arn"]})), _CONDITIONAL),
        (_profile(_ZONE_ARN, "rp-0123456789abcdef")[1:2], _CONDITIONAL),
    ],
    ids=[
        *("a firewall", "a firewall after another", "a private zone", "another private zone"),
        *("a forwarding rule", "a profile elsewhere"),
    ],
)
def test_profile_shares_what_resolves_names(
    claim: str, changes: tuple[Change, ...], verdict: Verdict
) -> None:
    assert verdict_of(claim, changed(real_document(), *changes)) is verdict


def _with(*path: object) -> Change:
    """Put a value that the template does not give into a property of a resource."""
    name, *rest = map(str, path)
    return put(".".join((name, "Properties", *rest)), _IMPORTED)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([_zone("amazonaws.com", _IMPORTED)], _CONDITIONAL),
        ([_zone("payments.internal", _IMPORTED)], _KEPT),
        ([_zone("payments.internal"), _with("Zone", "VPCs")], _KEPT),
        ([_zone("amazonaws.com"), _record("x"), _with("Record", "Name")], _CONDITIONAL),
        ([_zone("amazonaws.com"), _record("x"), _with("Record", "HostedZoneId")], _BROKEN),
        (_profile(_ZONE_ARN, _IMPORTED)[1:2], _CONDITIONAL),
        ([*_profile(_IMPORTED), _with("ProfileAssociation", "ResourceId")], _CONDITIONAL),
        ([*_profile(_IMPORTED), _with("Shared", "ProfileId")], _CONDITIONAL),
        (
            [
                *_firewall(_rule("BLOCK", "Some", 1), vpc="vpc-0example"),
                *_profile(_GROUP_ARN),
                _with("Shared", "ResourceProperties"),
            ],
            _CONDITIONAL,
        ),
        (_firewall(group=_IMPORTED), _CONDITIONAL),
        (_firewall(_rule("BLOCK", "Every", 1), vpc=_IMPORTED), _CONDITIONAL),
        ([*_firewall(_rule("BLOCK", "Some", 1)), _with("Firewall", "Priority")], _CONDITIONAL),
        ([*_firewall(_rule("BLOCK", "Some", 1)), _with("Group", "FirewallRules")], _CONDITIONAL),
        (
            _firewall(_rule("BLOCK", "Some", 1, FirewallDomainListId=_IMPORTED)),
            _CONDITIONAL,
        ),
        ([*_forward("corp.example.com"), _with("Forwarding", "ResolverRuleId")], _CONDITIONAL),
        ([*_forward("."), _with("Forwarding", "VPCId")], _CONDITIONAL),
        ([*_forward("corp.example.com"), _with("Forwarding", "VPCId")], _KEPT),
        ([*_OWN_SERVERS, _with("OptionsAssociation", "VpcId")], _CONDITIONAL),
        ([*_OWN_SERVERS, _with("OptionsAssociation", "DhcpOptionsId")], _CONDITIONAL),
        ([*_OWN_SERVERS, _with("Options", "DomainNameServers")], _CONDITIONAL),
    ],
    ids=[
        *("the VPC of a zone", "the VPC of another zone", "the VPCs", "the name of a record"),
        *("the zone of a record", "a profile", "the VPC of a profile", "the profile of a zone"),
        *("a priority in a profile", "a firewall", "the VPC of a firewall", "a priority"),
        *("the rules of a firewall", "a domain list", "a forwarding rule"),
        *("the VPC of a rule", "the VPC of another rule", "the VPC of options", "options"),
        "name servers",
    ],
)
def test_value_that_the_template_does_not_give_leaves_the_rest_known(
    changes: list[Change], verdict: Verdict
) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(_CONNECT, document) is verdict
    assert verdict_of("exactly-six-tasks-wanted", document) is _KEPT


_CLOUD_MAP = "AWS::ServiceDiscovery"
_ACCOUNT = "123456789012.dkr.ecr.${AWS::Region}.amazonaws.com"
_IMAGE = "TaskDefinition.Properties.ContainerDefinitions.0.Image"
_PULL = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
_FROM_ECR = (
    put(_IMAGE, {"Fn::Sub": f"{_ACCOUNT}/app:1"}),
    put("ExecutionRole.Properties.ManagedPolicyArns", [{"Fn::Sub": _PULL}]),
)
_FROM_GITHUB = put(_IMAGE, "ghcr.io/org/app:1")
_REGISTRY_ENDPOINTS = (_ENDPOINTS[0], _endpoint("ecr.dkr"), _endpoint("ecr.api"))


def _namespace(name: str, vpc: object = None) -> Change:
    return add("Namespace", f"{_CLOUD_MAP}::PrivateDnsNamespace", Name=name, Vpc=vpc or ref("Vpc"))


def _registered(name: object) -> Change:
    return add(
        "Registered",
        f"{_CLOUD_MAP}::Service",
        Name=name,
        DnsConfig={"NamespaceId": ref("Namespace"), "DnsRecords": [{"Type": "A", "TTL": 10}]},
    )


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([_namespace("ecr.aws")], _BROKEN),
        ([_namespace("amazonaws.com")], _BROKEN),
        ([_namespace("payments.internal"), _registered("web")], _KEPT),
        ([_namespace("ecr.aws", "vpc-0example")], _KEPT),
        ([_namespace("ecr.aws"), _registered("public")], _CONDITIONAL),
        ([_namespace("ecr.aws"), _registered("web")], _BROKEN),
        ([_namespace("ecr.aws"), _registered(_IMPORTED)], _CONDITIONAL),
        ([_zone("ecr.aws"), _record("public.ecr.aws", "CNAME")], _CONDITIONAL),
        ([_zone("ecr.aws"), _record("public.ecr.aws", "TXT")], _BROKEN),
    ],
    ids=[
        *("a parent of the registry", "AWS", "other names", "another VPC", "a service"),
        *("another service", "a service of any name", "a record", "a record without an address"),
    ],
)
def test_namespace_of_cloud_map_is_a_private_zone(changes: list[Change], verdict: Verdict) -> None:
    assert verdict_of(_START, changed(real_document(), *changes)) is verdict


@pytest.mark.parametrize("endpoints", [(), _REGISTRY_ENDPOINTS], ids=["by NAT", "by endpoints"])
@pytest.mark.parametrize(
    ("zone", "verdict"),
    [(_ACCOUNT, _BROKEN), ("210987654321.dkr.ecr.${AWS::Region}.amazonaws.com", _KEPT)],
    ids=["its account", "another account"],
)
def test_private_zone_of_the_registry_of_an_image(
    zone: str, endpoints: tuple[Change, ...], verdict: Verdict
) -> None:
    document = changed(real_document(), *_FROM_ECR, *endpoints, _zone({"Fn::Sub": zone}))

    assert verdict_of(_START, document) is verdict


@pytest.mark.parametrize(
    ("domain", "verdict"),
    [
        ("ghcr.io", _CONDITIONAL),
        ("IO.", _CONDITIONAL),
        ("xghcr.io", _KEPT),
        ("docker.io", _KEPT),
        ("com", _CONDITIONAL),
    ],
)
def test_forwarding_rule_of_a_registry(domain: str, verdict: Verdict) -> None:
    document = changed(real_document(), _FROM_GITHUB, *_forward(domain))

    assert verdict_of(_START, document) is verdict


_VALID = "valid-template"
_TWIN = {"VPCId": ref("Vpc"), "VPCRegion": ref("AWS::Region")}


def _twin(name: object, vpc: object = None) -> Change:
    vpcs = [{**_TWIN, "VPCId": vpc or ref("Vpc")}]
    return add("Twin", "AWS::Route53::HostedZone", Name=name, VPCs=vpcs)


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ([_zone("corp.internal"), _twin("CORP.internal.")], True),
        ([_zone("corp.internal"), _twin("eu.corp.internal")], False),
        ([_zone("corp.internal"), _twin("corp.internal", "vpc-0example")], False),
        ([_zone("corp.internal", _IMPORTED), _twin("corp.internal", _IMPORTED)], False),
        ([_zone(_IMPORTED), _twin(_IMPORTED)], False),
        ([_zone("corp.internal"), _namespace("corp.internal")], True),
        ([_zone(_LOGS), *_ENDPOINTS], True),
        ([_zone("amazonaws.com"), *_ENDPOINTS], False),
        (
            [
                _zone(_LOGS),
                *_ENDPOINTS,
                put("EndpointLogs.Properties.PrivateDnsEnabled", value=False),
            ],
            False,
        ),
    ],
    ids=[
        *("one name", "a parent", "another VPC", "an unknown VPC", "an unknown name"),
        *("a namespace", "an endpoint", "a parent of an endpoint", "an endpoint without names"),
    ],
)
def test_vpc_has_one_private_zone_of_a_name(changes: list[Change], *, broken: bool) -> None:
    document = changed(real_document(), *changes)

    assert (verdict_of(_VALID, document) is _BROKEN) is broken
