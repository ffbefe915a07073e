from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import count

import pytest
from botocore.loaders import JSONFileLoader

from payment_templates.rehearsal import EmbeddedAws, embedded_aws
from tests.rollout.running import Commands

_ACCOUNTS = count(300000000000)


@pytest.fixture(scope="session")
def running_aws() -> Iterator[EmbeddedAws]:
    with embedded_aws() as aws:
        yield aws


@pytest.fixture(scope="session", autouse=True)
def service_models_are_read_once() -> Iterator[None]:
    """Each command has a session of its own, and would read AWS's models anew."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        read = lru_cache(None)(JSONFileLoader().load_file)

        def load(_: JSONFileLoader, path: str) -> object:
            return read(path)

        monkeypatch.setattr(JSONFileLoader, "load_file", load)
        yield


@pytest.fixture
def aws(running_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> EmbeddedAws:
    """An account in which nothing exists yet, and which the commands talk to."""
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
