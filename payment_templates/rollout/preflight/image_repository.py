"""Checks that the ECR repositories of the containers exist, with the images that are to run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import code_of
from payment_templates.rollout.planned_stack import known_text
from payment_templates.rollout.preflight.finding import Finding, fine, refused, unknown, warned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack

_REPOSITORY = "ContainerRepositoryArn"
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html and, for FIPS and dual
# stack: https://docs.aws.amazon.com/general/latest/gr/ecr.html
_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z.]+/"
    r"(?P<name>[^:@]+)(:(?P<tag>[^:@]+))?(@(?P<digest>.+))?"
)
_ARN = re.compile(
    r"arn:[a-z-]+:ecr:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):repository/(?P<name>.+)"
)
# The prefix of a rule for every repository: CreatePullThroughCacheRule, ecrRepositoryPrefix.
_EVERY_REPOSITORY = "ROOT"


@dataclass(frozen=True, kw_only=True)
class _Repository:
    account: str
    region: str
    name: str


def check_repositories(session: Session, planned: PlannedStack) -> Iterator[Finding]:
    """Report a repository or an image that does not exist: no task would start.

    CloudFormation would notice only after it has created the database.
    """
    images = [found for image in _images(planned) if (found := _IMAGE.fullmatch(image))]
    created = {
        known_text(one.properties, "RepositoryName")
        for one in planned.stack.of_type("AWS::ECR::Repository")
    }
    seen: set[_Repository] = set()
    for image in images:
        repository = _of(image)
        if repository.name in created:
            continue
        if repository not in seen:
            seen.add(repository)
            yield from _check_repository(session, planned, repository)
        if repository.account == planned.account:
            yield from _check_image(session, planned, repository, image)
    given = _ARN.fullmatch(planned.parameter(_REPOSITORY))
    if given is not None and _of(given) not in seen:
        # Only a permission: the image comes from somewhere else.
        for finding in _check_repository(session, planned, _of(given)):
            yield warned(finding.where, finding.what, f"correct or leave out {_REPOSITORY}")


def _check_repository(
    session: Session, planned: PlannedStack, repository: _Repository
) -> Iterator[Finding]:
    where = f"{repository.region} of account {repository.account}"
    if repository.account != planned.account:
        # Without a policy of the repository, its account's answer says nothing.
        yield unknown(
            planned.region,
            f"ECR repository {repository.name} in {where} belongs to another account",
            f"check there that it exists and that account {planned.account} may pull from it",
        )
    elif not _exists(session, repository) and not _is_cached(session, repository):
        yield refused(
            planned.region,
            f"ECR repository {repository.name} does not exist in {where}",
            f"push the image to a repository that exists, or create it: aws ecr create-repository "
            f"--repository-name {repository.name} --region {repository.region}",
        )


def _check_image(
    session: Session, planned: PlannedStack, repository: _Repository, image: re.Match[str]
) -> Iterator[Finding]:
    client = clients.of_service(session, "ecr", repository.region)
    digest = image["digest"]
    which = {"imageDigest": digest} if digest else {"imageTag": image["tag"] or "latest"}
    shown = digest or f"with the tag {which['imageTag']}"
    try:
        client.describe_images(repositoryName=repository.name, imageIds=[which])
    except ClientError as error:
        if code_of(error) == "RepositoryNotFoundException":
            return
        if code_of(error) != "ImageNotFoundException":
            raise
        if not _is_cached(session, repository):
            yield refused(
                planned.region,
                f"ECR repository {repository.name} in {repository.region} has no image {shown}",
                "push the image first, or pass --parameter ContainerImage=IMAGE with another one",
            )
        return
    yield fine(planned.region, f"ECR repository {repository.name} has the image {shown}")


def _exists(session: Session, repository: _Repository) -> bool:
    try:
        clients.of_service(session, "ecr", repository.region).describe_repositories(
            repositoryNames=[repository.name]
        )
    except ClientError as error:
        if code_of(error) != "RepositoryNotFoundException":
            raise
        return False
    return True


def _is_cached(session: Session, repository: _Repository) -> bool:
    """Return whether a pull through cache rule creates the repository or fetches the image."""
    pages = clients.of_service(session, "ecr", repository.region).get_paginator(
        "describe_pull_through_cache_rules"
    )
    return any(
        rule["ecrRepositoryPrefix"] == _EVERY_REPOSITORY
        or repository.name.startswith(f"{rule['ecrRepositoryPrefix']}/")
        for page in pages.paginate()
        for rule in page["pullThroughCacheRules"]
    )


def _of(found: re.Match[str]) -> _Repository:
    return _Repository(account=found["account"], region=found["region"], name=found["name"])


def _images(planned: PlannedStack) -> Iterator[str]:
    for task in planned.stack.of_type("AWS::ECS::TaskDefinition"):
        containers = task.properties.get("ContainerDefinitions")
        if isinstance(containers, Sequence) and not isinstance(containers, str):
            for container in containers:
                image = container.get("Image") if isinstance(container, Mapping) else None
                if isinstance(image, str):
                    yield image
