"""What would do, where the cause is a known one."""

import re

# The first that matches; texts as AWS words them, each from the thread or page beside it.
_HINTS: tuple[tuple[str, str], ...] = (
    # github.com/aws/aws-lambda-web-adapter/issues/429
    (
        r"(?i)toomanyrequests|pull rate limit|429 Too Many",
        (
            "the registry limits how often it is asked: log in to it, or keep the image in ECR, "
            "then give the same command again"
        ),
    ),
    # github.com/aws/containers-roadmap/issues/1120
    (
        r"(descriptor|manifest).*platform|exec format error",
        "the image is built for another processor: build it for linux/amd64",
    ),
    (
        r"OutOfMemory|OOM",
        "the container needs more memory than its task has: give the task more, or it less",
    ),
    # github.com/aws/amazon-ecs-agent/pull/4181; registries answer "not found" or a 404.
    (
        r"CannotPull\w*: .*(not found|does not exist|manifest unknown|404)",
        (
            "the image does not exist: check its name and tag, then give "
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
            "the image may not be read: give --parameter ContainerRepositoryArn=ARN of its ECR "
            "repository, or use a public image"
        ),
    ),
    # github.com/umotif-public/terraform-aws-ecs-fargate/issues/50
    (
        r"ResourceInitializationError.*(secret|ssm).*(AccessDenied|not authorized)",
        (
            "the task may not read its secret: the execution role's policy or the key's policy "
            "keeps it out"
        ),
    ),
    (
        r"ResourceInitializationError.*(timeout|deadline|RequestCanceled)",
        (
            "the task has no way out: its subnet needs a route to a NAT gateway, and its security "
            "group egress on 443"
        ),
    ),
    (
        r"failed (container|ELB) health checks",
        "the container runs but does not answer: check ContainerPort and HealthCheckPath",
    ),
    (
        r"Essential container in task exited",
        "the container ends by itself: its log lines say why",
    ),
    # github.com/aws-samples/run-selenium-tests-at-scale-using-ecs-fargate/issues/2
    (
        r"assume the service linked role",
        (
            "the account's first cluster has just made the role of ECS: give the same command "
            "again (with --recreate)"
        ),
    ),
    # github.com/aws-solutions/aws-control-tower-customizations/issues/109
    (
        r"should have '.*' role with trust relationship",
        (
            "the roles of StackSets are missing in that account, or seconds old: give rollout "
            "--create-roles, or the same command again in a minute"
        ),
    ),
    # github.com/nasa/cumulus-orca/issues/114
    (
        r"already scheduled for deletion",
        (
            "a secret of that name waits for its deletion: choose another --suffix, or delete it "
            "for good with aws secretsmanager delete-secret --force-delete-without-recovery"
        ),
    ),
    # github.com/aws-samples/aws-saas-factory-serverless-workshop/issues/48
    (
        r"Cannot find version",
        (
            "the region offers no such engine version: give --parameter DBEngineVersion=VERSION "
            "with one that aws rds describe-db-engine-versions lists"
        ),
    ),
    (
        r"already exists",
        "the name is taken: delete what holds it, or choose another --suffix",
    ),
    (
        r"(?i)limit ?exceeded|quota|maximum number of|reached the limit",
        "a quota of the account is used up: ask for more in Service Quotas, or free some",
    ),
    (
        r"(?i)not authorized to perform|access ?denied",
        "the credentials lack this right: add it to their policy",
    ),
    (
        r"(?i)extraneous key|required key|failed validation|not a valid enum value|is not of type",
        (
            "the template has a property that AWS does not take: mend the template, then give the "
            "same command again"
        ),
    ),
    (
        r"(?i)deletion ?protection",
        "it is protected against deletion: turn the protection off first",
    ),
)


def hint_for(resource_type: str, text: str) -> str:
    """Say what would do, or nothing when the cause is not a known one."""
    for pattern, hint in _HINTS:
        if re.search(pattern, text, re.DOTALL):
            return hint
    if resource_type == "AWS::ECS::Service":
        return "the tasks did not become healthy: see the service's events and the image's log"
    return ""
