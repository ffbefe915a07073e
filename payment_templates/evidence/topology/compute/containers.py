"""Reads container definitions: images, ports, environment, secrets and log groups."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties, partition_of
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.physical_names import name_of
from payment_templates.evidence.reuse import interned, number_of, reused
from payment_templates.evidence.topology.compute.secret_contents import ATTACHMENT
from payment_templates.facts.containers import CONTAINERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource

_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)(\.[A-Za-z0-9.]+)?\}")
_PARAMETER = "AWS::SSM::Parameter"
_URI = re.compile(r"\$\{([A-Za-z0-9]+)\.RepositoryUri\}")


@dataclass(frozen=True, kw_only=True)
class TaskSecret:
    """A secret or an SSM parameter that ECS passes to a container as an environment variable."""

    # The logical ID of the secret or parameter, or else its attribute, ARN or name.
    source: str
    from_ssm: bool
    # A key of the JSON object; empty for the whole value.
    key: str
    # The staging label and the ID of the version; both empty for AWSCURRENT.
    stage: str
    version: str
    # The container and the environment variable that gets the value.
    container: str
    variable: str
    # How many parts follow the ARN, empty ones too.
    parts: int


# Compared by identity: stacks and services share what equal task definitions say.
@dataclass(frozen=True, kw_only=True, eq=False)
class Containers:
    """What a task definition says of its containers."""

    # What a task must reach to start: ecr.api, ecr.dkr, s3, secretsmanager, logs, or a registry.
    needs: tuple[str, ...]
    # The ports of each container, by container name.
    ports: dict[str, tuple[int, ...]]
    # Container, name and value of every environment variable.
    environment: tuple[tuple[str, str, str], ...]
    images: tuple[str, ...]
    secrets: tuple[TaskSecret, ...]
    # What log drivers and registries get; of the parts of a secret, its source alone counts.
    credentials: tuple[TaskSecret, ...]
    # The ARNs of the files in S3 with environment variables.
    files: tuple[str, ...]
    # The logical ID of the log group of each container, or else its name.
    log_groups: tuple[str, ...]
    # Equal for containers that start alike.
    start: int


def containers_of(stack: Stack, definition: StackResource | None) -> Containers:
    """Read the containers of a task definition, of which there are none without one."""
    return reused(stack, lambda: _containers(stack, definition), definition)


def _containers(stack: Stack, definition: StackResource | None) -> Containers:
    task = definition.properties if definition else Properties(place="", entries={})
    needs, ports, environment = needs_of(stack, task), ports_of(task), environment_of(task)
    images, secrets = images_of(stack, task), secrets_of(stack, task)
    log_groups = log_groups_of(stack, task)
    credentials, files = credentials_of(stack, task), files_of(task)
    start = (needs, images, secrets, credentials, files, log_groups)
    found = Containers(
        needs=needs,
        ports=ports,
        environment=environment,
        images=images,
        secrets=secrets,
        credentials=credentials,
        files=files,
        log_groups=log_groups,
        start=number_of(stack, start),
    )
    return interned(stack, found, start, environment, *ports.items())


def containers_in(stack: Stack) -> Iterator[tuple[str, Properties]]:
    """Yield every container that a resource describes, with its name."""
    for definition in stack.of_type(*CONTAINERS):
        for path in CONTAINERS[definition.type]:
            for container in definition.properties.below(path):
                name = container.text("Name")
                yield f"{definition.logical_id}.{name}".rstrip("."), container


def container_setting(container: Properties, name: str, of_pod: str) -> str:
    """Return a setting of a container; in a Kubernetes pod, from its security context."""
    return container.text(name) or container.child("SecurityContext").text(of_pod)


def secrets_of(stack: Stack, definition: Properties) -> tuple[TaskSecret, ...]:
    """Read the secrets of every container.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    return tuple(
        _secret(
            stack,
            secret.text("ValueFrom"),
            container=container.text("Name"),
            variable=secret.text("Name"),
        )
        for container in definition.children("ContainerDefinitions")
        for secret in container.children("Secrets")
    )


def credentials_of(stack: Stack, definition: Properties) -> tuple[TaskSecret, ...]:
    """Read the secrets that the log driver and the registry of every container get.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-logconfig.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html
    """
    found: list[TaskSecret] = []
    for container in definition.children("ContainerDefinitions"):
        named = partial(_secret, stack, container=container.text("Name"))
        options = container.child("LogConfiguration").children("SecretOptions")
        found += [named(each.text("ValueFrom"), variable=each.text("Name")) for each in options]
        if text := container.child("RepositoryCredentials").text("CredentialsParameter"):
            # "If the secret exists in the same Region as the task that you're launching then you
            # can use either the full ARN or the name": botocore ecs, RepositoryCredentials.
            found.append(replace(named(text, variable=""), from_ssm=False))
    return tuple(found)


def files_of(definition: Properties) -> tuple[str, ...]:
    """Return the ARN of each file with environment variables.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html
    """
    return tuple(
        file.text("Value")
        for container in definition.children("ContainerDefinitions")
        for file in container.children("EnvironmentFiles")
    )


def environment_of(definition: Properties) -> tuple[tuple[str, str, str], ...]:
    """Return container, name and value of every environment variable."""
    return tuple(
        (container.text("Name"), variable.text("Name"), variable.text("Value"))
        for container in definition.children("ContainerDefinitions")
        for variable in container.children("Environment")
    )


def log_groups_of(stack: Stack, definition: Properties) -> tuple[str, ...]:
    """Return the log group of each container: its logical ID, or else its name."""
    named = {
        group.properties.text("LogGroupName"): group.logical_id
        for group in stack.of_type("AWS::Logs::LogGroup")
    }
    logs = (
        container.child("LogConfiguration")
        for container in definition.children("ContainerDefinitions")
    )
    names = (log.child("Options").identity("awslogs-group") for log in logs if _is_awslogs(log))
    return tuple(dict.fromkeys(named.get(name, name) for name in names))


def images_of(stack: Stack, definition: Properties) -> tuple[str, ...]:
    """Return the image of every container."""
    return tuple(
        _URI.sub(partial(_in_registry, stack), container.text("Image"))
        for container in definition.children("ContainerDefinitions")
    )


def ports_of(definition: Properties) -> dict[str, tuple[int, ...]]:
    """Return the container ports by container name."""
    return {
        container.text("Name"): tuple(
            int(port.number("ContainerPort")) for port in container.children("PortMappings")
        )
        for container in definition.children("ContainerDefinitions")
    }


def needs_of(stack: Stack, definition: Properties) -> tuple[str, ...]:
    """Return the services that Fargate must reach to start a task, such as ecr.api and logs.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
    """
    needs: list[str] = []
    for image in images_of(stack, definition):
        # An endpoint for ECR serves only the registry in its own region.
        from_ecr = f".dkr.ecr.{stack.region}." in image
        needs += ["ecr.api", "ecr.dkr", "s3"] if from_ecr else [f"registry of {image}"]
    for secret in (*secrets_of(stack, definition), *credentials_of(stack, definition)):
        needs.append("ssm" if secret.from_ssm else "secretsmanager")
    needs += ["s3" for _ in files_of(definition)]
    needs += ["logs" for _ in log_groups_of(stack, definition)]
    return tuple(dict.fromkeys(needs))


def _in_registry(stack: Stack, found: re.Match[str]) -> str:
    """Return the URI of a repository of the stack, instead of the attribute."""
    repository = stack.of(found[1], "AWS::ECR::Repository")
    if repository is None:
        return found[0]
    _, suffix = partition_of(stack.region)
    name = name_of(repository) or f"${{{found[1]}}}"
    return f"{stack.account or ACCOUNT}.dkr.ecr.{stack.region}.{suffix}/{name}"


def _secret(stack: Stack, text: str, *, container: str, variable: str) -> TaskSecret:
    # ARN:key:stage:version, with a reference in place of the ARN.
    whole = _REFERENCE.match(text)
    resource = stack.resources.get(whole[1]) if whole else None
    if resource and whole:
        further = text[whole.end() :].split(":")[1:]
        from_ssm = resource.type == _PARAMETER
        # A secret that RDS manages is an attribute of the cluster.
        source = whole[0] if whole[2] else _behind(resource)
    else:
        parts = text.split(":")
        arn_parts = 7
        is_arn = parts[0] == "arn"
        further = parts[arn_parts:] if is_arn else []
        from_ssm = not is_arn or parts[2:3] == ["ssm"]
        source = ":".join(parts[:arn_parts])
    key, stage, version, *_ = [*further, "", "", ""]
    return TaskSecret(
        source=source,
        from_ssm=from_ssm,
        key=key,
        stage=stage,
        version=version,
        container=container,
        variable=variable,
        parts=len(further),
    )


def _behind(resource: StackResource) -> str:
    """Return the secret whose ARN the Ref of a resource is."""
    named = resource.properties.target("SecretId") if resource.type == ATTACHMENT else ""
    return named or resource.logical_id


def _is_awslogs(log: Properties) -> bool:
    return log.text("LogDriver") == "awslogs"
