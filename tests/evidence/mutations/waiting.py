"""Mutations that remove dependencies on which the order of creation and deletion relies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import append, cut, put, remove
from tests.evidence.mutations.mutation import Mutation, mutation

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_CLAIM = "resources-wait-for-what-they-need"
_DEFINITION = "TaskDefinition.Properties.ContainerDefinitions.0"
_STATEMENT = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}


def _waiting(title: str, *changes: Change) -> Mutation:
    return mutation(title, _CLAIM, *changes)


def _without(what: str, name: str) -> Mutation:
    return _waiting(f"the service does not wait for {what}", remove("Service.DependsOn", name))


def _add(logical_id: str, resource_type: str, **properties: object) -> Change:
    return put(logical_id, {"Type": resource_type, "Properties": properties})


def _named(kind: str) -> Json:
    return {"Fn::Sub": f"payment-{kind}-${{EnvironmentSuffix}}"}


WAITING = (
    _without("the listener that forwards to it", "HttpListener"),
    _without("the route of a subnet", "PrivateRouteB"),
    _without("the route table of a subnet", "PrivateAssociationC"),
    _without("the policy of its execution role", "ExecutionPolicy"),
    _without("the policy of its task role", "TaskPolicy"),
    _without("the policy for the secret", "SecretPolicy"),
    _without("the rule that admits the load balancer", "RequestsIngress"),
    _without("the first instance of the database", "DatabaseWriter"),
    _waiting("a NAT gateway does not wait for the gateway", cut("NatAddressA.DependsOn")),
    _waiting("a route does not wait for the Internet gateway", cut("PublicRoute.DependsOn")),
    _waiting(
        "an address is given to a machine before the gateway is attached",
        _add("Machine", "AWS::EC2::Instance", SubnetId={"Ref": "PublicSubnetA"}),
        _add("Address", "AWS::EC2::EIP", InstanceId={"Ref": "Machine"}),
    ),
    _waiting(
        "a machine gets a public address before the gateway is attached",
        _add(
            "Machine",
            "AWS::EC2::Instance",
            NetworkInterfaces=[
                {"SubnetId": {"Ref": "PublicSubnetA"}, "AssociatePublicIpAddress": True}
            ],
        ),
    ),
    _waiting(
        "a second load balancer does not wait for the gateway",
        _add(
            "Other",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            Type="network",
            Subnets=[{"Ref": "PublicSubnetA"}, {"Ref": "PublicSubnetB"}],
        ),
    ),
    _waiting(
        "scaling names the service by its name and does not wait for it",
        put(
            "ScalableTarget.Properties.ResourceId",
            {
                "Fn::Sub": "service/payment-cluster-${EnvironmentSuffix}/"
                "payment-service-${EnvironmentSuffix}"
            },
        ),
    ),
    _waiting(
        "a scaling policy does not wait for its target",
        cut("ScalingPolicy.Properties.ScalingTargetId"),
        put("ScalingPolicy.Properties.ServiceNamespace", "ecs"),
        put("ScalingPolicy.Properties.ScalableDimension", "ecs:service:DesiredCount"),
        put(
            "ScalingPolicy.Properties.ResourceId",
            {"Fn::Sub": "service/${Cluster}/${Service.Name}"},
        ),
    ),
    _waiting(
        "a policy of the execution role is created at any time",
        _add(
            "LogsPolicy",
            "AWS::IAM::Policy",
            PolicyName="logs",
            Roles=[{"Ref": "ExecutionRole"}],
            PolicyDocument={"Version": "2012-10-17", "Statement": [_STATEMENT]},
        ),
    ),
    _waiting(
        "a policy of the execution role needs the service",
        _add(
            "LogsPolicy",
            "AWS::IAM::Policy",
            PolicyName="logs",
            Roles=[{"Ref": "ExecutionRole"}],
            PolicyDocument={
                "Version": "2012-10-17",
                "Statement": [{**_STATEMENT, "Resource": {"Ref": "Service"}}],
            },
        ),
    ),
    _waiting(
        "an egress rule of the tasks is created at any time",
        _add(
            "Https",
            "AWS::EC2::SecurityGroupEgress",
            GroupId={"Ref": "ApplicationSecurityGroup"},
            IpProtocol="tcp",
            FromPort=443,
            ToPort=443,
            CidrIp="0.0.0.0/0",
        ),
    ),
    _waiting(
        "the tasks name their log group, which nothing waits for",
        put(
            f"{_DEFINITION}.LogConfiguration.Options.awslogs-group",
            {"Fn::Sub": "/payment/${EnvironmentSuffix}"},
        ),
        put(
            "ApplicationLogGroup.Properties.LogGroupName",
            {"Fn::Sub": "/payment/${EnvironmentSuffix}"},
        ),
        cut("ExecutionPolicy"),
        remove("Service.DependsOn", "ExecutionPolicy"),
    ),
    _waiting(
        "the tasks read the host from a secret that is not attached yet",
        _add(
            "SecretAttachment",
            "AWS::SecretsManager::SecretTargetAttachment",
            SecretId={"Ref": "DatabaseSecret"},
            TargetId={"Ref": "DatabaseCluster"},
            TargetType="AWS::RDS::DBCluster",
        ),
        append(
            f"{_DEFINITION}.Secrets",
            {"Name": "DB", "ValueFrom": {"Fn::Sub": "${DatabaseSecret}:host::"}},
        ),
    ),
    _waiting(
        "the tasks connect to a proxy that has no database yet",
        _add("Proxy", "AWS::RDS::DBProxy", DBProxyName="payment"),
        _add(
            "ProxyTargets",
            "AWS::RDS::DBProxyTargetGroup",
            TargetGroupName="default",
            DBProxyName={"Ref": "Proxy"},
            DBClusterIdentifiers=[{"Ref": "DatabaseCluster"}],
        ),
        append(
            f"{_DEFINITION}.Environment",
            {"Name": "PROXY", "Value": {"Fn::GetAtt": ["Proxy", "Endpoint"]}},
        ),
    ),
    _waiting(
        "a rotation begins before the cluster has an instance",
        _add(
            "SecretAttachment",
            "AWS::SecretsManager::SecretTargetAttachment",
            SecretId={"Ref": "DatabaseSecret"},
            TargetId={"Ref": "DatabaseCluster"},
            TargetType="AWS::RDS::DBCluster",
        ),
        _add(
            "Rotation",
            "AWS::SecretsManager::RotationSchedule",
            SecretId={"Ref": "SecretAttachment"},
            RotationRules={"AutomaticallyAfterDays": 30},
        ),
    ),
    _waiting(
        "the service does not wait for the capacity providers of its cluster",
        cut("Service.Properties.LaunchType"),
        put(
            "Service.Properties.CapacityProviderStrategy",
            [{"CapacityProvider": "FARGATE", "Weight": 1}],
        ),
        _add(
            "Providers",
            "AWS::ECS::ClusterCapacityProviderAssociations",
            Cluster={"Ref": "Cluster"},
            CapacityProviders=["FARGATE"],
            DefaultCapacityProviderStrategy=[{"CapacityProvider": "FARGATE"}],
        ),
    ),
    _waiting(
        "the service does not wait for the machines that its tasks run on",
        put("Service.Properties.LaunchType", "EC2"),
        _add(
            "Machines",
            "AWS::EC2::LaunchTemplate",
            LaunchTemplateData={"UserData": {"Ref": "Cluster"}},
        ),
        _add(
            "Group",
            "AWS::AutoScaling::AutoScalingGroup",
            LaunchTemplate={"LaunchTemplateId": {"Ref": "Machines"}},
            VPCZoneIdentifier=[{"Ref": "PrivateSubnetA"}],
        ),
    ),
    _waiting(
        "an interface is deployed before it has methods",
        _add("Api", "AWS::ApiGateway::RestApi", Name=_named("api")),
        _add("Method", "AWS::ApiGateway::Method", RestApiId={"Ref": "Api"}, HttpMethod="GET"),
        _add("Deployment", "AWS::ApiGateway::Deployment", RestApiId={"Ref": "Api"}),
    ),
    _waiting(
        "a function in the network does not wait for the policy of its role",
        _add("Role", "AWS::IAM::Role", AssumeRolePolicyDocument={}),
        _add("RolePolicy", "AWS::IAM::RolePolicy", PolicyName="p", RoleName={"Ref": "Role"}),
        _add(
            "Function",
            "AWS::Lambda::Function",
            Role={"Fn::GetAtt": ["Role", "Arn"]},
            VpcConfig={"SubnetIds": [{"Ref": "PrivateSubnetA"}]},
        ),
    ),
)
