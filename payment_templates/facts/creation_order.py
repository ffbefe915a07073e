"""Lists what CloudFormation must create before something else, and delete after it."""

from __future__ import annotations

from dataclasses import dataclass

_REFERENCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"
# "When a DependsOn attribute is required": gateway attachments, instances of an ECS cluster, and
# the policies of a role, "available throughout the resource's lifecycle".
DEPENDS_ON = f"{_REFERENCE}/aws-attribute-dependson.html"
# "Network vpc-xxxxxxxx has no internet gateway attached".
NAT_GATEWAY = "https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html"
# "The VPC must not contain any running instances with Elastic IP addresses or public IPv4
# addresses."
DETACHMENT = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html"
# "The Amazon ECS service requires an explicit dependency on the Application Load Balancer listener
# rule and the Application Load Balancer listener."
ECS_SERVICE = f"{_REFERENCE}/aws-resource-ecs-service.html"
# What a private task on Fargate must reach before it runs.
TASK_NETWORK = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html"
# A container creates its log group only with awslogs-create-group; the stack then cannot.
TASK_LOGS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html"
TASK_SECRETS = (
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html"
)
# A cluster has an endpoint as soon as it exists, but responds only with its first instance.
CLUSTER_ENDPOINT = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html"
)
# "Cannot delete the last instance of the master cluster. Delete the replica cluster before deleting
# the last master cluster instance."
GLOBAL_MEMBERS = "https://github.com/rebuy-de/aws-nuke/issues/570"
PROXY_TARGETS = f"{_REFERENCE}/aws-resource-rds-dbproxytargetgroup.html"
# "To populate the secret with the connection details of the database".
SECRET_ATTACHMENT = f"{_REFERENCE}/aws-resource-secretsmanager-secrettargetattachment.html"
# "Lambda uses your function's permissions to create and manage network interfaces".
LAMBDA_IN_NETWORK = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
# "If the resource that you want Application Auto Scaling to scale is not yet created in your
# account, add a dependency on the resource".
SCALABLE_TARGET = f"{_REFERENCE}/aws-resource-applicationautoscaling-scalabletarget.html"

# The types of database cluster that respond only through instances, with their instance type.
INSTANCES_OF_CLUSTER = {
    "AWS::DocDB::DBCluster": "AWS::DocDB::DBInstance",
    "AWS::Neptune::DBCluster": "AWS::Neptune::DBInstance",
    "AWS::RDS::DBCluster": "AWS::RDS::DBInstance",
}
# What SecretTargetAttachment writes into a secret: the "JSON structure" of each kind of database,
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
ATTACHED_KEYS = frozenset(
    {"dbClusterIdentifier", "dbInstanceIdentifier", "dbname", "engine", "host", "port"}
)
# The types that act with a role while they are created or deleted, with the property that names it.
ROLE_USERS = {
    "AWS::CodeDeploy::DeploymentGroup": ("ServiceRoleArn", DEPENDS_ON),
    "AWS::EKS::Cluster": ("RoleArn", DEPENDS_ON),
    "AWS::EKS::Nodegroup": ("NodeRole", DEPENDS_ON),
}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two types: one waits for each resource of the other that refers to the same resource."""

    waits: str
    by: str
    needed: str
    its: str
    why: str
    source: str
    # Whether one of these resources is enough.
    one_is_enough: bool = False


_ROUTE, _ATTACHMENT = "AWS::EC2::Route", "AWS::EC2::VPCGatewayAttachment"
_TRANSIT = f"{_REFERENCE}/aws-resource-ec2-route.html"
PAIRS = (
    *(
        Pair(
            waits=_ROUTE,
            by="GatewayId",
            needed=_ATTACHMENT,
            its=its,
            why="a route leads only to a gateway that is attached",
            source=DEPENDS_ON,
        )
        for its in ("InternetGatewayId", "VpnGatewayId")
    ),
    Pair(
        waits="AWS::EC2::VPNGatewayRoutePropagation",
        by="VpnGatewayId",
        needed=_ATTACHMENT,
        its="VpnGatewayId",
        why="routes are propagated only from a gateway that is attached",
        source=DEPENDS_ON,
    ),
    *(
        # Each network has an attachment of its own; any of them counts.
        Pair(
            waits=_ROUTE,
            by="TransitGatewayId",
            needed=needed,
            its="TransitGatewayId",
            why="a route leads only to a transit gateway that is attached",
            source=_TRANSIT,
            one_is_enough=True,
        )
        for needed in (
            "AWS::EC2::TransitGatewayAttachment",
            "AWS::EC2::TransitGatewayVpcAttachment",
        )
    ),
    Pair(
        waits="AWS::EC2::ClientVpnRoute",
        by="ClientVpnEndpointId",
        needed="AWS::EC2::ClientVpnTargetNetworkAssociation",
        its="ClientVpnEndpointId",
        why="a target network is associated before it has a route",
        source=f"{_REFERENCE}/aws-resource-ec2-clientvpnroute.html",
        one_is_enough=True,
    ),
    Pair(
        waits="AWS::ApiGateway::Deployment",
        by="RestApiId",
        needed="AWS::ApiGateway::Method",
        its="RestApiId",
        why="a deployment has only the methods that exist when it is made",
        source=f"{_REFERENCE}/aws-resource-apigateway-deployment.html",
    ),
    Pair(
        waits="AWS::ApplicationAutoScaling::ScalingPolicy",
        by="ResourceId",
        needed="AWS::ApplicationAutoScaling::ScalableTarget",
        its="ResourceId",
        why="a policy scales only a target that is registered",
        source="https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html",
        one_is_enough=True,
    ),
    Pair(
        waits="AWS::SecretsManager::RotationSchedule",
        by="SecretId",
        needed="AWS::SecretsManager::SecretTargetAttachment",
        its="SecretId",
        why="a rotation connects to the database that the attachment writes into the secret",
        source=f"{_REFERENCE}/aws-resource-secretsmanager-rotationschedule.html",
    ),
)
