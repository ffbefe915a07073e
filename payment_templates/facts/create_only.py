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
# The conditionalCreateOnlyProperties of types without data whose change certainly replaces the
# resource, each with the property that takes its place. A changed launch type: "Update requires:
# Replacement" (the user guide); one that gives way to a capacity provider strategy: "requires
# CloudFormation to replace the service" (README of aws-cdk-lib/aws-ecs, since aws-cdk pull request
# 36088 of November 2025; cloudformation-coverage-roadmap 2214, aws-cdk 29826). Removed alone, ECS
# keeps the former one (containers-roadmap 631); a strategy beside it is set in place (the README).
REPLACED_BY = {"AWS::ECS::Service": {"LaunchType": "CapacityProviderStrategy"}}
# The properties that replace the resource although the schemas do not list them, of types without
# data: "Update requires: Replacement" in the user guide (awsdocs/aws-cloudformation-user-guide@
# 19dc52cd). Not those that newer schemas and handlers update: DeploymentController of
# AWS::ECS::Service, ObjectLockEnabled of AWS::S3::Bucket, Port of AWS::RDS::DBInstance.
ALSO_CREATE_ONLY = {"AWS::EC2::EIP": ("Domain",), "AWS::Route53::RecordSet": ("Name",)}
# The lists in which an edited entry, found by its name, may replace the resource; one that is added
# or removed does not. "Replacement if you edit an existing AttributeDefinition", of this type only
# (aws-resource-dynamodb-table.md, guide); UpdateTable itself ignores another type of an attribute:
# github.com/paritysuite/dynamodb-conformance/issues/78.
REPLACED_IF_EDITED = {"AWS::DynamoDB::Table": ("AttributeDefinitions", "AttributeName")}
# The properties whose change fails: "the update request fails, regardless of the value of the
# UpdateReplacePolicy attribute". Source: the description of the type in AWS's schema, and
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
# An absent one has the default of the schema, as in the update handler (setDefaults):
# github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms
UNCHANGEABLE = {"AWS::KMS::Key": ("KeySpec", "KeyUsage", "MultiRegion", "Origin")}
