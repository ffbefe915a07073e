from collections.abc import Iterator
from dataclasses import replace
from itertools import count

import pytest

from payment_templates.rehearsal import EmbeddedAws, embedded_aws

_ACCOUNTS = count(200000000000)


@pytest.fixture(scope="session")
def running_aws() -> Iterator[EmbeddedAws]:
    with embedded_aws() as aws:
        yield aws


@pytest.fixture
def aws(running_aws: EmbeddedAws) -> EmbeddedAws:
    """An empty account."""
    return replace(running_aws, account=str(next(_ACCOUNTS)))
