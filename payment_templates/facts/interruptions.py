"""Lists the properties whose change interrupts the resource while it keeps its identity.

AWS's resource schemas do not say this. Source: "Update requires: Some interruptions" in the last
published text of the user guide (awsdocs/aws-cloudformation-user-guide@19dc52cd, September 2023).
Properties that may also replace the resource are not repeated here: the schemas list them.
"""

SOME_INTERRUPTIONS = {
    "AWS::DynamoDB::Table": ("AttributeDefinitions", "SSESpecification"),
    "AWS::EC2::Instance": (
        *("AdditionalInfo", "Affinity", "BlockDeviceMappings", "EbsOptimized", "HostId"),
        *("InstanceType", "KernelId", "PrivateDnsNameOptions", "RamdiskId", "SecurityGroupIds"),
        *("Tenancy", "UserData"),
    ),
    "AWS::EC2::SecurityGroup": ("SecurityGroupEgress", "SecurityGroupIngress"),
    "AWS::EC2::Subnet": ("Ipv6CidrBlock",),
    "AWS::EC2::VPC": ("InstanceTenancy",),
    "AWS::ElastiCache::CacheCluster": (
        *("AZMode", "NumCacheNodes", "PreferredAvailabilityZone", "PreferredAvailabilityZones"),
    ),
    "AWS::ElastiCache::ReplicationGroup": (
        *("AuthToken", "NodeGroupConfiguration", "NumNodeGroups"),
    ),
    "AWS::RDS::DBCluster": ("EngineVersion",),
    "AWS::RDS::DBInstance": ("DBInstanceClass", "EngineVersion", "StorageType"),
}
