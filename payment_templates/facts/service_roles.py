"""Lists which service assumes the role that a property names.

Principals: the page of each service that a line names; properties: resource schemas in cfn-lint
1.58 (a test compares). Only for custom roles: service-linked roles always trust their service.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ServiceRole:
    """A property that names a role, and the service that assumes it."""

    resource_type: str
    # With dots where it is below another.
    property: str
    principal: str
    source: str


def _role(resource_type: str, path: str, principal: str, source: str) -> ServiceRole:
    return ServiceRole(
        resource_type=resource_type,
        property=path,
        principal=f"{principal}.amazonaws.com",
        source=f"https://docs.aws.amazon.com/{source}",
    )


_ECS = "AmazonECS/latest/developerguide"
_RDS = "AmazonRDS/latest"
SERVICE_ROLES = (
    _role(
        *("AWS::ApplicationAutoScaling::ScalableTarget", "RoleARN", "application-autoscaling"),
        "autoscaling/application/userguide/security_iam_service-with-iam.html",
    ),
    _role(
        *("AWS::Backup::BackupSelection", "BackupSelection.IamRoleArn", "backup"),
        "aws-backup/latest/devguide/iam-service-roles.html",
    ),
    _role(
        *("AWS::CloudTrail::Trail", "CloudWatchLogsRoleArn", "cloudtrail"),
        "awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html",
    ),
    _role(
        *("AWS::CodeDeploy::DeploymentGroup", "ServiceRoleArn", "codedeploy"),
        "codedeploy/latest/userguide/getting-started-create-service-role.html",
    ),
    _role(
        *("AWS::EC2::FlowLog", "DeliverLogsPermissionArn", "vpc-flow-logs"),
        "vpc/latest/userguide/flow-logs-iam-role.html",
    ),
    _role(
        *("AWS::ECS::TaskDefinition", "ExecutionRoleArn", "ecs-tasks"),
        f"{_ECS}/task_execution_IAM_role.html",
    ),
    _role(
        *("AWS::ECS::TaskDefinition", "TaskRoleArn", "ecs-tasks"),
        f"{_ECS}/task-iam-roles.html",
    ),
    _role(
        *("AWS::Events::Rule", "Targets.RoleArn", "events"),
        "eventbridge/latest/userguide/eb-use-identity-based.html",
    ),
    _role(
        *("AWS::IAM::InstanceProfile", "Roles", "ec2"),
        "IAM/latest/UserGuide/id_roles_use_switch-role-ec2.html",
    ),
    _role(
        *("AWS::Lambda::Function", "Role", "lambda"),
        "lambda/latest/dg/lambda-intro-execution-role.html",
    ),
    _role(
        *("AWS::RDS::DBCluster", "MonitoringRoleArn", "monitoring.rds"),
        f"{_RDS}/UserGuide/USER_Monitoring.OS.Enabling.html",
    ),
    _role(
        *("AWS::RDS::DBInstance", "MonitoringRoleArn", "monitoring.rds"),
        f"{_RDS}/UserGuide/USER_Monitoring.OS.Enabling.html",
    ),
    _role(
        *("AWS::RDS::DBProxy", "RoleArn", "rds"),
        f"{_RDS}/AuroraUserGuide/rds-proxy-iam-setup.html",
    ),
    _role(
        *("AWS::S3::Bucket", "ReplicationConfiguration.Role", "s3"),
        "AmazonS3/latest/userguide/setting-repl-config-perm-overview.html",
    ),
    _role(
        *("AWS::Scheduler::Schedule", "Target.RoleArn", "scheduler"),
        "scheduler/latest/UserGuide/setting-up.html",
    ),
    _role(
        *("AWS::StepFunctions::StateMachine", "RoleArn", "states"),
        "step-functions/latest/dg/procedure-create-iam-role.html",
    ),
)
