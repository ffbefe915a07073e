"""Lists known causes of failures of images, containers and tasks."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

_ECS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide"

CONTAINERS = (
    KnownCause(
        name="registry-limit",
        cause="the registry limits the number of pulls",
        pattern=(
            r"(?i)CannotPull.*(toomanyrequests|rate limit|rate exceeded|429 Too Many)|pull rate "
            r"limit"
        ),
        texts=(
            "CannotPullContainerError: toomanyrequests: Rate exceeded",
            "CannotPullContainerError: unexpected status code: 429 Too Many Requests",
            "You have reached your pull rate limit.",
        ),
        hint=(
            "the registry limits the number of pulls: log in to it, or keep the image in ECR, "
            "then run the same command again"
        ),
        source="github.com/aws/aws-lambda-web-adapter/issues/429",
    ),
    KnownCause(
        name="image-platform",
        cause="the image is built for another processor",
        pattern=r"(?i)(descriptor|manifest).*platform|exec format error",
        texts=(
            "CannotPullContainerError: failed to find a descriptor for platform {linux/amd64}",
            (
                "CannotPullContainerError: image Manifest does not contain descriptor matching "
                "platform 'linux/amd64'"
            ),
            "exec /app: exec format error",
        ),
        hint="the image is built for another processor: build it for linux/amd64",
        source="github.com/aws/containers-roadmap/issues/1120",
    ),
    KnownCause(
        name="out-of-memory",
        cause="the container needs more memory than its task has",
        pattern=r"OutOfMemory|\bOOM",
        texts=("OutOfMemoryError: Container killed due to memory usage",),
        hint="the container needs more memory than its task has: increase the memory of the task",
        source=f"{_ECS}/stopped-task-error-codes.html",
    ),
    KnownCause(
        name="image-access-denied",
        cause="the execution role may not pull the image",
        pattern=(
            r"CannotPull\w*: .*(401|403|denied|authoriz|Authoriz|no basic auth credentials)|"
            r"ResourceInitializationError.*not authorized to perform: ecr:"
        ),
        texts=(
            "CannotPullContainerError: 403 Forbidden",
            "CannotPullContainerError: Error response from daemon: no basic auth credentials",
            (
                "CannotPullContainerError: pull access denied for pay, repository does not exist "
                "or may require authorization"
            ),
            (
                "ResourceInitializationError: unable to pull secrets or registry auth: "
                "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/execution/1 "
                "is not authorized to perform: ecr:GetAuthorizationToken on resource: *"
            ),
        ),
        hint=(
            "access to the image is denied, or its repository does not exist: check its name, and "
            "pass --parameter ContainerRepositoryArn=ARN of its ECR repository, or use a public "
            "image"
        ),
        source=(
            f"{_ECS}/task_execution_IAM_role.html; "
            "https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html"
        ),
    ),
    KnownCause(
        name="image-too-large",
        cause="the image does not fit in the storage of the task",
        pattern=r"CannotPull\w*: .*no space left on device",
        texts=(
            (
                "CannotPullContainerError: failed to register layer: Error processing tar "
                "file(exit status 1): write /usr/local/lib/x.so: no space left on device"
            ),
        ),
        hint=(
            "the image does not fit in the storage of the task: make it smaller, or increase the "
            "EphemeralStorage of the task definition"
        ),
        source="github.com/coiled/feedback/issues/66",
    ),
    KnownCause(
        name="secret-key-missing",
        cause="the secret has no such key",
        pattern=r"did not contain json key",
        texts=(
            (
                "ResourceInitializationError: unable to pull secrets or registry auth: execution "
                "resource retrieval failed: unable to retrieve secret from asm: service call has "
                "been retried 1 time(s): retrieved secret from Secrets Manager did not contain "
                "json key username"
            ),
        ),
        hint=(
            "the secret is no JSON object with that key: someone changed its value. Restore the "
            "key (aws secretsmanager put-secret-value), then run the same command again"
        ),
        source="aws/amazon-ecs-agent, agent/asm/asm.go",
    ),
    KnownCause(
        name="image-missing",
        cause="the image does not exist",
        pattern=r"CannotPull\w*: .*(not found|does not exist|manifest unknown|404)",
        texts=(
            "CannotPullContainerError: registry.example.com/pay:1: not found",
            "CannotPullContainerError: manifest unknown",
        ),
        hint=(
            "the image does not exist: check its name and tag, then pass --parameter "
            "ContainerImage=registry/name:tag"
        ),
        source="github.com/aws/amazon-ecs-agent/pull/4181",
    ),
    KnownCause(
        name="registry-unreachable",
        cause="the registry cannot be reached from the subnet",
        pattern=r"CannotPull\w*: .*(timeout|deadline|no such host)",
        texts=("CannotPullContainerError: i/o timeout",),
        hint=(
            "the registry cannot be reached: the task's subnet needs a route to a NAT gateway or "
            "endpoints for the registry"
        ),
        source=f"{_ECS}/vpc-endpoints.html",
    ),
    KnownCause(
        name="log-group-missing",
        cause="the log group of the container does not exist",
        pattern=(
            r"(?i)(logger args|logging driver|log stream).*(log group does not exist|"
            r"ResourceNotFoundException)"
        ),
        texts=(
            (
                "ResourceInitializationError: failed to validate logger args: create stream has "
                "been retried 1 times: failed to create Cloudwatch log stream: "
                "ResourceNotFoundException: The specified log group does not exist."
            ),
            (
                "CannotStartContainerError: failed to initialize logging driver: failed to "
                "create Cloudwatch log stream: ResourceNotFoundException"
            ),
        ),
        hint=(
            "the log group of the tasks does not exist: someone deleted it. Create it again "
            "under its name with aws logs create-log-group, then run the same command again"
        ),
        source="github.com/Rayraegah/terraform-aws-hasura/issues/25",
    ),
    KnownCause(
        name="task-secret-denied",
        cause="the execution role may not read a secret of the task",
        pattern=r"ResourceInitializationError.*(secret|ssm).*(AccessDenied|not authorized)",
        texts=(
            (
                "ResourceInitializationError: unable to pull secrets: AccessDeniedException: not "
                "authorized to perform: secretsmanager:GetSecretValue"
            ),
        ),
        hint=(
            "the task may not read its secret: the execution role's policy or the key's policy "
            "denies access"
        ),
        source="github.com/umotif-public/terraform-aws-ecs-fargate/issues/50",
    ),
    KnownCause(
        name="task-without-egress",
        cause="the task has no route to what it needs to start",
        pattern=r"ResourceInitializationError.*(timeout|timed out|deadline|RequestCanceled)",
        texts=("ResourceInitializationError: context deadline exceeded",),
        hint=(
            "the task has no egress: its subnet needs a route to a NAT gateway, and its security "
            "group must allow egress on port 443"
        ),
        source="github.com/umotif-public/terraform-aws-ecs-fargate/issues/50",
    ),
    KnownCause(
        name="health-checks-fail",
        cause="the container runs, but does not answer the health checks",
        pattern=(
            r"(?i)failed (container|ELB) health checks|is unhealthy in \(?(target-group|elb)|"
            r"health checks failed"
        ),
        texts=(
            "task failed ELB health checks in (target-group arn)",
            (
                "(service pay) (port 8080) is unhealthy in (target-group arn) due to (reason "
                "Health checks failed)"
            ),
            "Task failed container health checks",
        ),
        hint="the container runs but does not answer: check ContainerPort and HealthCheckPath",
        source=f"{_ECS}/troubleshoot-service-load-balancers.html",
    ),
    KnownCause(
        name="container-exits",
        cause="the container exits by itself",
        pattern=r"Essential container in task exited",
        texts=("Essential container in task exited",),
        hint="the container exits by itself: its log lines say why",
        source=f"{_ECS}/stopped-task-error-codes.html",
    ),
)
