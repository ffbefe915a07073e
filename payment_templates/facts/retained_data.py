"""Lists the properties whose change in place deletes data, and the types that support snapshots.

A shorter retention deletes what is older. Not listed: properties that apply only to what is stored
later, such as the lifecycle of a backup plan or the default TTL of a table in Amazon Keyspaces.
Property names: resource schemas in cfn-lint 1.58 (checked by a test).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

# "Resources that support snapshots include", aws-attribute-deletionpolicy.md in
# awsdocs/aws-cloudformation-user-guide@19dc52cd; AWS::DocDB::DBCluster since: cfn-lint's
# valid_snapshot_types (checked by a test). For all other types "CloudFormation reverts to the
# default option, which is Delete": aws-attribute-updatereplacepolicy.md.
SNAPSHOT_TYPES = frozenset(
    {
        "AWS::DocDB::DBCluster",
        "AWS::EC2::Volume",
        "AWS::ElastiCache::CacheCluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::Redshift::Cluster",
    }
)


@dataclass(frozen=True, kw_only=True)
class Period:
    """How long a resource keeps data: a lower number deletes what is older."""

    # What is deleted: "log lines".
    data: str
    unit: str = "days"
    # What AWS takes if the property is absent; `inf` if it then keeps the data forever, None if
    # no source says it.
    absent: float | None
    # Whether 0 keeps the data forever.
    zero_keeps: bool = False


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A property that is on or off: one of the values deletes data."""

    # What is deleted, as a sentence.
    lost: str
    # The value that deletes; an absent property has the other one, or false.
    deletes: str


_BACKUPS = Period(data="automated backups", absent=1)
# "Default: 7 days": ModifyDBCluster and ModifyDBInstance, PerformanceInsightsRetentionPeriod.
_INSIGHTS = Period(data="Performance Insights data", absent=7)
_SNAPSHOTS = Period(data="automatic snapshots", absent=0)
# AutomaticBackupRetentionDays: "The default is 30" (botocore, fsx).
_FILE_BACKUPS = Period(data="automatic backups", absent=30)
_RECOVERY = "PointInTimeRecoverySpecification"

# By type and path of the property. The descriptions of the API, in botocore 1.43, unless noted:
PERIODS: dict[str, dict[str, Period]] = {
    # "data older than 150 days is deleted": github.com/aws/
    # amazon-managed-service-for-prometheus-roadmap/issues/2. Now the number is a setting:
    # https://docs.aws.amazon.com/prometheus/latest/userguide/AMP-workspace-configuration.html
    "AWS::APS::Workspace": {
        "WorkspaceConfiguration/RetentionPeriodInDays": Period(data="metrics", absent=150)
    },
    # UpdateEventDataStore: "If you decrease the retention period ..., CloudTrail will remove any
    # events with an eventTime older than the new retention period".
    "AWS::CloudTrail::EventDataStore": {"RetentionPeriod": Period(data="events", absent=None)},
    "AWS::DocDB::DBCluster": {"BackupRetentionPeriod": _BACKUPS},
    "AWS::DocDBElastic::Cluster": {
        "BackupRetentionPeriod": Period(data="automatic snapshots", absent=None)
    },
    # "only recoverable to any point-in-time from within the configured recovery period ... will
    # default to 35".
    "AWS::DynamoDB::Table": {
        f"{_RECOVERY}/RecoveryPeriodInDays": Period(data="points in time to restore", absent=35)
    },
    "AWS::DynamoDB::GlobalTable": {
        f"Replicas/{_RECOVERY}/RecoveryPeriodInDays": Period(
            data="points in time to restore", absent=35
        )
    },
    # "retains automatic node group (shard) snapshots before deleting them"; 0: turned off.
    "AWS::ElastiCache::CacheCluster": {"SnapshotRetentionLimit": _SNAPSHOTS},
    "AWS::ElastiCache::ReplicationGroup": {"SnapshotRetentionLimit": _SNAPSHOTS},
    "AWS::ElastiCache::ServerlessCache": {"SnapshotRetentionLimit": _SNAPSHOTS},
    # CreateArchive: "Default value is 0. If set to 0, events are retained indefinitely".
    "AWS::Events::Archive": {
        "RetentionDays": Period(data="archived events", absent=inf, zero_keeps=True)
    },
    "AWS::FSx::FileSystem": {
        f"{kind}Configuration/AutomaticBackupRetentionDays": _FILE_BACKUPS
        for kind in ("Lustre", "OpenZFS", "Ontap", "Windows")
    },
    # DecreaseStreamRetentionPeriod: "may result in lost data"; 24 hours are the default.
    "AWS::Kinesis::Stream": {
        "RetentionPeriodHours": Period(data="records", unit="hours", absent=24)
    },
    # UpdateDataRetention; "The default value is 0, indicating that the stream does not persist
    # data" (CreateStream).
    "AWS::KinesisVideo::Stream": {
        "DataRetentionInHours": Period(data="video", unit="hours", absent=0)
    },
    # Without a policy, "log events never expire": PutRetentionPolicy, DeleteRetentionPolicy.
    "AWS::Logs::LogGroup": {"RetentionInDays": Period(data="log lines", absent=inf)},
    "AWS::MemoryDB::Cluster": {"SnapshotRetentionLimit": _SNAPSHOTS},
    "AWS::Neptune::DBCluster": {"BackupRetentionPeriod": _BACKUPS},
    # ModifyDBCluster: "Default: 1".
    "AWS::RDS::DBCluster": {
        "BackupRetentionPeriod": _BACKUPS,
        # "Aurora tries to retain enough change records to support that window":
        # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Backtrack.Configuring.html
        "BacktrackWindow": Period(data="change records of Backtrack", unit="seconds", absent=0),
        "PerformanceInsightsRetentionPeriod": _INSIGHTS,
    },
    # ModifyDBInstance: 0 "disables automated backups".
    "AWS::RDS::DBInstance": {
        "BackupRetentionPeriod": _BACKUPS,
        "PerformanceInsightsRetentionPeriod": _INSIGHTS,
    },
    # ModifyCluster: snapshots "outside of the new retention period will be immediately deleted".
    "AWS::Redshift::Cluster": {
        "AutomatedSnapshotRetentionPeriod": Period(data="automated snapshots", absent=1)
    },
    # SetQueueAttributes: "potentially causing them to be expired and deleted"; 4 days.
    "AWS::SQS::Queue": {
        "MessageRetentionPeriod": Period(data="messages", unit="seconds", absent=345_600)
    },
    # "The duration for which data must be stored in the magnetic store"; what leaves the memory
    # store moves there.
    "AWS::Timestream::Table": {
        "RetentionProperties/MagneticStoreRetentionPeriodInDays": Period(
            data="records", absent=None
        ),
    },
}
_PITR_OFF = Setting(lost="the backups for point-in-time recovery are deleted", deletes="false")
SETTINGS: dict[str, dict[str, Setting]] = {
    # Restoring starts when it is enabled again:
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
    "AWS::DynamoDB::Table": {
        f"{_RECOVERY}/PointInTimeRecoveryEnabled": _PITR_OFF,
        # UpdateTimeToLive: an item whose time is over is "marked as expired and ... deleted".
        "TimeToLiveSpecification/Enabled": Setting(
            lost="items whose time to live is over are deleted", deletes="true"
        ),
    },
    "AWS::DynamoDB::GlobalTable": {
        f"Replicas/{_RECOVERY}/PointInTimeRecoveryEnabled": _PITR_OFF,
        "TimeToLiveSpecification/Enabled": Setting(
            lost="items whose time to live is over are deleted", deletes="true"
        ),
    },
    # "Disabling PITR deletes your backup history immediately":
    # https://docs.aws.amazon.com/keyspaces/latest/devguide/disable_PITR.html
    "AWS::Cassandra::Table": {"PointInTimeRecoveryEnabled": _PITR_OFF},
    # UpdateRelationalDatabase: "Disabling backup retention deletes all automated database backups".
    "AWS::Lightsail::Database": {
        "BackupRetention": Setting(lost="all automated backups are deleted", deletes="false")
    },
}
# The lists of rules that delete what is old, also of existing objects:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
EXPIRY_RULES = {
    "AWS::S3::Bucket": "LifecycleConfiguration/Rules",
    "AWS::S3Express::DirectoryBucket": "LifecycleConfiguration/Rules",
}
# What a rule may have: a lower number deletes more.
EXPIRY_NUMBERS = (
    "ExpirationInDays",
    "NoncurrentVersionExpirationInDays",
    "NoncurrentVersionExpiration/NoncurrentDays",
)
# What the number of days does not delete: "how many noncurrent versions Amazon S3 will retain"
# (botocore, s3, NoncurrentVersionExpiration). A lower number, or none, deletes more.
EXPIRY_EXEMPTION = "NoncurrentVersionExpiration/NewerNoncurrentVersions"
EXPIRY_DATE = "ExpirationDate"
# The sizes of the objects of a rule, and whether it is the lowest one.
EXPIRY_SIZES = {"ObjectSizeGreaterThan": True, "ObjectSizeLessThan": False}
# Texts with rules that delete what is old, which are not read, and what they delete:
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
# https://docs.aws.amazon.com/mediastore/latest/ug/policies-object-lifecycle.html
EXPIRY_TEXTS = {
    "AWS::ECR::Repository": ("LifecyclePolicy/LifecyclePolicyText", "images"),
    "AWS::MediaStore::Container": ("LifecyclePolicy", "objects"),
}
