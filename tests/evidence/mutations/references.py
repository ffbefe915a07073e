"""Ways to refer to a resource by a value that its property does not take."""

from __future__ import annotations

from tests.evidence.changes import put
from tests.evidence.mutations.mutation import mutation

_CLAIM = "references-have-the-right-kind"
_ROLE_ID = {"Fn::GetAtt": ["ExecutionRole", "RoleId"]}
_TOPIC_NAME = {"Fn::GetAtt": ["AlertTopic", "TopicName"]}
_VPC = {"Ref": "Vpc"}

REFERENCES = tuple(
    mutation(title, _CLAIM, put(path, value))
    for title, path, value in (
        (
            "the subscription names the topic",
            "AlertEmailSubscription.Properties.TopicArn",
            _TOPIC_NAME,
        ),
        (
            "an alarm names the topic in a text",
            "UnhealthyTargetAlarm.Properties.AlarmActions",
            [{"Fn::Sub": "${AlertTopic.TopicName}"}],
        ),
        (
            "an alarm names the topic with an ending",
            "UnhealthyTargetAlarm.Properties.AlarmActions",
            [{"Fn::Sub": "${AlertTopic.TopicName}-mail"}],
        ),
        ("a rule names the topic", "ServiceFailureRule.Properties.Targets.0.Arn", _TOPIC_NAME),
        (
            "database events name the topic",
            "DatabaseClusterEvents.Properties.SnsTopicArn",
            _TOPIC_NAME,
        ),
        (
            "the listener names the load balancer by DNS",
            "HttpListener.Properties.LoadBalancerArn",
            {"Fn::GetAtt": ["LoadBalancer", "DNSName"]},
        ),
        (
            "the service registers with the load balancer",
            "Service.Properties.LoadBalancers.0.TargetGroupArn",
            {"Ref": "LoadBalancer"},
        ),
        (
            "a task is in the network as if it was a subnet",
            "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets.0",
            _VPC,
        ),
        (
            "a task is in the network of a subnet",
            "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets.0",
            {"Fn::GetAtt": ["PrivateSubnetA", "VpcId"]},
        ),
        (
            "the database lets a network in as if it was a group",
            "DatabaseCluster.Properties.VpcSecurityGroupIds.0",
            _VPC,
        ),
        (
            "a task is started with the ID of a role",
            "TaskDefinition.Properties.ExecutionRoleArn",
            _ROLE_ID,
        ),
        (
            "a task runs with the name of a role",
            "TaskDefinition.Properties.TaskRoleArn",
            {"Ref": "TaskRole"},
        ),
        (
            "a policy is attached to the ARN of a role",
            "SecretPolicy.Properties.Roles.0",
            {"Fn::GetAtt": ["ExecutionRole", "Arn"]},
        ),
        (
            "an instance names its cluster by ARN",
            "DatabaseReader1.Properties.DBClusterIdentifier",
            {"Fn::GetAtt": ["DatabaseCluster", "DBClusterArn"]},
        ),
        (
            "an instance names its cluster by an ARN in text",
            "DatabaseReader1.Properties.DBClusterIdentifier",
            {"Fn::Sub": "arn:aws:rds:us-east-1:${AWS::AccountId}:cluster:payment"},
        ),
        (
            "the NAT gateway names its address instead of the allocation",
            "NatGatewayA.Properties.AllocationId",
            {"Ref": "NatAddressA"},
        ),
        (
            "a route leads to the network's group",
            "PrivateRouteA.Properties.NatGatewayId",
            {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]},
        ),
        (
            "containers write to the ARN of a log group",
            "TaskDefinition.Properties.ContainerDefinitions.0.LogConfiguration.Options.awslogs-group",
            {"Fn::GetAtt": ["ApplicationLogGroup", "Arn"]},
        ),
        (
            "the cluster is encrypted with a topic",
            "DatabaseCluster.Properties.KmsKeyId",
            {"Ref": "AlertTopic"},
        ),
        (
            "the output of the target group gives the load balancer",
            "Outputs.TargetGroupArn.Value",
            {"Ref": "LoadBalancer"},
        ),
        (
            "the output of the topic gives its name",
            "Outputs.AlertTopicArn",
            {"Value": _TOPIC_NAME},
        ),
    )
)
