"""Lists the actions that a resource needs only if some of its properties have some values.

AWS's resource schemas name the actions of every property. An action that is not here is always
needed, or no source says with which property. A test compares every line with the schemas of
cfn-lint 1.58; a line without another source follows the description of its properties there. An
action that removes a property belongs to the property too: an update to a template without it may
need the permissions of the earlier template.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ConditionalActions:
    """Actions that a resource needs only with some values of its properties."""

    resource_type: str
    actions: tuple[str, ...]
    # One of them asks for the actions; with dots where it is below another.
    properties: tuple[str, ...]
    # The values that ask for them; empty for any value.
    values: tuple[str, ...] = ()
    # If set, only ARNs of this service ask for them.
    arn_service: str = ""
    # The property with the ARN of a resource that the actions are used on.
    resource: str = ""


_ACCESS_TO_BUCKET = ("s3:GetBucketPolicy", "s3:PutBucketPolicy")
_BALANCING = "AWS::ElasticLoadBalancingV2"
_ASSOCIATION = "AWS::WAFv2::WebACLAssociation"
_LOGGING = "AWS::WAFv2::LoggingConfiguration"


def _of_service(service: str, *actions: str) -> ConditionalActions:
    """Return what a web ACL needs in front of a resource of a service.

    "This call requires permissions that are specific to the protected resource type":
    https://docs.aws.amazon.com/waf/latest/developerguide/security_iam_service-with-iam.html#security_iam_action-AssociateWebACL
    """
    return ConditionalActions(
        resource_type=_ASSOCIATION,
        actions=actions,
        properties=("ResourceArn",),
        arn_service=service,
        resource="ResourceArn",
    )


CONDITIONAL_ACTIONS = (
    # Lambda's permissions for its scalable dimension, function:ProvisionedConcurrency:
    # https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-lambda.html
    ConditionalActions(
        resource_type="AWS::ApplicationAutoScaling::ScalableTarget",
        actions=(
            *(
                "lambda:DeleteProvisionedConcurrencyConfig",
                "lambda:GetProvisionedConcurrencyConfig",
            ),
            "lambda:PutProvisionedConcurrencyConfig",
        ),
        properties=("ServiceNamespace",),
        values=("lambda",),
    ),
    # https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html
    ConditionalActions(
        resource_type="AWS::Backup::BackupVault",
        actions=(
            "backup:DeleteBackupVaultLockConfiguration",
            "backup:PutBackupVaultLockConfiguration",
        ),
        properties=("LockConfiguration",),
    ),
    ConditionalActions(
        resource_type="AWS::Backup::BackupVault",
        actions=("backup:DeleteBackupVaultNotifications", "backup:PutBackupVaultNotifications"),
        properties=("Notifications",),
    ),
    ConditionalActions(
        resource_type="AWS::EC2::EIP",
        actions=("ec2:AcceptAddressTransfer",),
        properties=("TransferAddress",),
    ),
    # AssociateAddress and DisassociateAddress are needed without InstanceId too. A change of tags
    # "reassociates the address on its associated resource" (schema), and the deletion disassociates
    # the address of a NAT gateway: github.com/panther-labs/panther/pull/1377.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
    # CreateFlowLogs, LogDestinationType: "Default: cloud-watch-logs".
    ConditionalActions(
        resource_type="AWS::EC2::FlowLog",
        actions=_ACCESS_TO_BUCKET,
        properties=("LogDestinationType",),
        values=("s3",),
        resource="LogDestination",
    ),
    # The tags of Auto Scaling groups, instances and network interfaces.
    ConditionalActions(
        resource_type="AWS::EC2::FlowLog",
        actions=("autoscaling:DescribeTags", "ec2:DescribeTags"),
        properties=("TagFieldSpecifications",),
    ),
    ConditionalActions(
        resource_type="AWS::EC2::NatGateway",
        actions=("ec2:AssociateNatGatewayAddress", "ec2:DisassociateNatGatewayAddress"),
        properties=("AvailabilityZoneAddresses", "SecondaryAllocationIds"),
    ),
    ConditionalActions(
        resource_type="AWS::EC2::NatGateway",
        actions=("ec2:AssignPrivateNatGatewayAddress", "ec2:UnassignPrivateNatGatewayAddress"),
        properties=("SecondaryPrivateIpAddressCount", "SecondaryPrivateIpAddresses"),
    ),
    ConditionalActions(
        resource_type="AWS::EC2::Subnet",
        actions=("ec2:AssociateSubnetCidrBlock", "ec2:DisassociateSubnetCidrBlock"),
        properties=("Ipv6CidrBlock", "Ipv6IpamPoolId", "Ipv6NetmaskLength"),
    ),
    ConditionalActions(
        resource_type="AWS::EC2::VPC",
        actions=("ec2:CreateVpcEncryptionControl",),
        properties=("VpcEncryptionControl",),
    ),
    ConditionalActions(
        resource_type="AWS::EC2::VPC",
        actions=("ec2:ModifyVpcTenancy",),
        properties=("InstanceTenancy",),
    ),
    # "Grants permission to manage multi-region VPC endpoints":
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_vpce.html
    ConditionalActions(
        resource_type="AWS::EC2::VPCEndpoint",
        actions=("vpce:AllowMultiRegion",),
        properties=("ServiceRegion",),
    ),
    # https://docs.aws.amazon.com/vpc-lattice/latest/ug/service-network-associations.html
    ConditionalActions(
        resource_type="AWS::EC2::VPCEndpoint",
        actions=("vpc-lattice:CreateServiceNetworkVpcEndpointAssociation",),
        properties=("ServiceNetworkArn",),
    ),
    ConditionalActions(
        resource_type="AWS::EC2::VPCGatewayAttachment",
        actions=("ec2:AttachVpnGateway", "ec2:DetachVpnGateway"),
        properties=("VpnGatewayId",),
    ),
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    ConditionalActions(
        resource_type=f"{_BALANCING}::Listener",
        actions=("cognito-idp:DescribeUserPoolClient",),
        properties=("DefaultActions.Type",),
        values=("authenticate-cognito",),
    ),
    ConditionalActions(
        resource_type=f"{_BALANCING}::ListenerRule",
        actions=("cognito-idp:DescribeUserPoolClient",),
        properties=("Actions.Type",),
        values=("authenticate-cognito",),
    ),
    ConditionalActions(
        resource_type=f"{_BALANCING}::LoadBalancer",
        actions=("ec2:DescribeIpamPools", "elasticloadbalancing:ModifyIpPools"),
        properties=("Ipv4IpamPoolId",),
    ),
    ConditionalActions(
        resource_type=f"{_BALANCING}::LoadBalancer",
        actions=("elasticloadbalancing:ModifyCapacityReservation",),
        properties=("MinimumLoadBalancerCapacity",),
    ),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/data-protection-policy-permissions.html
    ConditionalActions(
        resource_type="AWS::Logs::LogGroup",
        actions=(
            *("firehose:TagDeliveryStream", "logs:CreateLogDelivery"),
            "logs:PutDataProtectionPolicy",
        ),
        properties=("DataProtectionPolicy",),
    ),
    ConditionalActions(
        resource_type="AWS::Logs::LogGroup",
        actions=("logs:DeleteIndexPolicy", "logs:PutIndexPolicy"),
        properties=("FieldIndexPolicies",),
    ),
    # The first also for a data protection policy that sends its findings to a log group.
    ConditionalActions(
        resource_type="AWS::Logs::LogGroup",
        actions=("logs:DeleteResourcePolicy", "logs:PutResourcePolicy"),
        properties=("DataProtectionPolicy", "ResourcePolicyDocument"),
    ),
    # The handlers of clusters and instances, CreateHandler, UpdateHandler and ResourceModelHelper:
    # github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds@5a410e84
    ConditionalActions(
        resource_type="AWS::RDS::DBCluster",
        actions=("rds:AddRoleToDBCluster", "rds:RemoveRoleFromDBCluster"),
        properties=("AssociatedRoles",),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBCluster",
        actions=("rds:DisableHttpEndpoint", "rds:EnableHttpEndpoint"),
        properties=("EnableHttpEndpoint",),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBCluster",
        actions=("rds:RestoreDBClusterFromSnapshot",),
        properties=("SnapshotIdentifier",),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBCluster",
        actions=("rds:RestoreDBClusterToPointInTime",),
        properties=("SourceDBClusterIdentifier", "SourceDbClusterResourceId"),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBInstance",
        actions=("rds:AddRoleToDBInstance", "rds:RemoveRoleFromDBInstance"),
        properties=("AssociatedRoles",),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBInstance",
        actions=("rds:CreateDBInstanceReadReplica", "rds:PromoteReadReplica"),
        properties=("SourceDBClusterIdentifier", "SourceDBInstanceIdentifier"),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBInstance",
        actions=("rds:RestoreDBInstanceFromDBSnapshot",),
        properties=("DBClusterSnapshotIdentifier", "DBSnapshotIdentifier"),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBInstance",
        actions=("rds:RestoreDBInstanceToPointInTime",),
        properties=(
            *("RestoreTime", "SourceDBInstanceAutomatedBackupsArn", "SourceDbiResourceId"),
            "UseLatestRestorableTime",
        ),
    ),
    ConditionalActions(
        resource_type="AWS::RDS::DBInstance",
        actions=(
            "rds:StartDBInstanceAutomatedBackupsReplication",
            "rds:StopDBInstanceAutomatedBackupsReplication",
        ),
        properties=("AutomaticBackupReplicationRegion",),
    ),
    # "Permissions required for Secrets Manager integration":
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
    *(
        ConditionalActions(
            resource_type=f"AWS::RDS::{kind}",
            actions=("secretsmanager:CreateSecret", "secretsmanager:TagResource"),
            properties=("ManageMasterUserPassword",),
            values=("true",),
        )
        for kind in ("DBCluster", "DBInstance")
    ),
    ConditionalActions(
        resource_type="AWS::Route53::HealthCheck",
        actions=("route53-recovery-control-config:DescribeRoutingControl",),
        properties=("HealthCheckConfig.RoutingControlArn",),
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/metadata-tables-permissions.html
    ConditionalActions(
        resource_type="AWS::S3::Bucket",
        actions=(
            *("s3:CreateBucketMetadataTableConfiguration",),
            *("s3:UpdateBucketMetadataAnnotationTableConfiguration",),
            *("s3:UpdateBucketMetadataInventoryTableConfiguration",),
            *("s3:UpdateBucketMetadataJournalTableConfiguration",),
            *("s3tables:CreateNamespace", "s3tables:CreateTable", "s3tables:CreateTableBucket"),
            *("s3tables:GetTable", "s3tables:GetTableMetadataLocation"),
            *("s3tables:PutTableBucketPolicy", "s3tables:PutTableEncryption"),
            *("s3tables:PutTablePolicy", "s3tables:UpdateTableMetadataLocation"),
        ),
        properties=("MetadataConfiguration", "MetadataTableConfiguration"),
    ),
    ConditionalActions(
        resource_type="AWS::SecretsManager::Secret",
        actions=(
            "secretsmanager:RemoveRegionsFromReplication",
            "secretsmanager:ReplicateSecretToRegions",
        ),
        properties=("ReplicaRegions",),
    ),
    # PutLoggingConfiguration: "For an Amazon S3 bucket, AWS WAF creates a bucket policy. For an
    # Amazon Data Firehose, AWS WAF creates a service-linked role."
    ConditionalActions(
        resource_type=_LOGGING,
        actions=_ACCESS_TO_BUCKET,
        properties=("LogDestinationConfigs",),
        arn_service="s3",
        resource="LogDestinationConfigs",
    ),
    ConditionalActions(
        resource_type=_LOGGING,
        actions=("firehose:ListDeliveryStreams",),
        properties=("LogDestinationConfigs",),
        arn_service="firehose",
    ),
    _of_service(
        "amplify",
        *("amplify:AssociateWebACL", "amplify:DisassociateWebACL"),
        "amplify:GetWebACLForResource",
    ),
    _of_service("apigateway", "apigateway:SetWebACL"),
    _of_service(
        "apprunner",
        *("apprunner:AssociateWebAcl", "apprunner:DescribeWebAclForService"),
        "apprunner:DisassociateWebAcl",
    ),
    _of_service(
        "appsync",
        *("appsync:AssociateWebACL", "appsync:DisassociateWebACL"),
        *("appsync:GetWebACLForResource", "appsync:SetWebACL"),
    ),
    _of_service(
        "bedrock-agentcore",
        *("bedrock-agentcore:GatewayAssociateWebACL",),
        *("bedrock-agentcore:GatewayDisassociateWebACL",),
        *("bedrock-agentcore:GatewayGetWebACLForResource",),
    ),
    _of_service(
        "cognito-idp",
        *("cognito-idp:AssociateWebACL", "cognito-idp:DisassociateWebACL"),
        "cognito-idp:GetWebACLForResource",
    ),
    _of_service(
        "ec2",
        *("ec2:AssociateVerifiedAccessInstanceWebAcl",),
        *("ec2:DescribeVerifiedAccessInstanceWebAclAssociations",),
        *("ec2:DisassociateVerifiedAccessInstanceWebAcl", "ec2:GetVerifiedAccessInstanceWebAcl"),
    ),
    _of_service(
        "elasticloadbalancing",
        *("elasticloadbalancing:CreateWebACLAssociation",),
        *("elasticloadbalancing:DeleteWebACLAssociation",),
        *("elasticloadbalancing:GetLoadBalancerWebACL", "elasticloadbalancing:SetWebACL"),
    ),
)
