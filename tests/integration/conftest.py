"""Finds the deployed stack before any test runs, and skips tests that need the real AWS."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.refusals import UnusableStackError
from tests.integration.stack import Stack, find_stack

HERE = Path(__file__).parent
FOUND = pytest.StashKey[Stack | UnusableStackError]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "real_aws(what): needs the real AWS; skipped on an emulator."
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    if "STACK_NAME" not in os.environ or session.config.option.collectonly:
        return
    if not any(_uses_the_stack(item) for item in session.items):
        return
    session.config.stash[FOUND] = found = _find()
    # A worker of pytest-xdist cannot end the session: there every test fails with the message.
    if isinstance(found, UnusableStackError) and not hasattr(session.config, "workerinput"):
        pytest.exit(str(found), returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Stack:
    """The deployed stack."""
    if FOUND not in pytestconfig.stash:
        pytest.skip("no deployed stack given: set STACK_NAME, ENVIRONMENT_SUFFIX and AWS_REGION")
    found = pytestconfig.stash[FOUND]
    if isinstance(found, UnusableStackError):
        pytest.fail(str(found), pytrace=False)
    return found


@pytest.fixture
def secret_arn(stack: Stack) -> str:
    """The secret of the database's master user; only the home region of a database has it."""
    if not stack.is_database_home:
        pytest.skip(f"only {stack.parameters['DatabaseHomeRegion']} has the secret")
    return stack.outputs["DatabaseSecretArn"]


@pytest.fixture(autouse=True)
def _skip_without_real_aws(request: pytest.FixtureRequest) -> None:  # pyright: ignore[reportUnusedFunction] - autouse.
    marker = request.node.get_closest_marker("real_aws")
    if marker is None:
        return
    stack: Stack = request.getfixturevalue("stack")
    if not stack.is_in_aws:
        pytest.skip(
            f"only the real AWS shows {marker.args[0]}; the endpoint is {stack.endpoint_url}"
        )


def _find() -> Stack | UnusableStackError:
    try:
        return find_stack(os.environ)
    except UnusableStackError as error:
        return error


def _uses_the_stack(item: pytest.Item) -> bool:
    return item.path.is_relative_to(HERE) and "stack" in getattr(item, "fixturenames", ())
