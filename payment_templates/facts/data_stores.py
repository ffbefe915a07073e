"""Lists resource types with data: their KMS key, and the backups that remain after deletion."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DataStore:
    """One resource type with data."""

    # The path of the KMS key; empty if the type has no such property. Dots as in `leaves`.
    key: str = ""
    # Whether the type supports DeletionPolicy: Snapshot.
    snapshot: bool = False
    # The path of the property that makes a deletion leave a backup: `Parent.Property`.
    leaves: str = ""
    # The value of `leaves` with this effect; empty for any value.
    leaves_when: str = "true"
    # If one of these properties is present, the data belongs to another resource.
    unless: tuple[str, ...] = ()


# Property names: resource schemas in cfn-lint 1.58 (checked by a test). Snapshots: CloudFormation
# template reference, DeletionPolicy attribute. AWS::RDS::DBCluster and AWS::Logs::LogGroup are not
# listed, because the claims check them separately.
_KEY = "KmsKeyId"
_BUCKET_KEY = (
    "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault"
    ".KMSMasterKeyID"
)
_DOMAIN = DataStore(key="EncryptionAtRestOptions.KmsKeyId")
_RECOVERY = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
DATA_STORES = {
    "AWS::Backup::BackupVault": DataStore(key="EncryptionKeyArn"),
    # A deleted table can be restored for 35 days: Amazon Keyspaces developer guide, PITR.
    "AWS::Cassandra::Table": DataStore(
        key="EncryptionSpecification.KmsKeyIdentifier", leaves="PointInTimeRecoveryEnabled"
    ),
    "AWS::Cognito::UserPool": DataStore(key="KeyConfiguration.KmsKeyArn"),
    "AWS::DSQL::Cluster": DataStore(key="KmsEncryptionKey"),
    "AWS::DocDB::DBCluster": DataStore(key=_KEY, snapshot=True),
    "AWS::DocDBElastic::Cluster": DataStore(key=_KEY),
    # A system backup is kept for 35 days: Amazon DynamoDB developer guide, PITR.
    "AWS::DynamoDB::GlobalTable": DataStore(
        key="Replicas.SSESpecification.KMSMasterKeyId", leaves=f"Replicas.{_RECOVERY}"
    ),
    "AWS::DynamoDB::Table": DataStore(key="SSESpecification.KMSMasterKeyId", leaves=_RECOVERY),
    "AWS::EC2::Volume": DataStore(key=_KEY, snapshot=True),
    # AWS Backup stores the backups in the account's default vault: Amazon EFS user guide.
    "AWS::EFS::FileSystem": DataStore(
        key=_KEY, leaves="BackupPolicy.Status", leaves_when="ENABLED"
    ),
    "AWS::ElastiCache::CacheCluster": DataStore(snapshot=True),
    "AWS::ElastiCache::ReplicationGroup": DataStore(key=_KEY, snapshot=True),
    "AWS::Elasticsearch::Domain": _DOMAIN,
    "AWS::FSx::FileSystem": DataStore(key=_KEY),
    "AWS::Lightsail::Database": DataStore(),
    "AWS::MSK::Cluster": DataStore(key="EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId"),
    "AWS::MemoryDB::Cluster": DataStore(key=_KEY, leaves="FinalSnapshotName", leaves_when=""),
    "AWS::Neptune::DBCluster": DataStore(key=_KEY, snapshot=True),
    "AWS::NeptuneGraph::Graph": DataStore(key="KmsKeyIdentifier"),
    "AWS::OpenSearchServerless::Collection": DataStore(key="EncryptionConfig.KmsKeyArn"),
    "AWS::OpenSearchService::Domain": _DOMAIN,
    "AWS::QLDB::Ledger": DataStore(key="KmsKey"),
    # botocore rds, DeleteDBInstance: automated backups are deleted by default.
    "AWS::RDS::DBInstance": DataStore(
        key=_KEY,
        snapshot=True,
        leaves="DeleteAutomatedBackups",
        leaves_when="false",
        unless=("DBClusterIdentifier", "SourceDBInstanceIdentifier", "SourceDBClusterIdentifier"),
    ),
    "AWS::Redshift::Cluster": DataStore(key=_KEY, snapshot=True),
    "AWS::RedshiftServerless::Namespace": DataStore(
        key=_KEY, leaves="FinalSnapshotName", leaves_when=""
    ),
    # S3 deletes only an empty bucket (botocore s3, DeleteBucket): its data is deleted before the
    # stack, by `destroy` or by hand.
    "AWS::S3::Bucket": DataStore(key=_BUCKET_KEY),
    "AWS::S3Express::DirectoryBucket": DataStore(key=_BUCKET_KEY),
    "AWS::S3Tables::Table": DataStore(),
    "AWS::S3Vectors::Index": DataStore(key="EncryptionConfiguration.KmsKeyArn"),
    "AWS::Timestream::InfluxDBCluster": DataStore(),
    "AWS::Timestream::InfluxDBInstance": DataStore(),
    "AWS::Timestream::Table": DataStore(),
}
