"""The templates that the tests ask."""

from __future__ import annotations

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View


@pytest.fixture(scope="session")
def template() -> View:
    """The specification's own stack."""
    return View.of(build_template(PROFILES["standard"]))


@pytest.fixture(scope="session")
def production() -> View:
    return View.of(build_template(PROFILES["production"]))
