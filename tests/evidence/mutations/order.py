"""Mutations that let clients in before the stack serves, or after it stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import append, cut, put
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Json

_ENVIRONMENT = "TaskDefinition.Properties.ContainerDefinitions.0.Environment"
_CLAIM = "nothing-reachable-before-it-serves"
_QUERIES = {
    "GroupId": {"Ref": "DatabaseSecurityGroup"},
    "IpProtocol": "tcp",
    "FromPort": 5432,
    "ToPort": 5432,
    "SourceSecurityGroupId": {"Ref": "ApplicationSecurityGroup"},
}
_EVERY_REQUEST = {
    "ListenerArn": {"Ref": "HttpListener"},
    "Priority": 1,
    "Conditions": [{"Field": "path-pattern", "Values": ["/*"]}],
    "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": "TargetGroup"}}],
}
_OTHER_GROUP = {
    "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
    "Properties": {"Protocol": "HTTP", "Port": 8080, "VpcId": {"Ref": "Vpc"}, "TargetType": "ip"},
}


def _late(title: str, logical_id: str, resource_type: str, properties: Json) -> Mutation:
    """Add a resource that nothing waits for."""
    return mutation(
        title, _CLAIM, put(logical_id, {"Type": resource_type, "Properties": properties})
    )


ORDER = (
    mutation(
        "the name leads to the region before the database accepts the tasks",
        _CLAIM,
        cut("DatabaseSecurityGroup.Properties.SecurityGroupIngress"),
        put("Queries", {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": _QUERIES}),
    ),
    _late(
        "the name leads to the region before a rule of the listener exists",
        "PayRule",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        _EVERY_REQUEST,
    ),
    _late(
        "the name leads to the region before a subnet has its access list",
        "Association",
        "AWS::EC2::SubnetNetworkAclAssociation",
        {"SubnetId": {"Ref": "PublicSubnetA"}, "NetworkAclId": "acl-1"},
    ),
    mutation(
        "the name leads to the region before the proxy has a database",
        _CLAIM,
        put("Proxy", {"Type": "AWS::RDS::DBProxy", "Properties": {"DBProxyName": "payment"}}),
        put(
            "ProxyTargets",
            {
                "Type": "AWS::RDS::DBProxyTargetGroup",
                "Properties": {
                    "TargetGroupName": "default",
                    "DBProxyName": {"Ref": "Proxy"},
                    "DBInstanceIdentifiers": [{"Ref": "DatabaseWriter"}],
                },
            },
        ),
        append(_ENVIRONMENT, {"Name": "PROXY", "Value": {"Fn::GetAtt": ["Proxy", "Endpoint"]}}),
    ),
    _late(
        "a gateway sends clients before the tasks run",
        "Integration",
        "AWS::ApiGatewayV2::Integration",
        {
            "ApiId": "api",
            "IntegrationType": "HTTP_PROXY",
            "IntegrationUri": {"Fn::Sub": "https://${LoadBalancer.DNSName}"},
        },
    ),
    _late(
        "an accelerator sends clients before the tasks run",
        "Endpoints",
        "AWS::GlobalAccelerator::EndpointGroup",
        {
            "ListenerArn": "arn:aws:globalaccelerator::111122223333:accelerator/a/listener/b",
            "EndpointGroupRegion": {"Ref": "AWS::Region"},
            "EndpointConfigurations": [{"EndpointId": {"Ref": "LoadBalancer"}}],
        },
    ),
    mutation(
        "the service counts as created without a task",
        _CLAIM,
        put("Service.Properties.DesiredCount", 0),
    ),
    mutation(
        "a listener forwards to a target group without a service",
        _CLAIM,
        put("OtherGroup", _OTHER_GROUP),
        put(
            "HttpListener.Properties.DefaultActions",
            [{"Type": "forward", "TargetGroupArn": {"Ref": "OtherGroup"}}],
        ),
        put("PayRule", {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule"}),
        put(
            "PayRule.Properties",
            {**_EVERY_REQUEST, "Conditions": [{"Field": "path-pattern", "Values": ["/pay"]}]},
        ),
        put("HealthCheck.DependsOn", ["Service", "PayRule"]),
    ),
)
