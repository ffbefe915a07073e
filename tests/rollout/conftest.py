from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from payment_templates.rehearsal import EmbeddedAws, embedded_aws
from payment_templates.rollout import clients
from payment_templates.rollout.stack_set import homes
from payment_templates.rollout.stack_set.roles import usage
from tests.rollout.running import Commands

_ACCOUNTS = count(300000000000)


@pytest.fixture(scope="session", autouse=True)
def few_regions_are_enabled() -> Iterator[None]:
    """Lets the commands search three regions for stack sets, not the embedded AWS's 31."""
    with pytest.MonkeyPatch.context() as monkeypatch:

        def few(*_: object) -> tuple[str, ...]:
            return ("us-east-1", "us-west-2", "eu-west-1")

        monkeypatch.setattr(homes, "enabled_regions", few)
        monkeypatch.setattr(usage, "enabled_regions", few)
        yield


@pytest.fixture
def aws(running_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> EmbeddedAws:
    """A new, empty account, which the commands use."""
    account = replace(running_aws, account=str(next(_ACCOUNTS)))
    for name, value in account.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DB_MASTER_PASSWORD", raising=False)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    return account


@pytest.fixture
def commands(aws: EmbeddedAws) -> Commands:
    return Commands(aws=aws)


@pytest.fixture
def slow_aws(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[EmbeddedAws]:
    """An embedded AWS in which every resource takes time."""
    monkeypatch.setenv("REHEARSAL_RESOURCE_SECONDS", str(request.param))
    with embedded_aws() as aws:
        for name, value in aws.environment.items():
            monkeypatch.setenv(name, value)
        yield aws


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """A stubbed ECS client with responses in AWS's format."""
    yield from _stubbed("ecs", monkeypatch)


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    yield from _stubbed("logs", monkeypatch)


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    yield from _stubbed("cloudformation", monkeypatch)


@pytest.fixture
def rds(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    yield from _stubbed("rds", monkeypatch)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    yield from _stubbed("s3", monkeypatch)


def _stubbed(service: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    # Its stub overloads `client` for services that are installed.
    session: Any = boto3.Session(aws_access_key_id="1", aws_secret_access_key="2")  # noqa: S106
    client = session.client(service, region_name="us-east-1")

    def return_client(*_: object) -> object:
        return client

    monkeypatch.setattr(clients, service, return_client)
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()
