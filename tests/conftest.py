"""The templates that the tests ask."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

from payment_templates import PROFILES, build_template
from tests.view import View

# The machines differ in speed, and what failed once must fail again.
settings.register_profile("project", deadline=None, derandomize=True, max_examples=15)
settings.load_profile("project")

# Templates are large trees without circles: looking for circles took a tenth of all the time.
gc.set_threshold(100_000, 50, 50)


@pytest.fixture(scope="session")
def template() -> View:
    """The specification's own stack."""
    return View.of(build_template(PROFILES["standard"]))


@pytest.fixture(scope="session")
def production() -> View:
    return View.of(build_template(PROFILES["production"]))
