"""Lists what the execution role asks for to start a task: images, secrets, files and logs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.permissions.grants import Request
from payment_templates.evidence.permissions.policies import ANYTHING
from payment_templates.evidence.physical_names import name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource
    from payment_templates.evidence.topology.compute.containers import TaskSecret
    from payment_templates.evidence.topology.compute.service import Service

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html
_PULLS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_REFERENCE = re.compile(r"\$\{(\w+)(?:\.Arn)?\}")
_BUCKET = "AWS::S3::Bucket"


def start_requests(stack: Stack, service: Service) -> Iterator[Request]:
    """Yield each request of a task start: pull images, read secrets and files, write logs."""
    for image in service.images:
        yield from pull_requests(stack, image)
    for secret in service.start_secrets:
        yield secret_request(stack, secret)
    for file in service.containers.files:
        yield file_request(stack, file)
    for group in service.log_groups:
        for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
            yield Request(action=action, resources=_streams_of(stack, group))


def secret_request(stack: Stack, secret: TaskSecret) -> Request:
    """Return the request that reads a secret or a parameter."""
    resource = stack.resources.get(secret.source)
    name = resource.properties.text("Name") if resource else ""
    place = "parameter/" if secret.from_ssm else "secret:"
    # Secrets Manager appends a hyphen and six random characters to the ARN.
    end = "" if secret.from_ssm else "-AbCdEf"
    kind = "ssm" if secret.from_ssm else "secretsmanager"
    start = f"arn:{stack.partition}:{kind}:{stack.region}:{ACCOUNT}:{place}"
    arn = f"{start}{name.strip('/') or ANYTHING}{end}"
    action = "ssm:GetParameters" if secret.from_ssm else "secretsmanager:GetSecretValue"
    known: tuple[str, ...]
    if resource:
        known = (f"${{{secret.source}}}", arn)
    elif secret.from_ssm or ":" in secret.source or "${" in secret.source:
        known = (secret.source,)
    else:
        # Only the name of a secret.
        known = (f"{start}{secret.source}{end}",)
    return Request(action=action, resources=known)


def pull_requests(stack: Stack, image: str) -> Iterator[Request]:
    """Yield the requests that pull an image from ECR; none for another registry."""
    if ".dkr.ecr." in image:
        yield Request(action="ecr:GetAuthorizationToken", resources=("*",))
        for action in _PULLS:
            yield Request(action=action, resources=(repository_of(stack, image),))


def repository_of(stack: Stack, image: str) -> str:
    """Return the ARN of the repository of an image in ECR."""
    registry, _, name = image.partition("/")
    account, _, rest = registry.partition(".dkr.ecr.")
    repository = name.partition("@")[0].partition(":")[0]
    return f"arn:{stack.partition}:ecr:{rest.partition('.')[0]}:{account}:repository/{repository}"


def file_request(stack: Stack, file: str) -> Request:
    """Return the request that reads a file with environment variables from S3."""
    end = file[len(_bucket_part(file)) :]
    names = tuple(f"{name}{end}" for name in _bucket_names(stack, file))
    return Request(action="s3:GetObject", resources=names)


def bucket_request(stack: Stack, file: str) -> Request:
    """Return the request that finds the region of the bucket of a file."""
    return Request(action="s3:GetBucketLocation", resources=_bucket_names(stack, file))


def bucket_of(stack: Stack, file: str) -> StackResource | None:
    """Return the bucket of the stack that has a file; None for another."""
    part = _bucket_part(file)
    if referred := _REFERENCE.search(part):
        return stack.of(referred[1], _BUCKET)
    name = part.rpartition(":")[2]
    return next((it for it in stack.of_type(_BUCKET) if name_of(it) == name), None)


def owner_of(stack: Stack, request: Request) -> StackResource | None:
    """Return the secret of the stack, or the bucket with the file, that a request reads."""
    named = request.resources[0]
    if request.action == "s3:GetObject":
        return bucket_of(stack, named)
    referred = _REFERENCE.fullmatch(named)
    return stack.of(referred[1], "AWS::SecretsManager::Secret") if referred else None


def _streams_of(stack: Stack, group: str) -> tuple[str, ...]:
    """Return the forms of the ARN of a log stream in a log group, with the attribute first.

    The attribute Arn ends with :* and so includes each stream; with another :* it does too:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
    """
    start = f"arn:{stack.partition}:logs:{stack.region}:{ACCOUNT}:log-group:"
    resource = stack.of(group, "AWS::Logs::LogGroup")
    name = name_of(resource) if resource else group
    names = (name or ANYTHING, *((f"${{{group}}}",) if resource else ()))
    arns = tuple(f"{start}{each}:log-stream:task" for each in names)
    return (f"${{{group}.Arn}}", f"${{{group}.Arn}}:task", *arns)


def _bucket_part(file: str) -> str:
    return file.partition("/")[0]


def _bucket_names(stack: Stack, file: str) -> tuple[str, ...]:
    bucket = bucket_of(stack, file)
    if bucket is None:
        return (_bucket_part(file),)
    start, own = f"arn:{stack.partition}:s3:::", bucket.logical_id
    names = (f"${{{own}.Arn}}", f"{start}${{{own}}}", f"{start}{name_of(bucket) or ANYTHING}")
    return tuple(dict.fromkeys((_bucket_part(file), *names)))
