"""Compares the whole text of every profile with its snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from payment_templates import PROFILES, build_template
from payment_templates.rendering import render

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion


class JsonFile(SingleFileSnapshotExtension):
    """A snapshot file that is a template: it can be opened, linted and deployed."""

    file_extension = "json"
    _write_mode = WriteMode.TEXT


@pytest.mark.parametrize("profile", PROFILES)
def test_profile_is_as_it_was(profile: str, snapshot: SnapshotAssertion) -> None:
    text = render(build_template(PROFILES[profile]))

    assert text == snapshot(extension_class=JsonFile)
