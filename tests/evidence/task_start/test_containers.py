"""Settings of a container that give it no further rights, and a writable file system."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, put
from tests.evidence.templates import real_document, verdict_of

_CLAIM = "containers-have-few-rights"
_DEFINITION = "TaskDefinition.Properties"
_CONTAINER = f"{_DEFINITION}.ContainerDefinitions.0"
_NOTHING: list[str] = []
_EMPTY: dict[str, object] = {}
_HARMLESS: tuple[tuple[str, object], ...] = (
    (f"{_CONTAINER}.Privileged", False),
    (f"{_CONTAINER}.LinuxParameters.Capabilities", {"Drop": ["ALL"]}),
    (f"{_CONTAINER}.LinuxParameters.Capabilities", {"Add": _NOTHING}),
    (f"{_DEFINITION}.PidMode", "task"),
    (f"{_DEFINITION}.Volumes", [{"Name": "work", "Host": _EMPTY}]),
    (f"{_DEFINITION}.Volumes", [{"Name": "work"}]),
)


@pytest.mark.parametrize(("path", "value"), _HARMLESS)
def test_harmless_settings_give_no_rights(path: str, value: object) -> None:
    assert verdict_of(_CLAIM, changed(real_document(), put(path, value))) is Verdict.KEPT


def test_writable_file_system_is_a_condition() -> None:
    document = changed(real_document(), put(f"{_CONTAINER}.ReadonlyRootFilesystem", value=False))

    assert verdict_of(_CLAIM, document) is Verdict.CONDITIONAL


def test_capabilities_that_are_not_in_the_template_are_unknown() -> None:
    imported = {"Add": {"Fn::Split": [",", {"Fn::ImportValue": "capabilities"}]}}
    document = changed(real_document(), put(f"{_CONTAINER}.LinuxParameters.Capabilities", imported))

    assert verdict_of(_CLAIM, document) is Verdict.UNKNOWN
