"""Lists hints for known causes of failure."""

import re

# Hints for one resource type; checked before the general ones.
_OF_TYPE: tuple[tuple[str, str, str], ...] = (
    # The handler reports an existing alias when DescribeKey is denied:
    # aws-cloudformation-resource-providers-kms, alias CreateHandler.
    (
        "AWS::KMS::Alias",
        r"already exists",
        (
            "the alias exists, or the credentials lack kms:DescribeKey: add it to their policy, "
            "or choose another --suffix"
        ),
    ),
    # aws-cloudformation-resource-providers-logs, loggroup CreateHandler: an existing group fails.
    (
        "AWS::Logs::LogGroup",
        r"already exists",
        (
            "the log group may hold the logs of an earlier stack: choose another --suffix, or, "
            "when its logs are exported or not needed, delete it with aws logs delete-log-group"
        ),
    ),
    # hashicorp/terraform-provider-aws 49299; coverage-roadmap 309, 831; aws-cdk 5469
    (
        "AWS::EC2::EIP",
        r"do not have permission to access the specified resource|InvalidNetworkInterfaceID",
        (
            "after a deletion, EC2 has not released the address of the NAT gateway yet: run the "
            "same command again. In an update, the tags of a NAT gateway's address cannot "
            "change: leave them as they were"
        ),
    ),
    # CloudFormation adopts only an identical record: coverage-roadmap 560.
    (
        "AWS::Route53::RecordSet",
        r"already exists",
        (
            "the domain has a record already: see who uses it before you delete it, or pass "
            "another --parameter DomainName"
        ),
    ),
    # hashicorp/terraform 18509
    (
        "AWS::Route53::RecordSet",
        r"Tried to delete resource record set",
        (
            "someone changed or removed the record: check it, delete it by hand, then run the "
            "same command again"
        ),
    ),
    # aws-cdk 4108; openemr-on-ecs 8
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        r"(?i)unable to assume IAM role",
        (
            "the role for scaling is missing or was just created: run the same command again, or "
            "create it with aws iam create-service-linked-role --aws-service-name "
            "ecs.application-autoscaling.amazonaws.com"
        ),
    ),
    # aws-cloudformation-resource-providers-rds@5a410e8, HandlerConfig: a deletion waits 90 minutes,
    # a creation or update 36 hours.
    (
        "AWS::RDS::DBCluster",
        r"(?i)NotStabilized|not stabilize|exceeded attempts|timed? ?out",
        (
            "CloudFormation waits 90 minutes for the deletion of a cluster, its last snapshot "
            "included: run the same command again once the cluster is gone"
        ),
    ),
)
# The first match applies; AWS's wording, each from the thread or page next to it.
_HINTS: tuple[tuple[str, str], ...] = (
    # github.com/aws/aws-lambda-web-adapter/issues/429
    (
        r"(?i)toomanyrequests|pull rate limit|429 Too Many",
        (
            "the registry limits the number of pulls: log in to it, or keep the image in ECR, "
            "then run the same command again"
        ),
    ),
    # github.com/aws/containers-roadmap/issues/1120
    (
        r"(descriptor|manifest).*platform|exec format error",
        "the image is built for another processor: build it for linux/amd64",
    ),
    (
        r"OutOfMemory|OOM",
        "the container needs more memory than its task has: increase the memory of the task",
    ),
    # github.com/aws/amazon-ecs-agent/pull/4181; registries answer "not found" or a 404.
    (
        r"CannotPull\w*: .*(not found|does not exist|manifest unknown|404)",
        (
            "the image does not exist: check its name and tag, then pass "
            "--parameter ContainerImage=registry/name:tag"
        ),
    ),
    (
        r"CannotPull\w*: .*(timeout|deadline|no such host)",
        (
            "the registry cannot be reached: the task's subnet needs a route to a NAT gateway or "
            "endpoints for the registry"
        ),
    ),
    (
        r"CannotPull\w*: .*(401|403|denied|authoriz)",
        (
            "access to the image is denied: pass --parameter ContainerRepositoryArn=ARN of its ECR "
            "repository, or use a public image"
        ),
    ),
    # github.com/umotif-public/terraform-aws-ecs-fargate/issues/50
    (
        r"ResourceInitializationError.*(secret|ssm).*(AccessDenied|not authorized)",
        (
            "the task may not read its secret: the execution role's policy or the key's policy "
            "denies access"
        ),
    ),
    (
        r"ResourceInitializationError.*(timeout|deadline|RequestCanceled)",
        (
            "the task has no egress: its subnet needs a route to a NAT gateway, and its security "
            "group egress on 443"
        ),
    ),
    (
        r"failed (container|ELB) health checks",
        "the container runs but does not answer: check ContainerPort and HealthCheckPath",
    ),
    (
        r"Essential container in task exited",
        "the container exits by itself: its log lines say why",
    ),
    # github.com/aws-samples/run-selenium-tests-at-scale-using-ecs-fargate/issues/2
    (
        r"assume the service linked role",
        (
            "the account's first cluster has just created the ECS service-linked role: run the "
            "same command again (with --recreate)"
        ),
    ),
    # github.com/gruntwork-io/cloud-nuke/issues/368; github.com/aws/aws-cdk/issues/8654
    (
        r"Cluster cannot be deleted while (Tasks|Services|Container Instances) are active",
        (
            "someone started a task or a service in the cluster: stop it with aws ecs stop-task "
            "or aws ecs delete-service, then run the same command again"
        ),
    ),
    # github.com/aws-solutions/aws-control-tower-customizations/issues/109
    (
        r"should have '.*' role with trust relationship",
        (
            "the roles of StackSets are missing in that account, or seconds old: use rollout "
            "--create-roles, or run the same command again in a minute"
        ),
    ),
    # botocore kms, CreateKey; github.com/awslabs/rds-snapshot-export-to-s3-pipeline/issues/8
    (
        r"will not allow you to update the key policy",
        "the credentials lack kms:PutKeyPolicy: add it to their policy",
    ),
    # github.com/convox/rack/issues/1660; github.com/aws/aws-cdk/issues/6683
    (
        r"conflicts with another subnet|CIDR Block must change",
        (
            "the zones of the stack changed, and the old subnet still has its address range: pass "
            "--parameter AvailabilityZones=ZONE,ZONE,ZONE with the zones that the stack has"
        ),
    ),
    # hashicorp/terraform-provider-aws 18519; EventBridge DeleteRule
    (
        r"can't be deleted since it has targets",
        (
            "someone added a target to the rule: remove it with aws events remove-targets, then "
            "run the same command again"
        ),
    ),
    # GuardDuty User Guide, using-iac-with-gdu-automated-agents-runtime-monitoring
    (
        r"has dependencies and cannot be deleted|has a dependent object",
        (
            "something outside the stack uses its network, such as the endpoint and the security "
            "group of GuardDuty Runtime Monitoring: remove it, then run the same command again"
        ),
    ),
    # github.com/aws-cloudformation/rain/issues/462; github.com/aws/aws-cdk/issues/15024
    (
        r"must detach all policies first|must delete policies first|policy attached to entities",
        (
            "someone attached a policy by hand: detach it with aws iam detach-role-policy, then "
            "run the same command again"
        ),
    ),
    # github.com/aws/eks-hybrid/issues/703
    (
        r"has some mapped public address",
        (
            "something outside the stack has a public address in its network: remove it, then "
            "run the same command again"
        ),
    ),
    # github.com/nasa/cumulus-orca/issues/114
    (
        r"already scheduled for deletion",
        (
            "a secret of that name is scheduled for deletion. Right after a replacement, run the "
            "same command again in a minute; else choose another --suffix, or delete it "
            "with aws secretsmanager delete-secret --force-delete-without-recovery"
        ),
    ),
    # github.com/aws-samples/aws-saas-factory-serverless-workshop/issues/48
    (
        r"Cannot find version",
        (
            "the region offers no such engine version: pass --parameter DBEngineVersion=VERSION "
            "with one that aws rds describe-db-engine-versions lists"
        ),
    ),
    (
        r"already exists",
        "the name is taken: delete the resource that has it, or choose another --suffix",
    ),
    (
        r"(?i)limit ?exceeded|quota|maximum number of|reached the limit",
        "a quota of the account is exhausted: request an increase in Service Quotas, or free some",
    ),
    (
        r"(?i)not authorized to perform|access ?denied",
        "the credentials lack this permission: add it to their policy",
    ),
    (
        r"(?i)extraneous key|required key|failed validation|not a valid enum value|is not of type",
        (
            "the template has a property that AWS does not know: correct the template, then run "
            "the same command again"
        ),
    ),
    (
        r"(?i)deletion ?protection",
        "it is protected against deletion: turn the protection off first",
    ),
)


def hint_for(resource_type: str, text: str) -> str:
    """Return a hint for a known cause; empty for an unknown one."""
    for kind, pattern, hint in _OF_TYPE:
        if kind == resource_type and re.search(pattern, text, re.DOTALL):
            return hint
    for pattern, hint in _HINTS:
        if re.search(pattern, text, re.DOTALL):
            return hint
    if resource_type == "AWS::ECS::Service":
        return "the tasks did not become healthy: see the service's events and the image's log"
    return ""
