from dataclasses import replace
from itertools import count

import pytest

from payment_templates.rehearsal import EmbeddedAws

_ACCOUNTS = count(200000000000)


@pytest.fixture
def aws(running_aws: EmbeddedAws) -> EmbeddedAws:
    """An empty account."""
    return replace(running_aws, account=str(next(_ACCOUNTS)))
