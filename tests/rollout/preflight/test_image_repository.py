"""The ECR repository of the image: preflight looks for it before the database is created."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from payment_templates.cloudformation import read_template
from payment_templates.rollout import clients
from payment_templates.rollout.planned_stack import plan_stack
from payment_templates.rollout.preflight import Verdict
from payment_templates.rollout.preflight.finding import Finding, run_check
from payment_templates.rollout.preflight.image_repository import check_repositories
from payment_templates.rollout.values import Values
from tests.rollout.running import EAST, Commands

_PAYMENT = Path(__file__).parents[3] / "output" / "TapStack.json"
_ACCOUNT = "111122223333"
_IN_ECR = f"{_ACCOUNT}.dkr.ecr.{EAST}.amazonaws.com"
_ARN = f"arn:aws:ecr:{EAST}:{_ACCOUNT}:repository/pay"


@pytest.fixture
def ecr(monkeypatch: pytest.MonkeyPatch) -> "_Ecr":
    fake = _Ecr()

    def client(*_: object) -> _Ecr:
        return fake

    monkeypatch.setattr(clients, "of_service", client)
    return fake


class _Ecr:
    """A registry with the repository `pay` and its image with the tag `1`."""

    def __init__(self) -> None:
        self.prefixes: list[str] = []
        self.denied: set[str] = set()

    def describe_repositories(self, repositoryNames: list[str]) -> None:  # noqa: N803 - AWS's name.
        self._allow("DescribeRepositories")
        if repositoryNames != ["pay"]:
            raise _error("RepositoryNotFoundException", "DescribeRepositories")

    def describe_images(self, repositoryName: str, imageIds: list[dict[str, str]]) -> None:  # noqa: N803 - AWS's names.
        self._allow("DescribeImages")
        if repositoryName != "pay":
            raise _error("RepositoryNotFoundException", "DescribeImages")
        if imageIds not in ([{"imageTag": "1"}], [{"imageDigest": "sha256:1"}]):
            raise _error("ImageNotFoundException", "DescribeImages")

    def get_paginator(self, _name: str) -> Any:  # noqa: ANN401 - botocore's.
        rules = [{"ecrRepositoryPrefix": one} for one in self.prefixes]

        def paginate() -> list[dict[str, Any]]:
            self._allow("DescribePullThroughCacheRules")
            return [{"pullThroughCacheRules": rules}]

        return SimpleNamespace(paginate=paginate)

    def _allow(self, operation: str) -> None:
        if operation in self.denied:
            raise _error("AccessDeniedException", operation)


@pytest.mark.parametrize(
    ("image", "verdict", "what"),
    [
        ("pay:1", Verdict.FINE, "ECR repository pay has the image with the tag 1"),
        ("pay@sha256:1", Verdict.FINE, "ECR repository pay has the image sha256:1"),
        ("pay:2", Verdict.REFUSED, "ECR repository pay in us-east-1 has no image with the tag 2"),
        (
            "pay",
            Verdict.REFUSED,
            "ECR repository pay in us-east-1 has no image with the tag latest",
        ),
        (
            "pays:1",
            Verdict.REFUSED,
            f"ECR repository pays does not exist in us-east-1 of account {_ACCOUNT}",
        ),
    ],
)
def test_image_is_looked_up(ecr: _Ecr, image: str, verdict: Verdict, what: str) -> None:
    assert ecr.prefixes == []

    (finding,) = _check(ContainerImage=f"{_IN_ECR}/{image}")

    assert (finding.verdict, finding.what) == (verdict, what)


@pytest.mark.parametrize("prefix", ["quay", "ROOT"])
@pytest.mark.parametrize("image", ["quay/pay:1", "quay/pay"])
def test_repository_of_a_pull_through_cache_may_be_created_later(
    ecr: _Ecr, prefix: str, image: str
) -> None:
    ecr.prefixes = [prefix]

    assert _check(ContainerImage=f"{_IN_ECR}/{image}") == []


@pytest.mark.parametrize(
    ("image", "denied"),
    [
        ("pay:1", "DescribeRepositories"),
        ("pay:1", "DescribeImages"),
        ("pays:1", "DescribePullThroughCacheRules"),
    ],
)
def test_what_may_not_be_looked_up_is_unknown(ecr: _Ecr, image: str, denied: str) -> None:
    ecr.denied = {denied}

    (finding,) = _check(ContainerImage=f"{_IN_ECR}/{image}")

    assert finding.verdict is Verdict.UNKNOWN
    assert f"{denied} returns AccessDeniedException" in finding.what


def test_repository_of_another_account_is_unknown(ecr: _Ecr) -> None:
    ecr.denied = {"DescribeRepositories", "DescribeImages"}

    (finding,) = _check(ContainerImage=f"444455556666.dkr.ecr.{EAST}.amazonaws.com/pay:1")

    assert finding.verdict is Verdict.UNKNOWN
    assert "pay in us-east-1 of account 444455556666 belongs to another account" in finding.what


def test_repository_that_no_image_needs_is_only_a_warning(ecr: _Ecr) -> None:
    assert ecr.prefixes == []

    (finding,) = _check(ContainerRepositoryArn=f"{_ARN}s")

    assert finding.verdict is Verdict.WARNING
    assert "ECR repository pays does not exist" in finding.what


def test_preflight_refuses_a_missing_repository(commands: Commands) -> None:
    image = f"{commands.aws.account}.dkr.ecr.{EAST}.amazonaws.com/pay:1"
    repository = f"arn:aws:ecr:{EAST}:{commands.aws.account}:repository/pay"

    document = commands.document(
        *("preflight", "--region", EAST, "--without-roles"),
        *("--parameter", "AlertEmail=on-call@example.com"),
        *("--parameter", f"ContainerImage={image}"),
        *("--parameter", f"ContainerRepositoryArn={repository}"),
        template=_PAYMENT,
    )

    refused = [one["what"] for one in document["findings"] if one["verdict"] == "refused"]
    assert refused == [
        f"ECR repository pay does not exist in us-east-1 of account {commands.aws.account}"
    ]


def _check(**given: str) -> list[Finding]:
    values = Values(open={"EnvironmentSuffix": "dev-001", **given})
    planned = plan_stack(read_template(_PAYMENT), values, region=EAST, account=_ACCOUNT)
    # Its stub overloads `client` for services that are installed.
    session: Any = boto3.Session()
    return [*run_check(EAST, "image repository", lambda: check_repositories(session, planned))]


def _error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, operation)
