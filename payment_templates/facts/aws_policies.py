"""Lists AWS managed policies that serve one purpose; all others are wider."""

import re

# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
# The part of a policy's ARN before its name, in every partition.
AWS_POLICY = re.compile(r"arn:[^:]+:iam::aws:policy/")
# Policies for one purpose, with * only where AWS accepts nothing else:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-awsmanpol.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-security-iam-awsmanpol.html
NARROW_POLICIES = (
    "service-role/AmazonECSTaskExecutionRolePolicy",
    "service-role/AmazonRDSEnhancedMonitoringRole",
)
