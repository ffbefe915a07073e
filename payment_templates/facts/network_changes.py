"""Lists the changes in place that AWS refuses because of the subnets, the VPC or the gateway.

CloudFormation changes a resource in place when a subnet, a security group or a gateway to which it
refers is replaced. Properties inside others are written "A.B", also within the entries of a list.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SubnetGroup:
    """A group of subnets that a service uses, and why AWS refuses to change it."""

    # The types that use the group, each with the property that names it.
    users: dict[str, str]
    # Why AWS refuses to remove a subnet.
    in_use: str
    # Why AWS refuses subnets in fewer than two zones; "" if it accepts them.
    too_few_zones: str = ""


_SUBNETS = ("SubnetIds",)
# The services with databases, and what names its subnet group.
_DATABASES = {
    "DocDB": ("DBCluster",),
    "Neptune": ("DBCluster", "DBInstance"),
    "RDS": ("DBCluster", "DBInstance"),
}
# github.com/hashicorp/terraform-provider-aws/issues/18317, and terraform/issues/958 for the groups.
_BALANCER = (
    "the subnets and security groups of a load balancer stay in one VPC "
    "(InvalidConfigurationRequest)"
)
# github.com/terraform-aws-modules/terraform-aws-rds/issues/451: InvalidParameterCombination.
_DATABASE = "a database and its security groups are in one VPC (InvalidParameterCombination)"
_INTERFACE = "an interface and its security groups are in one VPC (InvalidGroup.NotFound)"
# https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html
_DOMAIN = "a domain cannot move to another VPC"

# The properties with subnets and security groups that must stay in the VPC in which they are, and
# what AWS says otherwise.
IN_ONE_VPC: dict[str, tuple[tuple[str, ...], str]] = {
    # github.com/kubernetes-sigs/cluster-api-provider-aws/issues/3943; a new instance in the same
    # subnet fails too: issues/3399 ("belong to different networks").
    "AWS::EC2::Instance": (("SecurityGroupIds",), _INTERFACE),
    "AWS::EC2::NetworkInterface": (("GroupSet",), _INTERFACE),
    # "You can't change which VPC the subnets are from": botocore, eks, UpdateClusterConfig.
    "AWS::EKS::Cluster": (
        ("ResourcesVpcConfig.SubnetIds", "ResourcesVpcConfig.SecurityGroupIds"),
        "a cluster cannot move to another VPC (InvalidParameterException)",
    ),
    "AWS::ElasticLoadBalancing::LoadBalancer": (("SecurityGroups",), _BALANCER),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (
        ("Subnets", "SubnetMappings.SubnetId", "SecurityGroups"),
        _BALANCER,
    ),
    "AWS::Elasticsearch::Domain": (
        ("VPCOptions.SubnetIds", "VPCOptions.SecurityGroupIds"),
        _DOMAIN,
    ),
    "AWS::OpenSearchService::Domain": (
        ("VPCOptions.SubnetIds", "VPCOptions.SecurityGroupIds"),
        _DOMAIN,
    ),
    "AWS::RDS::DBInstance": (("VPCSecurityGroups",), _DATABASE),
    # github.com/hashicorp/terraform-provider-aws/issues/27459 and 16419. DocumentDB and Neptune use
    # the API of RDS: botocore, docdb and neptune.
    **{
        f"AWS::{service}::DBSubnetGroup": (
            _SUBNETS,
            "the subnets of a subnet group stay in one VPC (InvalidParameterValue)",
        )
        for service in _DATABASES
    },
    **{f"AWS::{it}::DBCluster": (("VpcSecurityGroupIds",), _DATABASE) for it in _DATABASES},
}

# DBSubnetGroupDoesNotCoverEnoughAZs and ReplicationSubnetGroupDoesNotCoverEnoughAZs: botocore, rds
# and dms.
_TWO_ZONES = "a subnet group needs subnets in two Availability Zones (DoesNotCoverEnoughAZs)"
# SubnetAlreadyInUse: botocore, rds; github.com/aws/aws-cdk/issues/26135, github.com/pulumi/
# pulumi-aws/issues/1040, github.com/hashicorp/terraform-provider-aws/issues/17383.
# The other services have an error for it too: botocore, dax, dms, elasticache, memorydb, redshift.
SUBNET_GROUPS: dict[str, SubnetGroup] = {
    "AWS::DAX::SubnetGroup": SubnetGroup(
        users={"AWS::DAX::Cluster": "SubnetGroupName"}, in_use="SubnetInUse"
    ),
    "AWS::DMS::ReplicationSubnetGroup": SubnetGroup(
        users={"AWS::DMS::ReplicationInstance": "ReplicationSubnetGroupIdentifier"},
        in_use="SubnetAlreadyInUse",
        too_few_zones=_TWO_ZONES,
    ),
    "AWS::ElastiCache::SubnetGroup": SubnetGroup(
        users={
            "AWS::ElastiCache::CacheCluster": "CacheSubnetGroupName",
            "AWS::ElastiCache::ReplicationGroup": "CacheSubnetGroupName",
        },
        in_use="SubnetInUse",
    ),
    "AWS::MemoryDB::SubnetGroup": SubnetGroup(
        users={"AWS::MemoryDB::Cluster": "SubnetGroupName"}, in_use="SubnetInUse"
    ),
    "AWS::Redshift::ClusterSubnetGroup": SubnetGroup(
        users={"AWS::Redshift::Cluster": "ClusterSubnetGroupName"}, in_use="SubnetAlreadyInUse"
    ),
    **{
        f"AWS::{service}::DBSubnetGroup": SubnetGroup(
            users={f"AWS::{service}::{kind}": "DBSubnetGroupName" for kind in kinds},
            in_use="SubnetAlreadyInUse",
            too_few_zones=_TWO_ZONES,
        )
        for service, kinds in _DATABASES.items()
    },
}
# Load balancers of type application: "You must specify subnets from at least two Availability
# Zones", botocore, elbv2, SetSubnets.
TOO_FEW_ZONES_OF_BALANCER = "an Application Load Balancer needs subnets in two Availability Zones"
# Of type network: "You cannot specify an additional subnet from an Availability Zone that is
# already associated with the load balancer", also in place of the first:
# github.com/kubernetes-sigs/aws-load-balancer-controller/issues/4171.
NETWORK_BALANCER = "the Availability Zone is already associated with the load balancer"
# "You must include all subnets that were enabled previously": botocore, elbv2, SetSubnets.
GATEWAY_BALANCER = "a Gateway Load Balancer keeps all of its subnets"
# github.com/terraform-aws-modules/terraform-aws-vpc/issues/583 and 828. ModifyVpcEndpoint adds and
# removes subnets in one request, so that it is not certain.
ENDPOINT = "an endpoint has one subnet in a zone (DuplicateSubnetsInSameZone)"
# "You can create one mount target in each Availability Zone in your VPC": botocore, efs,
# CreateMountTarget; github.com/aws/aws-cdk/issues/25099 and 27397.
ONE_MOUNT_TARGET = "a file system has one mount target in a zone, and all in one VPC"
# DetachInternetGateway: "The VPC must not contain any running instances with Elastic IP addresses
# or public IPv4 addresses" (botocore, ec2); github.com/hashicorp/terraform/issues/1303.
GATEWAY_PROPERTIES = ("InternetGatewayId", "VpnGatewayId")
