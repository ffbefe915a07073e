"""Provides the templates that the tests read."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from weakref import WeakSet

import pytest
from hypothesis import settings

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import Template
from payment_templates.rehearsal import EmbeddedAws, embedded_aws
from tests.beside_the_gate import mark_costly
from tests.botocore_caches import shared_between_clients
from tests.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# No deadline: machines differ in speed. Derandomized: a failure must be reproducible.
settings.register_profile("project", deadline=None, derandomize=True, max_examples=5)
# What `make faults` checks the same properties with.
settings.register_profile("thorough", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("project")

# Templates are large trees without cycles: searching for cycles took a tenth of the time. What
# lives long is searched once, at the end: each search of all objects took up to nine seconds.
gc.set_threshold(100_000, 50, 100_000)

# pytest shows no shorter ones unless it is asked to.
SHOWN_SECONDS = 0.005


def pytest_configure(config: pytest.Config) -> None:
    """Let a worker of pytest-xdist report a test once, not three times: that took a millisecond."""
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__name__ == "WorkerInteractor":
            plugin.sendevent = _results_only(plugin.sendevent)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is beside the gate before pytest selects by marks."""
    mark_costly(items)


def _results_only(send: Callable[..., None]) -> Callable[..., None]:
    def send_result(name: str, **event: Any) -> None:  # noqa: ANN401 - pytest-xdist's own
        report: dict[str, Any] = event["data"] if name == "testreport" else {}
        is_step = report.get("when") in {"setup", "teardown"} and report["outcome"] == "passed"
        # What takes time is for --durations.
        if name != "logstart" and not (is_step and report["duration"] < SHOWN_SECONDS):
            send(name, **event)

    return send_result


def pytest_collection_finish() -> None:
    """Leave the modules and the tests themselves out of every search for cycles."""
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Search for cycles once: pytest searches all objects of a worker five times."""
    for module in [*sys.modules.values()]:
        if module.__name__.startswith(("payment_templates", "tests")):
            for value in [*vars(module).values()]:
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def templates() -> Iterator[WeakSet[Template]]:
    """The templates that exist."""
    found: WeakSet[Template] = WeakSet()
    initialize = Template.__init__

    def initialize_and_add(self: Template, **fields: Any) -> None:  # noqa: ANN401 - its own
        initialize(self, **fields)
        found.add(self)

    with patch.object(Template, "__init__", initialize_and_add):
        yield found


@pytest.fixture(scope="module", autouse=True)
def evaluated_stacks_are_freed(templates: WeakSet[Template]) -> Iterator[None]:
    """Free what a test module derived from its templates, which refers to them in turn."""
    yield
    for template in templates:
        template.memo.clear()
    # One that is used again by other modules derives it a second time, at most.
    templates.clear()


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
