"""Lists the properties of stateful resource types whose change replaces the resource."""

# The createOnlyProperties of AWS's resource schemas (checked by a test), and those
# conditionalCreateOnlyProperties that "require replacement" in the user guide
# (awsdocs/aws-cloudformation-user-guide@19dc52cd) or move an instance to another zone. Stored here,
# so that verdicts do not depend on whether cfn-lint, which ships the schemas, is installed.
CREATE_ONLY = {
    "AWS::KMS::Key": (),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::RDS::DBCluster": (
        *("AvailabilityZones", "ClusterScalabilityType", "DBClusterIdentifier"),
        *("DBSubnetGroupName", "DBSystemId", "DatabaseName", "EngineMode", "KmsKeyId"),
        *("PubliclyAccessible", "RestoreToTime", "RestoreType", "SnapshotIdentifier"),
        *("SourceDBClusterIdentifier", "SourceDbClusterResourceId", "SourceRegion"),
        *("StorageEncrypted", "UseLatestRestorableTime"),
    ),
    "AWS::RDS::DBInstance": (
        *("AvailabilityZone", "BackupTarget", "CharacterSetName", "CustomIAMInstanceProfile"),
        *("DBClusterIdentifier", "DBInstanceIdentifier", "DBName", "DBSubnetGroupName"),
        *("DBSystemId", "KmsKeyId", "MasterUsername", "NcharCharacterSetName"),
        *("PerformanceInsightsKMSKeyId", "SourceRegion", "StorageEncrypted", "Timezone"),
    ),
    "AWS::RDS::GlobalCluster": (
        *("Engine", "GlobalClusterIdentifier", "SourceDBClusterIdentifier", "StorageEncrypted"),
    ),
    "AWS::SecretsManager::Secret": ("Name",),
}
# The other conditionalCreateOnlyProperties: a change may replace the resource, fail or be ignored.
MAYBE_CREATE_ONLY = {
    "AWS::RDS::DBCluster": ("Engine", "GlobalClusterIdentifier", "MasterUsername"),
    "AWS::RDS::DBInstance": (
        *("AutoMinorVersionUpgrade", "BackupRetentionPeriod", "DBClusterSnapshotIdentifier"),
        *("DBParameterGroupName", "DBSnapshotIdentifier", "Engine", "MultiAZ"),
        *("PreferredMaintenanceWindow", "RestoreTime", "SourceDBClusterIdentifier"),
        *("SourceDBInstanceAutomatedBackupsArn", "SourceDBInstanceIdentifier"),
        *("SourceDbiResourceId", "UseLatestRestorableTime"),
    ),
}
