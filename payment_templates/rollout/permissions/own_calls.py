"""Lists the AWS calls that the commands themselves make: CloudFormation, S3, checks, reports.

A test compares the lists with the calls in the source and with those that commands make.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.rollout.dry_run_upload import DRY_RUN_FOLDER
from payment_templates.rollout.permissions.narrowing import of_kinds
from payment_templates.rollout.permissions.statement import EVERY_RESOURCE, Condition, Statement
from payment_templates.rollout.template_bucket import DRY_RUN_BUCKETS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# The roles of self-managed StackSets: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
_ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole"
_EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"
# The stack of both; the deployer does not change it.
_ROLES_STACK = "payment-stack-set-roles"
_ROLES_STACK_ACTIONS = ("DescribeStackResources", "GetTemplate")
_ROLE = "arn:${Partition}:iam::${Account}:role/"
_CLOUDFORMATION = "arn:${Partition}:cloudformation:${Region}:${Account}:"
# Calls on one stack.
_STACK_ACTIONS = (
    *("ContinueUpdateRollback", "CreateChangeSet", "DeleteChangeSet", "DeleteStack"),
    *("DescribeChangeSet", "DescribeStackEvents", "DescribeStackResourceDrifts"),
    *("DescribeStackResources", "DetectStackDrift", "ExecuteChangeSet", "GetTemplate"),
    *("ListChangeSets", "ListStackResources", "RollbackStack", "UpdateTerminationProtection"),
    # CreateChangeSet with tags.
    "TagResource",
)
_STACK_SET_ACTIONS = (
    *("CreateStackInstances", "DeleteStackInstances", "DeleteStackSet", "DescribeStackInstance"),
    *("DescribeStackSet", "DescribeStackSetOperation", "DetectStackSetDrift"),
    *("ImportStacksToStackSet", "ListStackInstanceResourceDrifts", "ListStackInstances"),
    *("ListStackSetOperationResults", "ListStackSetOperations", "StopStackSetOperation"),
    *("UpdateStackInstances", "UpdateStackSet"),
)
# What verify reads.
_READ_BY_VERIFY = (
    *("access-analyzer:ValidatePolicy", "cloudwatch:DescribeAlarmHistory"),
    *("cloudwatch:GetMetricData", "ec2:DescribeVpcEndpoints"),
    *("elasticloadbalancing:DescribeTargetHealth", "events:DescribeRule"),
    *("events:TestEventPattern", "kms:GetKeyPolicy", "s3:GetBucketPolicy"),
    "backup:GetBackupVaultAccessPolicy",
    *("sns:GetTopicAttributes", "sqs:GetQueueAttributes"),
)
_ROLE_READS = (
    *("iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"),
    "iam:ListRolePolicies",
)
_POLICY_READS = ("iam:GetPolicy", "iam:GetPolicyVersion")
_OWN_ROLES = ("arn:${Partition}:iam::${Account}:role/payment-*",)
_OWN_POLICIES = ("arn:${Partition}:iam::${Account}:policy/payment-*",)
# verify --game-day, refused without an experiment; FIS authorizes the template and the experiment.
_EXPERIMENT = ("fis:GetExperiment", "fis:StartExperiment", "fis:StopExperiment")
_EXPERIMENTS = tuple(
    f"arn:${{Partition}}:fis:${{Region}}:${{Account}}:{kind}/*"
    for kind in ("experiment", "experiment-template")
)
# verify --alarms, which does nothing to a stack without an alarm.
_SET_ALARM = "cloudwatch:SetAlarmState"
_OWN_ALARMS = ("arn:${Partition}:cloudwatch:${Region}:${Account}:alarm:payment-*",)
# No resource, or a search without a name: only "*" allows those.
_EVERYWHERE = (
    # Called with the ARN of a change set alone.
    "cloudformation:DescribeEvents",
    "application-autoscaling:DescribeScalableTargets",
    *("backup:DescribeRegionSettings", "backup:ListBackupPlans", "backup:ListBackupVaults"),
    *("acm:DescribeCertificate", "cloudformation:DescribeStackDriftDetectionStatus"),
    *("cloudformation:DescribeStacks", "cloudformation:ListStacks"),
    *("cloudformation:ListStackSets", "cloudwatch:DescribeAlarms", "cloudwatch:ListDashboards"),
    *("ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones", "ec2:DescribeRegions"),
    *("ec2:DescribeSubnets", "ec2:DescribeVpcEndpointServices", "ec2:DescribeVpcs"),
    "ecr:DescribePullThroughCacheRules",
    *("ecs:DescribeClusters", "ecs:DescribeServices"),
    *("ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ListClusters", "ecs:ListServices"),
    *("ecs:ListTasks", "elasticloadbalancing:DescribeLoadBalancerAttributes"),
    *("elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTargetGroups"),
    *("events:ListRules", "iam:ListPolicies", "iam:ListRoles", "iam:SimulatePrincipalPolicy"),
    *("kms:DescribeKey", "kms:ListAliases", "logs:DescribeLogGroups"),
    "rds:DescribeAccountAttributes",
    *("rds:DescribeDBClusterAutomatedBackups", "rds:DescribeDBClusterSnapshots"),
    *("rds:DescribeDBClusters", "rds:DescribeDBEngineVersions", "rds:DescribeDBInstances"),
    *("rds:DescribeDBSubnetGroups", "rds:DescribeEventSubscriptions"),
    "rds:DescribeOrderableDBInstanceOptions",
    "rds:DescribeGlobalClusters",
    *("route53:GetHostedZone", "route53:ListHealthChecks", "route53:ListResourceRecordSets"),
    *("route53:ListTagsForResource", "secretsmanager:DescribeSecret"),
    *("secretsmanager:ListSecrets", "servicequotas:GetServiceQuota"),
    *("sns:ListSubscriptionsByTopic", "sns:ListTopics", "ssm:DescribeParameters"),
    *("s3:ListAllMyBuckets", "sts:GetCallerIdentity", "tag:GetTagValues", "wafv2:ListWebACLs"),
)
# preflight looks for the name of a Slack channel's configuration.
_SLACK_CHANNELS = ("chatbot:DescribeSlackChannelConfigurations",)
# The repository of the image may be any.
_ON_REPOSITORIES = ("ecr:DescribeImages", "ecr:DescribeRepositories")
_REPOSITORIES = "arn:${Partition}:ecr:*:${Account}:repository/*"
# These return contents, not only descriptions: narrowed to the template's resources.
_ON_RESOURCES = ("logs:GetLogEvents", "ssm:GetParameters")
_UPDATE_SERVICE = "ecs:UpdateService"
_OWN_SERVICES = ("arn:${Partition}:ecs:${Region}:${Account}:service/payment-*/*",)
# switchover and failover, and what they read first; refused without a global database.
_MOVES = ("rds:FailoverGlobalCluster", "rds:SwitchoverGlobalCluster")
_BEFORE_MOVES = (
    *("cloudwatch:GetMetricData", "elasticloadbalancing:DescribeTargetHealth"),
    *("rds:DescribeDBClusterParameters", "rds:DescribeEvents"),
)
# `prepare_body` uploads a template; CloudFormation reads it with the caller's permissions.
# HeadBucket is authorized as ListBucket: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
_BUCKET_ACTIONS = ("s3:ListBucket", "s3:ListBucketVersions")
_OWN_BUCKET_ACTIONS = (
    *("s3:CreateBucket", "s3:DeleteBucket", "s3:GetBucketTagging", "s3:PutBucketPolicy"),
    *("s3:PutBucketPublicAccessBlock", "s3:PutBucketTagging", "s3:PutEncryptionConfiguration"),
)
_OBJECT_ACTIONS = ("s3:GetObject", "s3:PutObject")
_DRY_RUN_ACTIONS = ("s3:DeleteObject", "s3:DeleteObjectVersion")
# `destroy` empties the buckets of the template, which CloudFormation deletes only when empty;
# `deploy --recreate` also deletes those that a failed creation leaves behind, if their tags show
# that it made them.
_EMPTY_BUCKET = ("s3:DeleteBucket", "s3:GetBucketTagging", "s3:ListBucketVersions")
_EMPTY_BUCKET_OBJECTS = ("s3:DeleteObjectVersion",)
_OWN_BUCKETS = (
    "payment-templates-${Account}-${Region}",
    f"{DRY_RUN_BUCKETS}-${{Account}}-${{Region}}-*",
)
# Without these, no stack is deployed, and none by a set.
REQUIRED = frozenset(
    f"cloudformation:{name}" for name in ("CreateChangeSet", "DescribeStacks", "ExecuteChangeSet")
)
REQUIRED_BY_STACK_SETS = frozenset(
    f"cloudformation:{name}"
    for name in ("CreateStackInstances", "CreateStackSet", "DescribeStackSetOperation")
)
_TO_CLOUDFORMATION = Condition(key="iam:PassedToService", values=("cloudformation.amazonaws.com",))


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The stack, the set and the bucket that the permissions are narrowed to."""

    suffix: str = ""
    stack_name: str = ""
    stack_set_name: str = ""
    # Empty for the bucket that the commands create.
    bucket: str = ""
    # The service role that CloudFormation uses instead of the caller's permissions.
    role_arn: str = ""
    # The roles of a stack set; empty for the default ones.
    administration_role_arn: str = ""
    execution_role_name: str = ""

    @property
    def stack(self) -> str:
        """The name of the stack, with "*" for an unknown suffix."""
        return self.stack_name or f"payment-{self.suffix or '*'}"

    @property
    def stack_set(self) -> str:
        """The name of the stack set."""
        return self.stack_set_name or f"payment-{self.suffix or '*'}"

    @property
    def stack_arns(self) -> tuple[str, ...]:
        """The ARNs of the stack and of the stacks of the set, which StackSets names."""
        names = (self.stack, f"StackSet-{self.stack_set}-*")
        return tuple(f"{_CLOUDFORMATION}stack/{name}/*" for name in names)


def own_calls(
    scope: Scope,
    template_arns: Collection[str],
    *,
    stack_sets: bool,
    experiments: bool,
    slack_channels: bool,
) -> Iterator[Statement]:
    """Yield the permissions for preflight, deploy, rollout, status, drift and destroy.

    Not for `rollout --create-roles`: a principal with those permissions can give a role any
    permission of the account.
    """
    yield Statement(actions=_EVERYWHERE)
    yield Statement(actions=_READ_BY_VERIFY)
    for actions, otherwise in ((_ROLE_READS, _OWN_ROLES), (_POLICY_READS, _OWN_POLICIES)):
        yield Statement(actions=actions, resources=of_kinds(actions[0], template_arns) or otherwise)
    yield Statement(
        actions=(_SET_ALARM,), resources=of_kinds(_SET_ALARM, template_arns) or _OWN_ALARMS
    )
    yield Statement(actions=_prefixed(_STACK_ACTIONS), resources=scope.stack_arns)
    if stack_sets:
        yield from _stack_set_calls(scope)
    yield Statement(actions=_ON_REPOSITORIES, resources=(_REPOSITORIES,))
    for action in _ON_RESOURCES:
        yield Statement(
            actions=(action,), resources=of_kinds(action, template_arns) or EVERY_RESOURCE
        )
    # deploy --force-new-deployment; refused for a template without a service.
    yield Statement(
        actions=(_UPDATE_SERVICE,),
        resources=of_kinds(_UPDATE_SERVICE, template_arns) or _OWN_SERVICES,
    )
    if experiments:
        yield Statement(actions=_EXPERIMENT, resources=_EXPERIMENTS)
    if slack_channels:
        yield Statement(actions=_SLACK_CHANNELS)
    if any(":global-cluster:" in arn for arn in template_arns):
        yield Statement(actions=_BEFORE_MOVES)
        # They name the clusters of both regions.
        named = of_kinds(_MOVES[0], template_arns)
        yield Statement(
            actions=_MOVES, resources=tuple(arn.replace("${Region}", "*") for arn in named)
        )
    yield from _upload(scope)
    if buckets := tuple(arn for arn in template_arns if ":s3:::" in arn and "/" not in arn):
        yield Statement(actions=_EMPTY_BUCKET, resources=buckets)
        yield Statement(
            actions=_EMPTY_BUCKET_OBJECTS, resources=tuple(f"{arn}/*" for arn in buckets)
        )
    if scope.role_arn:
        yield Statement(
            actions=("iam:PassRole",),
            resources=(scope.role_arn,),
            condition=_TO_CLOUDFORMATION,
        )


def _stack_set_calls(scope: Scope) -> Iterator[Statement]:
    # Without the second one, CloudFormation takes a delegated administrator for an account that is
    # none: hashicorp/terraform-provider-aws, pull 37069.
    yield Statement(
        actions=("cloudformation:CreateStackSet", "organizations:ListDelegatedAdministrators")
    )
    yield Statement(
        actions=_prefixed(_ROLES_STACK_ACTIONS),
        resources=(f"{_CLOUDFORMATION}stack/{_ROLES_STACK}/*",),
    )
    yield Statement(
        actions=_prefixed(_STACK_SET_ACTIONS),
        # The targets and the types of a set are resources of the same calls.
        resources=(
            f"{_CLOUDFORMATION}stackset/{scope.stack_set}:*",
            f"{_CLOUDFORMATION}stackset-target/{scope.stack_set}:*",
            f"{_CLOUDFORMATION}type/resource/*",
        ),
    )
    administration = scope.administration_role_arn or f"{_ROLE}{_ADMINISTRATION_ROLE}"
    execution = f"{_ROLE}{scope.execution_role_name or _EXECUTION_ROLE}"
    yield Statement(actions=("iam:GetRole",), resources=(administration, execution))
    # A set uses the administration role of the caller's account:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    yield Statement(
        actions=("iam:PassRole",),
        resources=(administration,),
        condition=_TO_CLOUDFORMATION,
    )


def _upload(scope: Scope) -> Iterator[Statement]:
    names = (scope.bucket,) if scope.bucket else _OWN_BUCKETS
    buckets = tuple(f"arn:${{Partition}}:s3:::{name}" for name in names)
    actions = _BUCKET_ACTIONS if scope.bucket else (*_BUCKET_ACTIONS, *_OWN_BUCKET_ACTIONS)
    yield Statement(actions=actions, resources=buckets)
    yield Statement(actions=_OBJECT_ACTIONS, resources=tuple(f"{bucket}/*" for bucket in buckets))
    # A dry run removes what it has uploaded, and a bucket that it has created.
    yield Statement(
        actions=_DRY_RUN_ACTIONS,
        resources=tuple(f"{bucket}/{DRY_RUN_FOLDER}/*" for bucket in buckets),
    )


def _prefixed(names: Collection[str]) -> tuple[str, ...]:
    return tuple(f"cloudformation:{name}" for name in names)
