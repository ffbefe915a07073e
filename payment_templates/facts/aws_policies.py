"""Lists AWS managed policies by path and name: what some allow or deny, and which are narrow."""

import re

# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
# The part of a policy's ARN before its path and name, in every partition.
AWS_POLICY = re.compile(r"arn:[^:]+:iam::aws:policy/")
# Policies for one purpose, with * only where AWS accepts nothing else; all others are wider:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-awsmanpol.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-security-iam-awsmanpol.html
NARROW_POLICIES = (
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "service-role/AmazonRDSEnhancedMonitoringRole",
)
# The actions that policies allow on every resource that needs them: deletion only of snapshots that
# AWS Backup took, and grants only for an AWS resource.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
ALLOWED_ACTIONS = {
    "service-role/AWSBackupServiceRolePolicyForBackup": (
        *("backup:CopyFromBackupVault", "backup:CopyIntoBackupVault"),
        *("backup:DescribeBackupVault", "kms:CreateGrant", "kms:DescribeKey", "tag:GetResources"),
        *("rds:AddTagsToResource", "rds:ListTagsForResource"),
        *("rds:CreateDBClusterSnapshot", "rds:CopyDBClusterSnapshot"),
        *("rds:DeleteDBClusterSnapshot", "rds:ModifyDBClusterSnapshotAttribute"),
        *("rds:DescribeDBClusters", "rds:DescribeDBClusterSnapshots"),
        "rds:DescribeDBClusterAutomatedBackups",
        *("rds:CreateDBSnapshot", "rds:CopyDBSnapshot", "rds:DeleteDBSnapshot"),
        *("rds:ModifyDBSnapshotAttribute", "rds:DescribeDBInstances", "rds:DescribeDBSnapshots"),
    ),
    "AdministratorAccess": ("*",),
    "service-role/AmazonECSTaskExecutionRolePolicy": (
        *("ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability"),
        *("ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"),
        *("logs:CreateLogStream", "logs:PutLogEvents"),
    ),
}
# Denies every action on every resource:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
DENY_ALL = "AWSDenyAll"
# Policies that only deny:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html
_ONLY_DENIES = re.compile(r"AWS(DenyAll|CompromisedKeyQuarantine\w*)")
# Policies that deny actions of many services, also with NotAction. The others that deny something
# deny actions of their own service alone:
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSecurityLakePermissionsBoundary.html
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSIAMIdentityCenterAllowListForIdentityContext.html
# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/IAMAuditRootUserCredentials.html
_MAY_DENY = re.compile(r"Deny|Quarantine|PermissionsBoundary|IdentityContext|^root-task/")
# The one path of each name: "IAM user, group, role, and policy names must be unique within the
# account", and the account of these is aws. botocore iam, CreatePolicy, PolicyName.
_PATHS = {path.rpartition("/")[2]: path for path in (*NARROW_POLICIES, *ALLOWED_ACTIONS, DENY_ALL)}


def misplaced(arn: str) -> str:
    """Return the path and name of an AWS managed policy whose ARN has another path, or ""."""
    path = AWS_POLICY.sub("", arn, count=1) if AWS_POLICY.match(arn) else ""
    right = _PATHS.get(path.rpartition("/")[2], path)
    return "" if path == right else right


def only_denies(name: str) -> bool:
    """Return whether the policy with a path and name allows nothing."""
    return _ONLY_DENIES.fullmatch(name) is not None


def may_deny(name: str) -> bool:
    """Return whether the policy with a path and name may deny what other policies allow."""
    return _MAY_DENY.search(name) is not None
