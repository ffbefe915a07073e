"""Lists the commands that revert a manual change.

Deploying the same template again repairs none of these: CloudFormation sends only what differs
between two templates (aws-cloudformation-resource-providers-rds@5a410e8, dbcluster
Translator.modifyDbClusterRequest; aws-cloudformation-resource-providers-kms, key UpdateHandler).
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Repair:
    """A command for one property; {id}, {expected}, {name} and {region} are filled in."""

    resource_type: str
    # A regular expression for the whole PropertyPath; empty for a deleted resource.
    path: str
    command: str
    # The command if the template says false or DISABLED; empty if there is none.
    otherwise: str = ""


_CLUSTER = "AWS::RDS::DBCluster"
_MODIFY_CLUSTER = (
    "aws rds modify-db-cluster --apply-immediately --db-cluster-identifier {id} --region {region} "
)

REPAIRS = (
    Repair(resource_type=_CLUSTER, path="/Port", command=_MODIFY_CLUSTER + "--port {expected}"),
    # The template has one security group and one log type.
    Repair(
        resource_type=_CLUSTER,
        path="/VpcSecurityGroupIds(/0)?",
        command=_MODIFY_CLUSTER + "--vpc-security-group-ids {expected}",
    ),
    Repair(
        resource_type=_CLUSTER,
        path="/EnableIAMDatabaseAuthentication",
        command=_MODIFY_CLUSTER + "--enable-iam-database-authentication",
        otherwise=_MODIFY_CLUSTER + "--no-enable-iam-database-authentication",
    ),
    Repair(
        resource_type=_CLUSTER,
        path="/EnableCloudwatchLogsExports(/0)?",
        command=_MODIFY_CLUSTER
        + "--cloudwatch-logs-export-configuration EnableLogTypes={expected}",
    ),
    # Dynamic, and lifted during an incident: the next reboot would be too late.
    Repair(
        resource_type="AWS::RDS::DBClusterParameterGroup",
        path=r"/Parameters/rds\.global_db_rpo",
        command="aws rds modify-db-cluster-parameter-group --region {region} "
        "--db-cluster-parameter-group-name {id} "
        "--parameters ParameterName={name},ParameterValue={expected},ApplyMethod=immediate",
    ),
    Repair(
        resource_type="AWS::RDS::DBClusterParameterGroup",
        path="/Parameters/[^/]+",
        command="aws rds modify-db-cluster-parameter-group --region {region} "
        "--db-cluster-parameter-group-name {id} "
        "--parameters ParameterName={name},ParameterValue={expected},ApplyMethod=pending-reboot",
    ),
    Repair(
        resource_type="AWS::KMS::Key",
        path="/Enabled",
        command="aws kms enable-key --key-id {id} --region {region}",
    ),
    # A key that is pending deletion is not found: aws-cloudformation-resource-providers-kms.
    Repair(
        resource_type="AWS::KMS::Key",
        path="",
        command="aws kms cancel-key-deletion --key-id {id} --region {region} && "
        "aws kms enable-key --key-id {id} --region {region}",
    ),
    Repair(
        resource_type="AWS::Events::Rule",
        path="/State",
        command="aws events enable-rule --name {id} --region {region}",
    ),
    Repair(
        resource_type="AWS::CloudWatch::Alarm",
        path="/ActionsEnabled",
        command="aws cloudwatch enable-alarm-actions --alarm-names {id} --region {region}",
    ),
)
