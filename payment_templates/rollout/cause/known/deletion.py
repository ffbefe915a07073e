"""Lists known causes of failed deletions: what still uses a resource, or protects it."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

DELETION = (
    KnownCause(
        name="public-address-in-use",
        cause="something outside the stack has a public address in its network",
        pattern=r"has some mapped public address",
        texts=("Network vpc-1 has some mapped public address(es).",),
        hint=(
            "something outside the stack has a public address in its network: remove it, then "
            "run the same command again"
        ),
        source="github.com/aws/eks-hybrid/issues/703",
    ),
    KnownCause(
        name="network-in-use",
        cause="something outside the stack still uses the network or the security group",
        pattern=(
            r"(?i)has dependencies and cannot be deleted|has a dependent object|"
            r"DependencyViolation"
        ),
        texts=(
            "resource sg-0bd8dbb175db76b34 has a dependent object (Service: Ec2, Status Code: 400)",
            "The subnet 'subnet-0d544' has dependencies and cannot be deleted.",
            (
                "The vpc 'vpc-1' has dependencies and cannot be deleted. (Error Code: "
                "DependencyViolation)"
            ),
        ),
        hint=(
            "something outside the stack still uses this: aws ec2 describe-network-interfaces "
            "shows what. Often it is the endpoint and the security group of GuardDuty Runtime "
            "Monitoring, or a rule of another security group. Remove it, then run the same "
            "command again"
        ),
        source=(
            "botocore ec2, DeleteSecurityGroup; GuardDuty User Guide, "
            "using-iac-with-gdu-automated-agents-runtime-monitoring"
        ),
    ),
    KnownCause(
        name="cluster-in-use",
        cause="someone started something in the ECS cluster",
        pattern=r"(?i)Cluster cannot be deleted while (Tasks|Services|Container Instances) are",
        texts=(
            "The Cluster cannot be deleted while Tasks are active.",
            "The Cluster cannot be deleted while Container Instances are active or draining.",
        ),
        hint=(
            "someone started a task or a service in the cluster, or registered an instance: stop "
            "it with aws ecs stop-task, delete-service or deregister-container-instance, then "
            "run the same command again"
        ),
        source=(
            "github.com/gruntwork-io/cloud-nuke/issues/368; github.com/aws/aws-cdk/issues/8654; "
            "botocore ecs, DeleteCluster"
        ),
    ),
    KnownCause(
        name="target-group-in-use",
        cause="a listener or rule outside the stack uses the target group",
        pattern=r"(?i)target group \S+ is currently in use",
        texts=("Target group 'arn' is currently in use by a listener or a rule",),
        hint=(
            "a listener or rule outside the stack forwards to the target group: remove it (aws "
            "elbv2 describe-target-groups shows the load balancer), then run the same command "
            "again"
        ),
        source="botocore elbv2, DeleteTargetGroup",
    ),
    KnownCause(
        name="policy-attached",
        cause="someone attached a policy by hand",
        pattern=(
            r"(?i)must detach all policies first|must delete policies first|policy attached to "
            r"entities"
        ),
        texts=(
            "Cannot delete entity, must detach all policies first.",
            "Cannot delete entity, must delete policies first.",
            "Cannot delete a policy attached to entities.",
        ),
        hint=(
            "someone attached a policy by hand: detach it with aws iam detach-role-policy, then "
            "run the same command again"
        ),
        source="github.com/aws-cloudformation/rain/issues/462; github.com/aws/aws-cdk/issues/15024",
    ),
    KnownCause(
        name="rule-has-targets",
        cause="someone added a target to the EventBridge rule",
        pattern=r"can't be deleted since it has targets",
        texts=("Rule can't be deleted since it has targets.",),
        hint=(
            "someone added a target to the rule: remove it with aws events remove-targets, then "
            "run the same command again"
        ),
        source="github.com/hashicorp/terraform-provider-aws/issues/18519",
    ),
    KnownCause(
        name="export-in-use",
        cause="another stack imports the value",
        pattern=r"(?i)export \S+ cannot be (deleted|updated) as it is in use by",
        texts=(
            "Export X cannot be deleted as it is in use by stack Y",
            "Export X cannot be updated as it is in use by Y",
        ),
        hint=(
            "another stack imports this value (aws cloudformation list-imports --export-name "
            "NAME): remove the import there first, then run the same command again"
        ),
        source="botocore cloudformation, ListImports; github.com/rlister/stax/issues/40",
    ),
    KnownCause(
        name="bucket-not-empty",
        cause="the bucket holds objects, and CloudFormation deletes only an empty one",
        pattern=r"(?i)The bucket you tried to delete is not empty",
        texts=(
            (
                "The bucket you tried to delete is not empty. You must delete all versions in the "
                "bucket. (Service: S3, Status Code: 409)"
            ),
        ),
        hint=(
            "the bucket holds objects: after a failed creation by deploy, use deploy --recreate, "
            "which deletes it; after one by rollout, run preflight, which prints the commands to "
            "delete it; otherwise run destroy, which empties the buckets of the stack"
        ),
        source="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
    ),
    KnownCause(
        name="deletion-protection",
        cause="the resource is protected against deletion",
        pattern=r"(?i)deletion ?protection|delete protected",
        texts=(
            "Cannot delete protected Cluster, please disable deletion protection and try again.",
            "Load balancer 'arn' cannot be deleted because deletion protection is enabled",
        ),
        hint=(
            "it is protected against deletion: turn the protection off first, with deploy "
            "--parameter DeletionProtection=false if the template has that parameter"
        ),
        source="aws-cloudformation-resource-providers-rds at 5a410e8, dbcluster DeleteHandler",
    ),
)
