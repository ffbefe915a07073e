"""The documented commands that restore the data of a deleted stack, as the tests run them."""

# <...> are placeholders.
FIND_SNAPSHOT = """
aws rds describe-db-cluster-snapshots --snapshot-type manual
  --db-cluster-identifier <cluster>
  --query 'DBClusterSnapshots[].[DBClusterSnapshotIdentifier, EngineVersion, KmsKeyId]'
"""
RESTORE_SNAPSHOT = """
aws rds restore-db-cluster-from-snapshot --snapshot-identifier <snapshot>
  --db-cluster-identifier payment-aurora-cluster-restored
  --engine aurora-postgresql --engine-version <version> --port 5432 --kms-key-id <key>
  --db-subnet-group-name <subnet-group> --vpc-security-group-ids <security-group>
  --db-cluster-parameter-group-name <parameter-group>
  --enable-cloudwatch-logs-exports postgresql --enable-iam-database-authentication
  --copy-tags-to-snapshot --deletion-protection
"""
FIND_BACKUPS = """
aws rds describe-db-cluster-automated-backups
  --db-cluster-identifier <cluster>
  --query "DBClusterAutomatedBackups[?Status=='retained'].[DbClusterResourceId, KmsKeyId]"
"""
RESTORE_TO_TIME = """
aws rds restore-db-cluster-to-point-in-time --source-db-cluster-resource-id <resource-id>
  --use-latest-restorable-time --db-cluster-identifier payment-aurora-cluster-restored
  --port 5432 --kms-key-id <key>
  --db-subnet-group-name <subnet-group> --vpc-security-group-ids <security-group>
  --db-cluster-parameter-group-name <parameter-group>
  --enable-cloudwatch-logs-exports postgresql --enable-iam-database-authentication
  --copy-tags-to-snapshot --deletion-protection
"""
ADD_INSTANCE = """
aws rds create-db-instance --db-cluster-identifier payment-aurora-cluster-restored
  --db-instance-identifier payment-aurora-restored-1 --db-instance-class db.r6g.large
  --engine aurora-postgresql
"""
SET_LOGIN = """
aws rds modify-db-cluster --db-cluster-identifier payment-aurora-cluster-restored
  --master-user-password <password> --apply-immediately
"""
