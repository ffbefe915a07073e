"""Requests that never reach the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import put
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Json

_CONNECT = "neighbours-can-connect"


def _rule(condition: Json) -> Json:
    return {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": {"Ref": "HttpListener"},
            "Priority": 1,
            "Conditions": [condition],
            "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
        },
    }


_ACL: Json = {
    "Type": "AWS::WAFv2::WebACL",
    "Properties": {"Scope": "REGIONAL", "DefaultAction": {"Block": {}}},
}
_ASSOCIATION = {
    "Type": "AWS::WAFv2::WebACLAssociation",
    "Properties": {
        "ResourceArn": {"Ref": "LoadBalancer"},
        "WebACLArn": {"Fn::GetAtt": ["Acl", "Arn"]},
    },
}

TRAFFIC: tuple[Mutation, ...] = (
    mutation(
        "the load balancer's subnets route a private subnet to the NAT gateway",
        _CONNECT,
        put(
            "Specific",
            {
                "Type": "AWS::EC2::Route",
                "Properties": {
                    "RouteTableId": {"Ref": "PublicRouteTable"},
                    "DestinationCidrBlock": "10.0.11.0/24",
                    "NatGatewayId": {"Ref": "NatGatewayA"},
                },
            },
        ),
    ),
    mutation(
        "the target group is in another network",
        _CONNECT,
        put("Other", {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.9.0.0/16"}}),
        put("TargetGroup.Properties.VpcId", {"Ref": "Other"}),
    ),
    mutation(
        "the target group takes gRPC from a listener without TLS",
        _CONNECT,
        put("TargetGroup.Properties.ProtocolVersion", "GRPC"),
    ),
    mutation(
        "the target group takes HTTP/2 from a listener without TLS",
        _CONNECT,
        put("TargetGroup.Properties.ProtocolVersion", "HTTP2"),
    ),
    mutation(
        "a rule answers GET and POST",
        _CONNECT,
        put(
            "Rule",
            _rule(
                {
                    "Field": "http-request-method",
                    "HttpRequestMethodConfig": {"Values": ["GET", "POST"]},
                }
            ),
        ),
    ),
    mutation(
        "a rule answers every address",
        _CONNECT,
        put(
            "Rule",
            _rule({"Field": "source-ip", "SourceIpConfig": {"Values": ["0.0.0.0/0"]}}),
        ),
    ),
    mutation(
        "a web ACL blocks every request",
        _CONNECT,
        put("Acl", _ACL),
        put("Association", _ASSOCIATION),
    ),
    mutation(
        "an HTTPS listener has an empty certificate",
        "valid-template",
        put(
            "Conditions.HasCertificate",
            {"Fn::Not": [{"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]}]},
        ),
    ),
)
