"""The order of creation: harmless variants stay kept, and what a template hides is unknown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, examine
from tests.evidence.changes import append, changed, cut, put, remove
from tests.evidence.templates import CLAIMS, production_document, real_document, result_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

CLAIM = CLAIMS["resources-wait-for-what-they-need"]
PARAMETER = {"Type": "String"}
POLICY: Json = {"Version": "2012-10-17", "Statement": []}


def verdict(document: Json, *changes: Change) -> Verdict:
    return result_of(CLAIM, changed(document, *changes)).finding.verdict


def verdict_of_examination(document: Json, *changes: Change) -> Verdict:
    """Examine as the command does: a parameter without default or pattern stays unknown."""
    template = parse_template(json.dumps(changed(document, *changes)), name="changed")
    given = {"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/example"}
    (result,) = examine(template, parameters=given, claims=[CLAIM]).results
    return result.finding.verdict


def add(logical_id: str, resource_type: str, **properties: object) -> Change:
    return put(logical_id, {"Type": resource_type, "Properties": properties})


_SIXTH_ROUTE = add(
    "Sixth",
    "AWS::EC2::Route",
    RouteTableId={"Ref": "PublicRouteTable"},
    DestinationIpv6CidrBlock="::/0",
    GatewayId={"Ref": "InternetGateway"},
)


def policy(*roles: object, resource: object = "*") -> Change:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}
    document = {**POLICY, "Statement": [statement]}
    return add(
        "More", "AWS::IAM::Policy", PolicyName="more", Roles=[*roles], PolicyDocument=document
    )


HARMLESS = {
    "an alarm before the topic policy": (put("TaskFailureAlarm.DependsOn", "AlertTopic"),),
    "a rule that the topic policy waits for": (put("AlertTopicPolicy.DependsOn", ["AlertTopic"]),),
    "an address that waits by its NAT gateway": (
        cut("NatAddressA.DependsOn"),
        put("NatGatewayA.DependsOn", "GatewayAttachment"),
    ),
    "an address that nothing uses": (add("Spare", "AWS::EC2::EIP", Domain="vpc"),),
    "an indirect dependency": (
        remove("Service.DependsOn", "PrivateRouteA"),
        put("ExecutionPolicy.DependsOn", "PrivateRouteA"),
    ),
    "a policy of another role": (
        add("OtherRole", "AWS::IAM::Role", AssumeRolePolicyDocument=POLICY),
        policy({"Ref": "OtherRole"}),
    ),
    "a NAT gateway without a public address": (
        add(
            "Private",
            "AWS::EC2::NatGateway",
            ConnectivityType="private",
            SubnetId={"Ref": "PrivateSubnetA"},
        ),
    ),
    "an internal load balancer": (
        add(
            "Inner",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            Scheme="internal",
            Subnets=[{"Ref": "PrivateSubnetA"}, {"Ref": "PrivateSubnetB"}],
        ),
    ),
    "a machine without a public address": (
        add("Machine", "AWS::EC2::Instance", SubnetId={"Ref": "PrivateSubnetA"}),
    ),
    "a gateway of another network": (
        add("OtherVpc", "AWS::EC2::VPC", CidrBlock="10.9.0.0/16"),
        add("OtherGateway", "AWS::EC2::InternetGateway"),
        add(
            "OtherAttachment",
            "AWS::EC2::VPCGatewayAttachment",
            VpcId={"Ref": "OtherVpc"},
            InternetGatewayId={"Ref": "OtherGateway"},
        ),
    ),
    "a load balancer in a network that is not the stack's": (
        put("Parameters.Elsewhere", PARAMETER),
        add(
            "Other",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            Subnets=["subnet-1", {"Ref": "Elsewhere"}],
        ),
    ),
    "an endpoint beside a NAT gateway": (
        add(
            "LogsEndpoint",
            "AWS::EC2::VPCEndpoint",
            VpcEndpointType="Interface",
            PrivateDnsEnabled=True,
            ServiceName={"Fn::Sub": "com.amazonaws.${AWS::Region}.logs"},
            VpcId={"Ref": "Vpc"},
            SubnetIds=[{"Ref": "PrivateSubnetA"}],
        ),
    ),
    "a route of IPv6 to the Internet": (_SIXTH_ROUTE, put("Sixth.DependsOn", "GatewayAttachment")),
    "a second listener that forwards to the service": (
        add(
            "Second",
            "AWS::ElasticLoadBalancingV2::Listener",
            LoadBalancerArn={"Ref": "LoadBalancer"},
            Port=8080,
            Protocol="HTTP",
            DefaultActions=[{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}],
        ),
    ),
    "a rule of a group that no task has": (
        add(
            "Rule",
            "AWS::EC2::SecurityGroupIngress",
            GroupId={"Ref": "LoadBalancerSecurityGroup"},
            IpProtocol="tcp",
            FromPort=81,
            ToPort=81,
            CidrIp="0.0.0.0/0",
        ),
    ),
}


@pytest.mark.parametrize("changes", HARMLESS.values(), ids=list(HARMLESS))
def test_harmless_order_is_kept(changes: tuple[Change, ...]) -> None:
    assert verdict(real_document(), *changes) is Verdict.KEPT


def test_production_is_kept() -> None:
    assert verdict_of_examination(production_document()) is Verdict.KEPT


def test_policy_of_role_elsewhere_is_none_of_the_stack() -> None:
    changes = (put("Parameters.Elsewhere", PARAMETER), policy({"Ref": "Elsewhere"}))

    assert verdict_of_examination(real_document(), *changes) is Verdict.KEPT


def test_policy_that_may_be_for_the_role_of_the_tasks_is_unknown() -> None:
    changes = (
        put("Parameters.Elsewhere", PARAMETER),
        put("Parameters.OtherRole", PARAMETER),
        policy({"Ref": "Elsewhere"}),
        put("TaskDefinition.Properties.TaskRoleArn", {"Ref": "OtherRole"}),
    )

    assert verdict_of_examination(real_document(), *changes) is Verdict.UNKNOWN


def test_missing_edge_is_found_beside_unknown_value() -> None:
    hidden = (
        put("Parameters.Elsewhere", PARAMETER),
        policy({"Ref": "Elsewhere"}),
        put("TaskDefinition.Properties.TaskRoleArn", {"Ref": "Elsewhere"}),
    )

    found = verdict_of_examination(
        real_document(), *hidden, remove("Service.DependsOn", "HttpListener")
    )

    assert found is Verdict.BROKEN


def test_permissions_given_to_running_tasks_are_a_condition() -> None:
    later = policy({"Ref": "TaskRole"}, resource={"Ref": "Service"})

    assert verdict(real_document(), later) is Verdict.CONDITIONAL


def test_endpoint_that_is_the_only_way_is_waited_for() -> None:
    endpoint = add(
        "SecretsEndpoint",
        "AWS::EC2::VPCEndpoint",
        VpcEndpointType="Interface",
        PrivateDnsEnabled=True,
        ServiceName={"Fn::Sub": "com.amazonaws.${AWS::Region}.secretsmanager"},
        VpcId={"Ref": "Vpc"},
        SubnetIds=[{"Ref": "PrivateSubnetA"}],
        SecurityGroupIds=[{"Ref": "EndpointGroup"}],
    )
    group = add(
        "EndpointGroup",
        "AWS::EC2::SecurityGroup",
        VpcId={"Ref": "Vpc"},
        SecurityGroupIngress=[{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}],
    )
    image = put(
        "TaskDefinition.Properties.ContainerDefinitions.0.Image",
        {"Fn::Sub": "111122223333.dkr.ecr.${AWS::Region}.amazonaws.com/payment:1"},
    )
    others = [
        add(
            f"{name.title().replace('.', '')}Endpoint",
            "AWS::EC2::VPCEndpoint",
            VpcEndpointType="Interface",
            PrivateDnsEnabled=True,
            ServiceName={"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{name}"},
            VpcId={"Ref": "Vpc"},
            SubnetIds=[{"Ref": "PrivateSubnetA"}],
            SecurityGroupIds=[{"Ref": "EndpointGroup"}],
        )
        for name in ("ecr.api", "ecr.dkr", "logs")
    ]
    no_egress = [
        change
        for zone in "ABC"
        for change in (
            cut(f"PrivateRoute{zone}"),
            remove("Service.DependsOn", f"PrivateRoute{zone}"),
        )
    ]
    names = ["SecretsEndpoint", "EcrApiEndpoint", "EcrDkrEndpoint", "LogsEndpoint", "S3Endpoint"]
    network = (endpoint, group, image, *others, *no_egress)

    late = verdict(real_document(), *network)
    waiting = [append("Service.DependsOn", name) for name in names]

    assert late is Verdict.BROKEN
    assert verdict(real_document(), *network, *waiting) is Verdict.KEPT


def test_template_without_such_resources_is_not_asked() -> None:
    document = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}

    assert verdict(document) is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("kind", "expected"), [("ipv4", Verdict.KEPT), ("dualstack", Verdict.BROKEN)]
)
def test_load_balancer_waits_for_ipv6_routes_if_it_has_such_addresses(
    kind: str, expected: Verdict
) -> None:
    addresses = put("LoadBalancer.Properties.IpAddressType", kind)
    document = changed(real_document(), _SIXTH_ROUTE, addresses)

    finding = result_of(CLAIMS["nothing-reachable-before-it-serves"], document).finding

    assert finding.verdict is expected


def test_tasks_without_ipv4_addresses_wait_for_ipv6_routes() -> None:
    subnets = [
        change
        for zone in "ABC"
        for change in (
            cut(f"PublicSubnet{zone}.Properties.CidrBlock"),
            put(f"PublicSubnet{zone}.Properties.Ipv6CidrBlock", "2600:1f18::/64"),
            put(f"PublicSubnet{zone}.Properties.Ipv6Native", value=True),
        )
    ]
    wiring = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration"
    within = [
        put(f"{wiring}.Subnets", [{"Ref": f"PublicSubnet{zone}"} for zone in "ABC"]),
        put(
            "ApplicationSecurityGroup.Properties.SecurityGroupEgress",
            [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "::/0"}],
        ),
    ]

    finding = result_of(CLAIM, changed(real_document(), *subnets, *within, _SIXTH_ROUTE)).finding

    assert finding.verdict is Verdict.BROKEN
    assert "Service must wait for Sixth" in finding.why
