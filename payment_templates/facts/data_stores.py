"""Resources that hold data: what is left of it after a deletion, and the key that reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DataStore:
    """One type of resource that holds data."""

    # Where it names its KMS key; empty where it has none of its own. Dots as in `leaves`.
    key: str = ""
    # Whether it takes DeletionPolicy: Snapshot.
    snapshot: bool = False
    # The property by which a deletion leaves a backup, with dots where it is below another.
    leaves: str = ""
    # Its value that does so; empty for any value.
    leaves_when: str = "true"
    # The properties that make its data another resource's.
    unless: tuple[str, ...] = ()
    # Whether AWS deletes it only when it is empty.
    only_empty: bool = False


# Property names: resource schemas in cfn-lint 1.58 (a test compares). Snapshots: CloudFormation
# template reference, DeletionPolicy attribute. Not listed are AWS::RDS::DBCluster and
# AWS::Logs::LogGroup, which have rules of their own.
_KEY = "KmsKeyId"
_BUCKET_KEY = (
    "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault"
    ".KMSMasterKeyID"
)
_DOMAIN = DataStore(key="EncryptionAtRestOptions.KmsKeyId")
_RECOVERY = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
DATA_STORES = {
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
    # The backups of AWS Backup are in the account's default vault: Amazon EFS user guide.
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
    # botocore rds, DeleteDBInstance: automated backups are deleted with it by default.
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
    # botocore s3, DeleteBucket.
    "AWS::S3::Bucket": DataStore(key=_BUCKET_KEY, only_empty=True),
    "AWS::S3Express::DirectoryBucket": DataStore(key=_BUCKET_KEY, only_empty=True),
    "AWS::S3Tables::Table": DataStore(),
    "AWS::S3Vectors::Index": DataStore(key="EncryptionConfiguration.KmsKeyArn"),
    "AWS::Timestream::InfluxDBCluster": DataStore(),
    "AWS::Timestream::InfluxDBInstance": DataStore(),
    "AWS::Timestream::Table": DataStore(),
}
