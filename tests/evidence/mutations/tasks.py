"""Ways to break the tasks and their load balancer."""

from __future__ import annotations

from tests.evidence.changes import append, cut, drop, put, refuse_path, remove, turn
from tests.evidence.mutations.mutation import mutation

_DEPLOYMENT = "Service.Properties.DeploymentConfiguration"
_TASK_SUBNETS = "Service.Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets"
_CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"

TASKS = (
    mutation(
        "all tasks are in one subnet",
        "survives-zone-loss",
        put(_TASK_SUBNETS, [{"Ref": "PrivateSubnetA"}]),
    ),
    mutation(
        "another service has a single task",
        "survives-task-loss",
        put("Other", {"Type": "AWS::ECS::Service", "Properties": {"DesiredCount": 1}}),
    ),
    mutation("the tasks are in two zones", "tasks-in-three-zones", cut(f"{_TASK_SUBNETS}.2")),
    mutation(
        "tasks are not balanced again",
        "tasks-spread-evenly",
        put("Service.Properties.AvailabilityZoneRebalancing", "DISABLED"),
    ),
    mutation(
        "scaling may double the tasks",
        "exactly-six-tasks-wanted",
        put("ScalableTarget.Properties.MaxCapacity", 12),
    ),
    mutation(
        "four tasks are wanted",
        "exactly-six-tasks-wanted",
        put("Service.Properties.DesiredCount", 4),
    ),
    mutation("one task is wanted", "survives-task-loss", put("Service.Properties.DesiredCount", 1)),
    mutation(
        "half the tasks may go in a deployment",
        "rolling-update",
        put(f"{_DEPLOYMENT}.MinimumHealthyPercent", 50),
    ),
    mutation(
        "a failed deployment is not rolled back",
        "rolling-update",
        turn(f"{_DEPLOYMENT}.DeploymentCircuitBreaker.Rollback"),
    ),
    mutation("a private subnet has no egress", "tasks-can-start", drop("PrivateRouteC")),
    mutation(
        "targets are checked every 10 s",
        "health-check-every-five-seconds",
        put("TargetGroup.Properties.HealthCheckIntervalSeconds", 10),
    ),
    mutation(
        "connections drain for 300 s",
        "load-balancer-checks-and-drains",
        put("TargetGroup.Properties.TargetGroupAttributes.0.Value", "300"),
    ),
    mutation(
        "the database lets in the world",
        "only-neighbours-connect",
        put(
            "DatabaseSecurityGroup.Properties.SecurityGroupIngress.0",
            {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIp": "0.0.0.0/0"},
        ),
    ),
    mutation(
        "tasks may not connect out",
        "tasks-can-start",
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress", []),
    ),
    mutation(
        "the NAT gateway is in a private subnet",
        "tasks-can-start",
        put("NatGatewayA.Properties.SubnetId", {"Ref": "PrivateSubnetA"}),
    ),
    mutation(
        "requests may not leave the load balancer",
        "neighbours-can-connect",
        put("LoadBalancerSecurityGroup.Properties.SecurityGroupEgress", []),
    ),
    mutation(
        "the load balancer may not use the container's port",
        "neighbours-can-connect",
        put("LoadBalancerSecurityGroup.Properties.SecurityGroupEgress.0.FromPort", 9000),
    ),
    mutation(
        "queries are not let out",
        "neighbours-can-connect",
        cut("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1"),
    ),
    mutation(
        "queries are let out to another network",
        "neighbours-can-connect",
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1.CidrIp", "10.1.0.0/16"),
    ),
    mutation(
        "the load balancer may connect to the database",
        "only-neighbours-connect",
        append(
            "LoadBalancerSecurityGroup.Properties.SecurityGroupEgress",
            {
                "IpProtocol": "tcp",
                "FromPort": 1024,
                "ToPort": 65535,
                "DestinationSecurityGroupId": {"Ref": "DatabaseSecurityGroup"},
            },
        ),
    ),
    mutation(
        "the tasks may connect to every port of the network",
        "only-neighbours-connect",
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.1.FromPort", 1),
    ),
    mutation(
        "the tasks may connect to a port that nothing listens on",
        "only-neighbours-connect",
        append(
            "ApplicationSecurityGroup.Properties.SecurityGroupEgress",
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/16"},
        ),
    ),
    mutation(
        "the load balancer has a rule of its own beside a separate one",
        "security-groups-do-not-drift",
        put(
            "OtherEgress",
            {
                "Type": "AWS::EC2::SecurityGroupEgress",
                "Properties": {
                    "GroupId": {"Ref": "LoadBalancerSecurityGroup"},
                    "IpProtocol": "tcp",
                    "FromPort": 443,
                    "ToPort": 443,
                    "CidrIp": "0.0.0.0/0",
                },
            },
        ),
    ),
    mutation(
        "the load balancer states a rule twice",
        "security-groups-do-not-drift",
        append(
            "LoadBalancerSecurityGroup.Properties.SecurityGroupIngress",
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"},
        ),
    ),
    *(
        mutation(
            f"the load balancer states a rule twice, once by {title}",
            "security-groups-do-not-drift",
            append(
                "LoadBalancerSecurityGroup.Properties.SecurityGroupIngress",
                {"IpProtocol": protocol, "FromPort": 80, "ToPort": 80, "CidrIp": block},
            ),
        )
        for title, protocol, block in (
            ("the number of TCP", "6", "0.0.0.0/0"),
            ("a block that AWS stores otherwise", "tcp", "10.0.0.0/0"),
        )
    ),
    mutation(
        "the load balancer is made before its subnets have the route",
        "nothing-reachable-before-it-serves",
        put("LoadBalancer.DependsOn", ["PublicRoute"]),
    ),
    mutation(
        "the name leads to the region before its tasks run",
        "nothing-reachable-before-it-serves",
        cut("HealthCheck.DependsOn"),
    ),
    mutation(
        "the record follows no health check and waits for nothing",
        "nothing-reachable-before-it-serves",
        cut("DnsRecord.Properties.HealthCheckId"),
    ),
    mutation(
        "the health check waits for the service in one branch alone",
        "nothing-reachable-before-it-serves",
        cut("HealthCheck.DependsOn"),
        put(
            "HealthCheck.Properties.HealthCheckTags.0.Value",
            {"Fn::If": ["HasCertificate", {"Ref": "Service"}, ""]},
        ),
    ),
    mutation(
        "the name leads to the region before the load balancer listens",
        "nothing-reachable-before-it-serves",
        remove("Service.DependsOn", "HttpListener"),
    ),
    mutation(
        "the name leads to the region before the tasks let requests in",
        "nothing-reachable-before-it-serves",
        remove("Service.DependsOn", "RequestsIngress"),
    ),
    mutation(
        "the name leads to the region before the database has an instance",
        "nothing-reachable-before-it-serves",
        remove("Service.DependsOn", "DatabaseWriter"),
    ),
    mutation(
        "one of the load balancer's subnets has no route",
        "nothing-reachable-before-it-serves",
        put("PublicAssociationB.Properties.SubnetId", {"Ref": "PublicSubnetA"}),
    ),
    mutation(
        "the name leads to a load balancer without a service",
        "nothing-reachable-before-it-serves",
        cut("Service.Properties.LoadBalancers"),
    ),
    mutation(
        "the container runs as root", "containers-without-root", put(f"{_CONTAINER}.User", "0:0")
    ),
    mutation(
        "the container runs as root by another spelling",
        "containers-without-root",
        put(f"{_CONTAINER}.User", "+00:101"),
    ),
    mutation(
        "ECS Exec runs commands as root in a container that can be written to",
        "containers-without-root",
        put("Service.Properties.EnableExecuteCommand", value=True),
        cut(f"{_CONTAINER}.ReadonlyRootFilesystem"),
    ),
    mutation(
        "a scheduled task lets ECS Exec run commands as root",
        "containers-without-root",
        cut(f"{_CONTAINER}.ReadonlyRootFilesystem"),
        put(
            "Schedule",
            {
                "Type": "AWS::Scheduler::Schedule",
                "Properties": {
                    "Target": {
                        "EcsParameters": {
                            "TaskDefinitionArn": {"Ref": "TaskDefinition"},
                            "EnableExecuteCommand": True,
                        }
                    }
                },
            },
        ),
    ),
    *(
        mutation(
            f"a batch job runs as root in {title}",
            "containers-without-root",
            put("Job", {"Type": "AWS::Batch::JobDefinition", "Properties": properties}),
        )
        for title, properties in (
            ("a container", {"ContainerProperties": {"User": "root"}}),
            (
                "a task",
                {"EcsProperties": {"TaskProperties": [{"Containers": [{"User": "0"}]}]}},
            ),
            (
                "a pod",
                {
                    "EksProperties": {
                        "PodProperties": {"Containers": [{"SecurityContext": {"RunAsUser": 0}}]}
                    }
                },
            ),
            (
                "a node",
                {"NodeProperties": {"NodeRangeProperties": [{"Container": {"Privileged": True}}]}},
            ),
        )
    ),
    mutation(
        "the number of tasks is left to AWS",
        "exactly-six-tasks-wanted",
        cut("Service.Properties.DesiredCount"),
    ),
    mutation(
        "the interval of the checks is left to AWS",
        "health-check-every-five-seconds",
        cut("TargetGroup.Properties.HealthCheckIntervalSeconds"),
    ),
    mutation(
        "the time to drain is left to AWS",
        "load-balancer-checks-and-drains",
        cut("TargetGroup.Properties.TargetGroupAttributes.0"),
    ),
    mutation(
        "the container is privileged",
        "containers-without-root",
        put(f"{_CONTAINER}.Privileged", value=True),
    ),
    mutation(
        "a schedule wants one task at night",
        "exactly-six-tasks-wanted",
        put(
            "ScalableTarget.Properties.ScheduledActions",
            [{"ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 1}}],
        ),
    ),
    mutation(
        "a service of another cluster is scaled",
        "exactly-six-tasks-wanted",
        put("ScalableTarget.Properties.ResourceId", {"Fn::Sub": "service/other/${Service.Name}"}),
    ),
    mutation(
        "something else is scaled",
        "exactly-six-tasks-wanted",
        put("ScalableTarget.Properties.ScalableDimension", "rds:cluster:ReadReplicaCount"),
    ),
    mutation(
        "scaling goes by steps",
        "exactly-six-tasks-wanted",
        put("ScalingPolicy.Properties.PolicyType", "StepScaling"),
    ),
    mutation(
        "scaling is suspended",
        "exactly-six-tasks-wanted",
        put(
            "ScalableTarget.Properties.SuspendedState",
            {"DynamicScalingInSuspended": True, "DynamicScalingOutSuspended": True},
        ),
    ),
    mutation(
        "a deployment has room for no whole task",
        "rolling-update",
        put(f"{_DEPLOYMENT}.MaximumPercent", 116),
    ),
    mutation(
        "the load balancer too may query",
        "only-neighbours-connect",
        put(
            "LoadBalancerIngress",
            {
                "Type": "AWS::EC2::SecurityGroupIngress",
                "Properties": {
                    "GroupId": {"Ref": "DatabaseSecurityGroup"},
                    "IpProtocol": "tcp",
                    "FromPort": 5432,
                    "ToPort": 5432,
                    "SourceSecurityGroupId": {"Ref": "LoadBalancerSecurityGroup"},
                },
            },
        ),
    ),
    mutation(
        "the database may connect to the tasks",
        "only-neighbours-connect",
        put("RequestsIngress.Properties.SourceSecurityGroupId", {"Ref": "DatabaseSecurityGroup"}),
    ),
    mutation(
        "the database may connect anywhere",
        "only-neighbours-connect",
        put("DatabaseSecurityGroup.Properties.SecurityGroupEgress.0.CidrIp", "0.0.0.0/0"),
    ),
    mutation(
        "tasks may connect by every protocol",
        "only-neighbours-connect",
        put("ApplicationSecurityGroup.Properties.SecurityGroupEgress.0.IpProtocol", "-1"),
    ),
    mutation(
        "the listener is on a port that is shut",
        "neighbours-can-connect",
        put("HttpListener.Properties.Port", 8081),
    ),
    mutation(
        "the service registers a port that the container does not open",
        "neighbours-can-connect",
        put(f"{_CONTAINER}.PortMappings.0.ContainerPort", 9090),
    ),
    mutation(
        "the service registers a container that is not there",
        "neighbours-can-connect",
        put("Service.Properties.LoadBalancers.0.ContainerName", "other"),
    ),
    mutation(
        "health is asked on a port that is shut",
        "neighbours-can-connect",
        put("TargetGroup.Properties.HealthCheckPort", "9"),
    ),
    mutation(
        "health is asked by HTTPS of a port that speaks HTTP",
        "neighbours-can-connect",
        put("TargetGroup.Properties.HealthCheckProtocol", "HTTPS"),
    ),
    mutation(
        "targets are instances",
        "neighbours-can-connect",
        put("TargetGroup.Properties.TargetType", "instance"),
    ),
    mutation(
        "a rule answers everything with 503",
        "neighbours-can-connect",
        refuse_path("*"),
    ),
    mutation(
        "the load balancer fails open at one failed task",
        "survives-zone-loss",
        put(
            "TargetGroup.Properties.TargetGroupAttributes.1",
            {
                "Key": "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
                "Value": "6",
            },
        ),
    ),
)
