"""The resource types that hold data which is deleted with them."""

# Whether a DeletionPolicy of Snapshot leaves a last snapshot, by type:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
# Buckets and registries are missing: AWS deletes none that holds anything.
DATA_STORES = {
    "AWS::Cognito::UserPool": False,
    "AWS::DSQL::Cluster": False,
    "AWS::DocDB::DBCluster": True,
    "AWS::DynamoDB::GlobalTable": False,
    "AWS::DynamoDB::Table": False,
    "AWS::EC2::Volume": True,
    "AWS::EFS::FileSystem": False,
    "AWS::ElastiCache::CacheCluster": True,
    "AWS::ElastiCache::ReplicationGroup": True,
    "AWS::FSx::FileSystem": False,
    "AWS::MSK::Cluster": False,
    "AWS::Neptune::DBCluster": True,
    "AWS::OpenSearchService::Domain": False,
    "AWS::RDS::DBInstance": True,
    "AWS::Redshift::Cluster": True,
    "AWS::Timestream::Table": False,
}
