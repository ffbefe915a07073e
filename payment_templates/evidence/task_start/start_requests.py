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
PULLS = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_REFERENCE = re.compile(r"\$\{(\w+)(?:\.Arn)?\}")
_BUCKET, _PARAMETER = "AWS::S3::Bucket", "AWS::SSM::Parameter"
_REPOSITORY, _CACHE_RULE = "AWS::ECR::Repository", "AWS::ECR::PullThroughCacheRule"
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource.


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
    return _parameter_request(stack, secret) if secret.from_ssm else _secret_request(stack, secret)


def _parameter_request(stack: Stack, secret: TaskSecret) -> Request:
    """Return the request that reads a parameter, which ECS also finds by its name.

    In the ARN, a name has one slash before it: parameter/payments for both payments and /payments.
    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    """
    source = secret.source
    start = f"arn:{stack.partition}:ssm:{stack.region}:{ACCOUNT}:parameter/"
    referred = _REFERENCE.search(source)
    resource = stack.of(referred[1] if referred else source, _PARAMETER)
    resource = resource or stack.find(source, _PARAMETER)
    by_name = source if source.startswith("arn:") else f"{start}{source.lstrip('/')}"
    known: tuple[str, ...] = (by_name,)
    if resource:
        name, own = name_of(resource), f"${{{resource.logical_id}}}"
        # Ref is the name, with a slash at its start if it has one.
        by_reference = f"{start[:-1]}{own}" if name.startswith("/") else f"{start}{own}"
        if not referred or source == by_reference:
            known = (by_reference, f"{start}{name.strip('/') or ANYTHING}")
    return Request(action="ssm:GetParameters", resources=known)


def _secret_request(stack: Stack, secret: TaskSecret) -> Request:
    source = secret.source
    # Secrets Manager appends a hyphen and six random characters to the ARN.
    start = f"arn:{stack.partition}:secretsmanager:{stack.region}:{ACCOUNT}:secret:"
    end = "-AbCdEf"
    resource = stack.resources.get(source) or stack.find(source, _SECRET)
    known: tuple[str, ...]
    if resource:
        name = resource.properties.text("Name").strip("/")
        known = (f"${{{resource.logical_id}}}", f"{start}{name or ANYTHING}{end}")
    elif ":" in source or "${" in source:
        known = (source,)
    else:
        # Only the name of a secret.
        known = (f"{start}{source}{end}",)
    return Request(action="secretsmanager:GetSecretValue", resources=known)


def pull_requests(stack: Stack, image: str) -> Iterator[Request]:
    """Yield the requests that pull an image from ECR; none for another registry."""
    if ".dkr.ecr." in image:
        yield Request(action="ecr:GetAuthorizationToken", resources=("*",))
        for action in PULLS:
            yield Request(action=action, resources=_repository_names(stack, image))


def repository_of(stack: Stack, image: str) -> str:
    """Return the ARN of the repository of an image in ECR."""
    registry, _, name = image.partition("/")
    account, _, rest = registry.partition(".dkr.ecr.")
    repository = name.partition("@")[0].partition(":")[0]
    return f"arn:{stack.partition}:ecr:{rest.partition('.')[0]}:{account}:repository/{repository}"


def import_requests(stack: Stack, image: str) -> Iterator[Request]:
    """Yield what pulls an image that a pull through cache rule of the stack has yet to import.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
    """
    start, _, name = repository_of(stack, image).partition("repository/")
    if ".dkr.ecr." not in image or start != _registry(stack):
        return
    for rule in stack.of_type(_CACHE_RULE):
        prefix = rule.properties.text("EcrRepositoryPrefix")
        # ROOT is for all names: botocore ecr, CreatePullThroughCacheRule, ecrRepositoryPrefix.
        if prefix == "ROOT" or name.startswith(f"{prefix}/"):
            names = _repository_names(stack, image)
            yield Request(action="ecr:BatchImportUpstreamImage", resources=names)
            if own_repository(stack, image) is None:
                yield Request(action="ecr:CreateRepository", resources=names)
            return


def own_repository(stack: Stack, image: str) -> StackResource | None:
    """Return the repository of the stack that an image is in, or None."""
    start, _, name = repository_of(stack, image).partition("repository/")
    if ".dkr.ecr." not in image or start != _registry(stack):
        return None
    referred = _REFERENCE.fullmatch(name)
    return stack.of(referred[1], _REPOSITORY) if referred else stack.find(name, _REPOSITORY)


def _registry(stack: Stack) -> str:
    """Return how the ARN of each repository of the account and region begins."""
    return f"arn:{stack.partition}:ecr:{stack.region}:{stack.account or ACCOUNT}:"


def _repository_names(stack: Stack, image: str) -> tuple[str, ...]:
    """Return the forms of the ARN of a repository, with the attribute if it is in the stack."""
    own = own_repository(stack, image)
    if own is None:
        return (repository_of(stack, image),)
    names, start = (name_of(own) or ANYTHING, f"${{{own.logical_id}}}"), _registry(stack)
    return (f"${{{own.logical_id}.Arn}}", *(f"{start}repository/{each}" for each in names))


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
    """Return the secret or repository of the stack, or the bucket with the file, in a request."""
    named = request.resources[0]
    if request.action == "s3:GetObject":
        return bucket_of(stack, named)
    referred = _REFERENCE.fullmatch(named)
    return stack.of(referred[1], _SECRET, _REPOSITORY) if referred else None


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
