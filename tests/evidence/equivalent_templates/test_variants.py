"""Other ways to keep a promise are no breach of it, and what the template leaves open is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import append, changed, cut, drop, put, refuse_path
from tests.evidence.mutations.endpoints import endpoints_alone
from tests.evidence.mutations.mutation import mutation
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.mutations.mutation import Mutation

_EXECUTION_POLICY = "service-role/AmazonECSTaskExecutionRolePolicy"
_LOGS = "TaskDefinition.Properties.ContainerDefinitions.0.LogConfiguration.Options"
_ALIAS = {
    "Type": "A",
    "Failover": "PRIMARY",
    "SetIdentifier": "payment",
    "AliasTarget": {
        "DNSName": {"Fn::GetAtt": ["LoadBalancer", "DNSName"]},
        "HostedZoneId": {"Fn::GetAtt": ["LoadBalancer", "CanonicalHostedZoneID"]},
        "EvaluateTargetHealth": True,
    },
}
_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
_DISKS = "Cluster.Properties.Configuration.ManagedStorageConfiguration"
_FORWARD = "HttpListener.Properties.DefaultActions.0.Fn::If.2"
_HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
_ONE_ENDPOINT_SUBNET = {"SubnetIds": [{"Ref": "PrivateSubnetA"}]}
_EVERYTHING_ALLOWED = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]
}
_OPEN_ENTRIES = tuple(
    put(
        f"Entry{outward}",
        {
            "Type": "AWS::EC2::NetworkAclEntry",
            "Properties": {
                "NetworkAclId": {"Ref": "AccessList"},
                "RuleNumber": 100,
                "Protocol": -1,
                "RuleAction": "allow",
                "CidrBlock": "0.0.0.0/0",
                "Egress": outward,
            },
        },
    )
    for outward in (False, True)
)
_ADMINISTER = "EncryptionKey.Properties.KeyPolicy.Statement.0"
_DENY_DELETION = {"Effect": "Deny", "Action": "kms:ScheduleKeyDeletion", "Resource": "*"}
_ACCESS_LIST = (
    put("AccessList", {"Type": "AWS::EC2::NetworkAcl"}),
    put(
        "Association",
        {
            "Type": "AWS::EC2::SubnetNetworkAclAssociation",
            "Properties": {
                "NetworkAclId": {"Ref": "AccessList"},
                "SubnetId": {"Ref": "PrivateSubnetC"},
            },
        },
    ),
)

# As inline rules: the load balancer's group waits for the tasks', which accepts the VPC instead.
_REQUESTS_INLINE = (
    drop("RequestsIngress"),
    put(
        "ApplicationSecurityGroup.Properties.SecurityGroupIngress",
        [{"IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080, "CidrIp": "10.0.0.0/16"}],
    ),
)
_SECRET_ID = {"Ref": "DatabaseSecret"}
_MASTER = "DatabaseCluster.Properties.MasterUserPassword"
_GENERATED = f"{_MASTER}.Fn::If.2"
_MANAGED = "${DatabaseCluster.MasterUserSecret.SecretArn}"
_GENERATED_NAME = "payment-database-${EnvironmentSuffix}"
_VERSION = "DatabaseCluster.Properties.EngineVersion"
_INSTANCES = ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
KEPT = (
    mutation("a user by number", "containers-without-root", put(f"{_CONTAINER}.User", "101")),
    mutation(
        "protection of an Aurora instance, which has no effect",
        "failed-creation-rolls-back",
        put("DatabaseWriter.Properties.DeletionProtection", value=True),
    ),
    mutation(
        "a registry that is deleted with its images",
        "failed-creation-rolls-back",
        put(
            "Registry",
            {
                "Type": "AWS::ECR::Repository",
                "DeletionPolicy": "Delete",
                "Properties": {"EmptyOnDelete": True},
            },
        ),
    ),
    mutation(
        "a password from text in pieces",
        "changed-password-reaches-database",
        put(
            "DatabaseCluster.Properties.MasterUserPassword.Fn::If.2",
            {
                "Fn::Join": [
                    "",
                    [
                        "{{resolve:secrets",
                        "manager:",
                        {"Ref": "DatabaseSecret"},
                        ":SecretString:password}}",
                    ],
                ]
            },
        ),
    ),
    mutation(
        "a scheduled run of the same task",
        "containers-without-root",
        put(f"{_CONTAINER}.User", "101"),
        put(
            "Schedule",
            {
                "Type": "AWS::Scheduler::Schedule",
                "Properties": {
                    "Target": {"EcsParameters": {"TaskDefinitionArn": {"Ref": "TaskDefinition"}}}
                },
            },
        ),
    ),
    mutation(
        "inline rules in every direction",
        "security-groups-do-not-drift",
        *_REQUESTS_INLINE,
    ),
    mutation("endpoints alone", "tasks-can-start", *endpoints_alone({})),
    mutation(
        "endpoints in one zone answer all",
        "tasks-can-start",
        *endpoints_alone(_ONE_ENDPOINT_SUBNET),
    ),
    mutation(
        "endpoints that allow everything",
        "tasks-can-start",
        *endpoints_alone({"PolicyDocument": _EVERYTHING_ALLOWED}),
    ),
    mutation(
        "a key policy that names the account by its ID",
        "failed-creation-rolls-back",
        put(f"{_ADMINISTER}.Principal.AWS", {"Ref": "AWS::AccountId"}),
    ),
    mutation(
        "a key with the default policy",
        "failed-creation-rolls-back",
        cut("EncryptionKey.Properties.KeyPolicy"),
    ),
    mutation(
        "a regional NAT gateway",
        "tasks-replaced-after-zone-loss",
        put(
            "NatGatewayA.Properties",
            {"VpcId": {"Ref": "Vpc"}, "AvailabilityMode": "regional"},
        ),
    ),
    mutation("an open access list", "tasks-can-start", *_ACCESS_LIST, *_OPEN_ENTRIES),
    mutation(
        "queries let in by the addresses of the network",
        "neighbours-can-connect",
        cut("DatabaseSecurityGroup.Properties.SecurityGroupIngress.0.SourceSecurityGroupId"),
        put("DatabaseSecurityGroup.Properties.SecurityGroupIngress.0.CidrIp", "10.0.0.0/16"),
    ),
    mutation(
        "the number of TCP in the place of its name",
        "neighbours-can-connect",
        put("RequestsIngress.Properties.IpProtocol", "6"),
    ),
    mutation(
        "AWS's own policy for the execution role",
        "tasks-can-start",
        drop("ExecutionPolicy"),
        put(
            "ExecutionRole.Properties.ManagedPolicyArns",
            [{"Fn::Sub": f"arn:${{AWS::Partition}}:iam::aws:policy/{_EXECUTION_POLICY}"}],
        ),
    ),
    mutation(
        "the secret by the pattern of its ARN",
        "tasks-can-start",
        put(
            "SecretPolicy.Properties.PolicyDocument.Statement.0.Resource",
            [{"Fn::Sub": "arn:aws:secretsmanager:*:*:secret:payment-*"}],
        ),
    ),
    mutation(
        "the log group by its name",
        "tasks-can-start",
        put(f"{_LOGS}.awslogs-group", {"Fn::Sub": "/ecs/payment-application-${EnvironmentSuffix}"}),
    ),
    mutation(
        "a key policy that leaves all to IAM",
        "tasks-can-start",
        put("EncryptionKey.Properties.KeyPolicy.Statement.0.Action", "kms:*"),
        cut("EncryptionKey.Properties.KeyPolicy.Statement.1"),
    ),
    mutation(
        "a link that takes neither name nor tags",
        "names-carry-suffix",
        *_ACCESS_LIST[1:],
        put("Association.Properties.NetworkAclId", "acl-0example"),
    ),
    mutation(
        "a weighted forward",
        "neighbours-can-connect",
        put(
            f"{_FORWARD}",
            {
                "Type": "forward",
                "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": {"Ref": "TargetGroup"}}]},
            },
        ),
    ),
    mutation(
        "a rule for one path alone",
        "neighbours-can-connect",
        refuse_path("/admin"),
    ),
    mutation(
        "a service without a load balancer beside",
        "neighbours-can-connect",
        put(
            "Worker",
            {
                "Type": "AWS::ECS::Service",
                "Properties": {
                    "TaskDefinition": {"Ref": "TaskDefinition"},
                    "NetworkConfiguration": {
                        "AwsvpcConfiguration": {
                            "Subnets": [{"Ref": "PrivateSubnetA"}],
                            "SecurityGroups": [{"Ref": "ApplicationSecurityGroup"}],
                        }
                    },
                },
            },
        ),
    ),
    mutation(
        "a scalable target by physical names",
        "exactly-six-tasks-wanted",
        put(
            "ScalableTarget.Properties.ResourceId",
            {
                "Fn::Sub": "service/payment-cluster-${EnvironmentSuffix}"
                "/payment-service-${EnvironmentSuffix}"
            },
        ),
    ),
    mutation(
        "a scaling policy by the resource",
        "exactly-six-tasks-wanted",
        cut("ScalingPolicy.Properties.ScalingTargetId"),
        put("ScalingPolicy.Properties.ScalableDimension", "ecs:service:DesiredCount"),
        put(
            "ScalingPolicy.Properties.ResourceId", {"Fn::Sub": "service/${Cluster}/${Service.Name}"}
        ),
    ),
    mutation(
        "a percentage that rounds up to all tasks",
        "rolling-update",
        put("Service.Properties.DeploymentConfiguration.MinimumHealthyPercent", 95),
    ),
    mutation(
        "clients by a prefix list",
        "only-neighbours-connect",
        cut("LoadBalancerSecurityGroup.Properties.SecurityGroupIngress.0.CidrIp"),
        put(
            "LoadBalancerSecurityGroup.Properties.SecurityGroupIngress.0.SourcePrefixListId",
            "pl-0example",
        ),
    ),
    mutation(
        "Fargate by its capacity provider",
        "tasks-can-start",
        cut("Service.Properties.LaunchType"),
        put(
            "Service.Properties.CapacityProviderStrategy",
            [{"CapacityProvider": "FARGATE", "Weight": 1}],
        ),
        put("Cluster.Properties.CapacityProviders", ["FARGATE"]),
    ),
    mutation(
        "the port that the cluster itself tells",
        "neighbours-can-connect",
        put(
            "TaskDefinition.Properties.ContainerDefinitions.0.Environment.3.Value",
            {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Port"]},
        ),
    ),
    mutation(
        "MySQL's port on every side",
        "neighbours-can-connect",
        cut("DatabaseCluster.Properties.Port"),
        put("TaskDefinition.Properties.ContainerDefinitions.0.Environment.3.Value", "3306"),
        *(
            put(f"{rule}.{end}", 3306)
            for rule in (
                "DatabaseSecurityGroup.Properties.SecurityGroupIngress.0",
                "ApplicationSecurityGroup.Properties.SecurityGroupEgress.1",
            )
            for end in ("FromPort", "ToPort")
        ),
    ),
    mutation(
        "a health check that waits by a reference",
        "nothing-reachable-before-it-serves",
        cut("HealthCheck.DependsOn"),
        put("HealthCheck.Properties.HealthCheckTags.0.Value", {"Ref": "Service"}),
    ),
    mutation(
        "a record of something else",
        "nothing-reachable-before-it-serves",
        put(
            "Proof",
            {
                "Type": "AWS::Route53::RecordSet",
                "Properties": {
                    "Name": "_proof.example.com",
                    "Type": "TXT",
                    "TTL": "300",
                    "ResourceRecords": ['"proof"'],
                },
            },
        ),
    ),
    mutation(
        "a password that is given alone",
        "changed-password-reaches-database",
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(_MASTER, {"Ref": "DBMasterPassword"}),
    ),
    mutation(
        "a password that RDS manages, and that the tasks read from its secret",
        "changed-password-reaches-database",
        cut(_MASTER),
        put("DatabaseCluster.Properties.ManageMasterUserPassword", value=True),
        put(f"{_CONTAINER}.Secrets.0.ValueFrom", {"Fn::Sub": f"{_MANAGED}:username::"}),
        put(f"{_CONTAINER}.Secrets.1.ValueFrom", {"Fn::Sub": f"{_MANAGED}:password::"}),
    ),
    mutation(
        "a secret by its name, which the database waits for",
        "changed-password-reaches-database",
        append("DatabaseCluster.DependsOn", "DatabaseSecret"),
        put(
            _GENERATED,
            {"Fn::Sub": f"{{{{resolve:secretsmanager:{_GENERATED_NAME}:SecretString:password}}}}"},
        ),
    ),
    mutation(
        "a secret by the start of its ARN, and its current version",
        "changed-password-reaches-database",
        append("DatabaseCluster.DependsOn", "DatabaseSecret"),
        put(
            _GENERATED,
            {
                "Fn::Sub": "{{resolve:secretsmanager:arn:${AWS::Partition}:secretsmanager:"
                f"${{AWS::Region}}:${{AWS::AccountId}}:secret:{_GENERATED_NAME}"
                ":SecretString:password:AWSCURRENT}}"
            },
        ),
    ),
    mutation(
        "a task that reads the whole secret",
        "changed-password-reaches-database",
        put(f"{_CONTAINER}.Secrets", [{"Name": "DB", "ValueFrom": _SECRET_ID}]),
    ),
    mutation(
        "a task without the password, such as one with IAM authentication",
        "changed-password-reaches-database",
        cut(f"{_CONTAINER}.Secrets"),
    ),
    mutation(
        "a retained secret that keeps its name",
        "changed-password-reaches-database",
        put("DatabaseSecret.UpdateReplacePolicy", "Retain"),
        put("DatabaseSecret.Properties.Name", {"Ref": "AWS::NoValue"}),
        cut("DatabaseSecret.Properties.GenerateSecretString"),
        put(_MASTER, {"Ref": "DBMasterPassword"}),
    ),
    mutation(
        "a stored version of the engine that is pinned",
        "instances-updated-one-by-one",
        put(_VERSION, "{{resolve:ssm:/payments/version:3}}"),
    ),
    mutation(
        "a version of the engine from a version of a secret",
        "instances-updated-one-by-one",
        put(_VERSION, "{{resolve:secretsmanager:versions:SecretString:aurora::1d2c3b4a}}"),
    ),
    mutation(
        "one instance that waits for its window",
        "instances-updated-one-by-one",
        put(_VERSION, "15.19"),
        put("DatabaseReader1.Properties.ApplyImmediately", "false"),
    ),
    mutation(
        "a group by its attribute",
        "neighbours-can-connect",
        put(
            "RequestsIngress.Properties.SourceSecurityGroupId",
            {"Fn::GetAtt": ["LoadBalancerSecurityGroup", "GroupId"]},
        ),
    ),
)
_INTO_THE_LOAD_BALANCER = "LoadBalancerSecurityGroup.Properties.SecurityGroupIngress"
_INTO_THE_DATABASE = "DatabaseSecurityGroup.Properties.SecurityGroupIngress.0"
CONDITIONAL = (
    mutation(
        "tasks that read another secret than that of the database's user",
        "changed-password-reaches-database",
        put(f"{_CONTAINER}.Secrets", [{"Name": "KEY", "ValueFrom": "/payments/key"}]),
    ),
    mutation(
        "a password from another stack",
        "changed-password-reaches-database",
        put(_MASTER, "{{resolve:secretsmanager:shared:SecretString:password}}"),
        cut(f"{_CONTAINER}.Secrets"),
    ),
    mutation(
        "the latest stored version of the engine",
        "instances-updated-one-by-one",
        put(_VERSION, "{{resolve:ssm:/payments/version}}"),
    ),
    mutation(
        "a version of the engine from a secret",
        "instances-updated-one-by-one",
        put(_VERSION, "{{resolve:secretsmanager:versions:SecretString:aurora}}"),
    ),
    mutation(
        "a version of the engine from the current secret",
        "instances-updated-one-by-one",
        put(_VERSION, "{{resolve:secretsmanager:versions:SecretString:aurora:AWSCURRENT:}}"),
    ),
    mutation(
        "instances that wait for their windows",
        "instances-updated-one-by-one",
        put(_VERSION, "15.19"),
        *(put(f"{name}.Properties.ApplyImmediately", value=False) for name in _INSTANCES),
    ),
    mutation(
        "instances of another stack",
        "instances-updated-one-by-one",
        put(_VERSION, "15.19"),
        *(put(f"{name}.Properties.DBClusterIdentifier", "elsewhere") for name in _INSTANCES),
    ),
    mutation(
        "a secret that is read by a joined reference, and renewed with its password",
        "no-update-replaces-state",
        put(
            _GENERATED,
            {
                "Fn::Join": [
                    "",
                    ["{{resolve:secretsmanager:", _SECRET_ID, ":SecretString:password}}"],
                ]
            },
        ),
    ),
    mutation(
        "a secret in a variable, renewed with its password",
        "no-update-replaces-state",
        put(
            _GENERATED,
            {
                "Fn::Sub": [
                    "{{resolve:${Service}:${Id}:SecretString:password}}",
                    {
                        "Service": "secretsmanager",
                        "Id": {"Fn::Select": [0, [_SECRET_ID]]},
                    },
                ]
            },
        ),
    ),
    mutation(
        "a rule without the owner that AWS adds",
        "security-groups-do-not-drift",
        *_REQUESTS_INLINE,
        cut(f"{_INTO_THE_DATABASE}.SourceSecurityGroupOwnerId"),
    ),
    *(
        mutation(
            f"a rule with {title} that AWS stores otherwise",
            "security-groups-do-not-drift",
            *_REQUESTS_INLINE,
            put(f"{_INTO_THE_LOAD_BALANCER}.0", {**_HTTPS, **stated}),
        )
        for title, stated in (
            ("addresses", {"CidrIp": "10.0.0.1/16"}),
            ("addresses of IPv6", {"CidrIpv6": "0:0:0:0:0:0:0:0/0"}),
            ("a protocol", {"IpProtocol": "6", "CidrIp": "10.0.0.0/16"}),
        )
    ),
    mutation(
        "a group without rules in one direction",
        "security-groups-do-not-drift",
        *_REQUESTS_INLINE,
        put("DatabaseSecurityGroup.Properties.SecurityGroupEgress", []),
    ),
    mutation(
        "a rule of the VPC's default group",
        "security-groups-do-not-drift",
        *_REQUESTS_INLINE,
        put(
            "DefaultIngress",
            {
                "Type": "AWS::EC2::SecurityGroupIngress",
                "Properties": {
                    "GroupId": {"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]},
                    "IpProtocol": "-1",
                    "CidrIp": "10.0.0.0/16",
                },
            },
        ),
    ),
    mutation(
        "a bucket, which cannot be deleted when it is filled",
        "failed-creation-rolls-back",
        put("Bucket", {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Delete"}),
    ),
    mutation(
        "a resource that a program deletes",
        "failed-creation-rolls-back",
        put("Seed", {"Type": "Custom::Seed", "DeletionPolicy": "Delete"}),
    ),
    mutation(
        "one role alone may delete the key",
        "failed-creation-rolls-back",
        put(f"{_ADMINISTER}.Principal.AWS", "arn:aws:iam::111122223333:role/deployer"),
    ),
    mutation(
        "everyone whom a policy does not name is denied the deletion of the key",
        "failed-creation-rolls-back",
        append(
            "EncryptionKey.Properties.KeyPolicy.Statement",
            {**_DENY_DELETION, "NotPrincipal": {"AWS": {"Ref": "AWS::AccountId"}}},
        ),
    ),
    mutation(
        "a condition denies the deletion of the key",
        "failed-creation-rolls-back",
        append(
            "EncryptionKey.Properties.KeyPolicy.Statement",
            {
                **_DENY_DELETION,
                "Principal": "*",
                "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/deployer"}},
            },
        ),
    ),
    mutation(
        "an alias of another stack's key",
        "failed-creation-rolls-back",
        put(
            "OtherAlias",
            {
                "Type": "AWS::KMS::Alias",
                "DeletionPolicy": "Delete",
                "Properties": {
                    "AliasName": "alias/other",
                    "TargetKeyId": "arn:aws:kms:us-east-1:111122223333:key/example",
                },
            },
        ),
    ),
    mutation(
        "automated backups, which a rollback keeps",
        "failed-creation-rolls-back",
        put("DatabaseCluster.Properties.DeleteAutomatedBackups", value=False),
    ),
    mutation(
        "a task definition of another stack",
        "containers-without-root",
        put(f"{_CONTAINER}.User", "101"),
        put("Service.Properties.TaskDefinition", "payment-legacy:7"),
    ),
    *(
        mutation(
            f"a task definition of another stack, started by {title}",
            "containers-without-root",
            put(f"{_CONTAINER}.User", "101"),
            put("Starter", {"Type": resource_type, "Properties": properties}),
        )
        for title, resource_type, properties in (
            (
                "a rule",
                "AWS::Events::Rule",
                {"Targets": [{"EcsParameters": {"TaskDefinitionArn": "payment-legacy"}}]},
            ),
            (
                "a schedule",
                "AWS::Scheduler::Schedule",
                {"Target": {"EcsParameters": {"TaskDefinitionArn": "payment-legacy"}}},
            ),
            (
                "a pipe",
                "AWS::Pipes::Pipe",
                {"TargetParameters": {"EcsTaskParameters": {"TaskDefinitionArn": "legacy"}}},
            ),
            ("a task set", "AWS::ECS::TaskSet", {"TaskDefinition": "payment-legacy"}),
        )
    ),
    mutation(
        "containers whose user no property states",
        "containers-without-root",
        put(f"{_CONTAINER}.User", "101"),
        put("Reports", {"Type": "AWS::AppRunner::Service", "Properties": {}}),
    ),
    mutation(
        "ECS Exec in a container that cannot be written to",
        "containers-without-root",
        put(f"{_CONTAINER}.User", "101"),
        put("Service.Properties.EnableExecuteCommand", value=True),
    ),
    mutation(
        "a user by name, for which the image decides",
        "containers-without-root",
        put(f"{_CONTAINER}.User", "app"),
    ),
    mutation(
        "a service that does not ask for Fargate",
        "tasks-can-start",
        cut("Service.Properties.LaunchType"),
    ),
    mutation(
        "a cluster whose default capacity is spot",
        "exactly-six-tasks-wanted",
        cut("Service.Properties.LaunchType"),
        put(
            "Cluster.Properties.DefaultCapacityProviderStrategy",
            [{"CapacityProvider": "FARGATE_SPOT"}],
        ),
    ),
    mutation(
        "a key of the disks outside the template",
        "tasks-can-start",
        put(
            f"{_DISKS}.FargateEphemeralStorageKmsKeyId",
            "arn:aws:kms:us-east-1:111122223333:key/example",
        ),
    ),
    mutation(
        "a flow log into a group of the stack",
        "nothing-outlives-stack",
        put(
            "FlowLog",
            {
                "Type": "AWS::EC2::FlowLog",
                "Properties": {"LogGroupName": {"Ref": "ApplicationLogGroup"}},
            },
        ),
    ),
    mutation(
        "a bucket that may not be empty",
        "nothing-outlives-stack",
        put("Archive", {"Type": "AWS::S3::Bucket"}),
    ),
    mutation(
        "an alias that evaluates its target",
        "dns-fails-over",
        put("DnsRecord.Properties", {**_ALIAS, "Name": {"Ref": "DomainName"}}),
    ),
    mutation(
        "a group of records",
        "dns-fails-over",
        put(
            "DnsRecord",
            {
                "Type": "AWS::Route53::RecordSetGroup",
                "Condition": "HasDomain",
                "Properties": {"RecordSets": [{**_ALIAS, "Name": {"Ref": "DomainName"}}]},
            },
        ),
    ),
    mutation(
        "an alias is back in time",
        "region-back-within-two-minutes",
        put("DnsRecord.Properties", {**_ALIAS, "Name": {"Ref": "DomainName"}}),
    ),
    mutation(
        "tasks on spot capacity",
        "exactly-six-tasks-wanted",
        put("Service.Properties.CapacityProviderStrategy", [{"CapacityProvider": "FARGATE_SPOT"}]),
    ),
    mutation(
        "a health check that wants 418",
        "neighbours-can-connect",
        put("TargetGroup.Properties.Matcher", {"HttpCode": "418"}),
    ),
    mutation(
        "a log group outside the template",
        "tasks-can-start",
        put(f"{_LOGS}.awslogs-group", "/ecs/elsewhere"),
        put("ExecutionPolicy.Properties.PolicyDocument.Statement.0.Resource", "*"),
    ),
    mutation(
        "a policy of the account",
        "tasks-can-start",
        drop("ExecutionPolicy"),
        put(
            "ExecutionRole.Properties.ManagedPolicyArns",
            ["arn:aws:iam::111122223333:policy/elsewhere"],
        ),
    ),
    mutation(
        "a boundary of the role",
        "tasks-can-start",
        put(
            "ExecutionRole.Properties.PermissionsBoundary",
            "arn:aws:iam::111122223333:policy/elsewhere",
        ),
    ),
    mutation(
        "a task definition outside the template",
        "tasks-can-start",
        put("Service.Properties.TaskDefinition", "payment:1"),
    ),
    mutation(
        "egress by a transit gateway",
        "tasks-can-start",
        *(cut(f"PrivateRoute{zone}.Properties.NatGatewayId") for zone in "ABC"),
        *(put(f"PrivateRoute{zone}.Properties.TransitGatewayId", "tgw-0example") for zone in "ABC"),
    ),
    mutation(
        "egress to the endpoints and to a prefix list",
        "tasks-can-start",
        *endpoints_alone({}),
        put(
            "ApplicationSecurityGroup.Properties.SecurityGroupEgress",
            [
                {**_HTTPS, "DestinationSecurityGroupId": {"Ref": "EndpointSecurityGroup"}},
                {**_HTTPS, "DestinationPrefixListId": "pl-0example"},
            ],
        ),
    ),
    mutation(
        "an access list for some of the answers",
        "tasks-can-start",
        *_ACCESS_LIST,
        *_OPEN_ENTRIES,
        put("EntryFalse.Properties.Protocol", 6),
        put("EntryFalse.Properties.PortRange", {"From": 32768, "To": 50000}),
    ),
    mutation(
        "half of the Internet by an appliance",
        "tasks-can-start",
        put(
            "Half",
            {
                "Type": "AWS::EC2::Route",
                "Properties": {
                    "RouteTableId": {"Ref": "PrivateRouteTableA"},
                    "DestinationCidrBlock": "0.0.0.0/1",
                    "NetworkInterfaceId": "eni-0example",
                },
            },
        ),
    ),
)


@pytest.mark.parametrize("variant", KEPT, ids=lambda variant: variant.title)
def test_variant_keeps_promise(variant: Mutation) -> None:
    document = changed(real_document(), *variant.changes)

    assert verdict_of(variant.claim, document) is Verdict.KEPT


@pytest.mark.parametrize("variant", CONDITIONAL, ids=lambda variant: variant.title)
def test_variant_keeps_promise_under_condition(variant: Mutation) -> None:
    document = changed(real_document(), *variant.changes)

    assert verdict_of(variant.claim, document) is Verdict.CONDITIONAL
