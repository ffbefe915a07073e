"""Provides the templates that the tests read."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from payment_templates import PROFILES, build_template
from payment_templates.rehearsal import EmbeddedAws, embedded_aws
from tests.botocore_caches import shared_between_clients
from tests.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

# No deadline: machines differ in speed. Derandomized: a failure must be reproducible.
settings.register_profile("project", deadline=None, derandomize=True, max_examples=5)
# What `make faults` checks the same properties with.
settings.register_profile("thorough", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("project")

# Templates are large trees without cycles: searching for cycles took a tenth of the time.
gc.set_threshold(100_000, 50, 50)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Search for cycles once; pytest searches the two million objects of a worker five times."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def template() -> View:
    """The stack of the specification."""
    return View.of(build_template(PROFILES["standard"]))


@pytest.fixture(scope="session")
def production() -> View:
    return View.of(build_template(PROFILES["production"]))


@pytest.fixture(scope="session")
def running_aws() -> Iterator[EmbeddedAws]:
    """The embedded AWS of all tests of this process: each test uses its own account."""
    with embedded_aws() as aws:
        yield aws


@pytest.fixture(scope="session", autouse=True)
def clients_of_aws_share_what_they_read() -> Iterator[None]:
    with shared_between_clients():
        yield
