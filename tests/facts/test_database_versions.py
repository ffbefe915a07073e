"""Which versions of Aurora PostgreSQL RDS has retired."""

import pytest

from payment_templates.facts.database_versions import is_retired


@pytest.mark.parametrize("version", ["15.9", "15.2", "13.10", "12.8", "10.21", "9.6"])
def test_old_version_is_retired(version: str) -> None:
    assert is_retired(version)


@pytest.mark.parametrize("version", ["15.10", "16.8", "17.4", "19.1"])
def test_new_version_is_created(version: str) -> None:
    assert not is_retired(version)


@pytest.mark.parametrize("version", ["11.9", "12.22", "14.6"])
def test_older_version_with_long_support_is_created(version: str) -> None:
    assert not is_retired(version)


@pytest.mark.parametrize("version", ["15", "", "aurora"])
def test_version_without_a_minor_one_is_left_to_rds(version: str) -> None:
    assert not is_retired(version)
