"""Properties whose change replaces a resource that holds state."""

# What replaces the types that hold state: createOnlyProperties of AWS's resource schemas (a test
# compares), and of conditionalCreateOnlyProperties those that "require replacement" in the user
# guide (awsdocs/aws-cloudformation-user-guide@19dc52cd), or that move an instance to another zone.
# A table, because no verdict may depend on whether cfn-lint, which has the schemas, is installed.
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
    "AWS::SecretsManager::Secret": ("Name",),
}
# The other conditionalCreateOnlyProperties: a change replaces, fails or is ignored, as the case is.
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
