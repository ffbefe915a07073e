"""Adds the role with which RDS writes the metrics of the database's operating systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awacs import sts
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement
from troposphere import Sub, iam

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.scope import Scope

# Only log groups whose name starts with RDS: payment_templates/facts/aws_policies.py.
POLICY = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


@dataclass(frozen=True, kw_only=True)
class EnhancedMonitoring:
    """The role of RDS; None without enhanced monitoring."""

    role: iam.Role | None


def add_enhanced_monitoring(scope: Scope) -> EnhancedMonitoring:
    """Add the role, if the options ask for enhanced monitoring.

    RDS writes to the log group RDSOSMetrics, which all databases of the account and region share:
    it is not a resource of the stack, and stays when the stack is deleted.
    """
    if not scope.options.enhanced_monitoring_seconds:
        return EnhancedMonitoring(role=None)
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Monitoring.OS.Enabling.html
    trust = Statement(
        Effect=Allow,
        Principal=Principal("Service", "monitoring.rds.amazonaws.com"),
        Action=[sts.AssumeRole],
        Condition=Condition(
            ArnLike(
                "aws:SourceArn",
                Sub("arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:*"),
            )
        ),
    )
    role = scope.add(
        iam.Role(
            "DatabaseMonitoringRole",
            RoleName=naming.physical_name("AWS::IAM::Role", "monitoring"),
            AssumeRolePolicyDocument=PolicyDocument(Version="2012-10-17", Statement=[trust]),
            # On the role itself: RDS refuses an instance whose role has no permission yet.
            ManagedPolicyArns=[Sub(POLICY)],
            Tags=naming.tags("monitoring-role"),
        )
    )
    return EnhancedMonitoring(role=role)
