from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.rehearsal.stack_sets.servers import (
    START_MOTO,
    Api,
    reset_moto,
    serving,
    wait_until_open,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rehearsal import EmbeddedAws

MOTO_ACCOUNT = "123456789012"


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    with serving(START_MOTO) as url:
        wait_until_open(url)
        yield url


# The second emulator runs only in `make faults`.
@pytest.fixture(params=["ministack", pytest.param("moto", marks=pytest.mark.faults)])
def api(request: pytest.FixtureRequest) -> Api:
    """A CloudFormation endpoint without stack sets."""
    if request.param == "ministack":
        aws: EmbeddedAws = request.getfixturevalue("aws")
        chosen = Api(url=aws.endpoint_url, account=aws.account)
    else:
        url: str = request.getfixturevalue("moto")
        reset_moto(url)
        chosen = Api(url=url, account=MOTO_ACCOUNT)
    chosen.add_roles()
    return chosen
