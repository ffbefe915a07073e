"""Lists AWS managed policies by path and name, and those that serve one purpose."""

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
# The one path of each name: "IAM user, group, role, and policy names must be unique within the
# account", and the account of these is aws. botocore iam, CreatePolicy, PolicyName.
_PATHS = {
    path.rpartition("/")[2]: path
    for path in (
        *NARROW_POLICIES,
        "AdministratorAccess",
        "service-role/AWSBackupServiceRolePolicyForBackup",
    )
}


def misplaced(arn: str) -> str:
    """Return the path and name of an AWS managed policy whose ARN has another path, or ""."""
    path = AWS_POLICY.sub("", arn, count=1) if AWS_POLICY.match(arn) else ""
    right = _PATHS.get(path.rpartition("/")[2], path)
    return "" if path == right else right
