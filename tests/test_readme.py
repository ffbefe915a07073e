"""The README says what is true of the template."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.readme import README, rewritten

if TYPE_CHECKING:
    from tests.view import View

ROOT = Path(__file__).parent.parent


def test_tables_are_those_of_the_template(template: View) -> None:
    text = README.read_text()

    assert rewritten(text, template) == text, "run `make readme`"


def test_both_tables_are_there() -> None:
    text = README.read_text()

    assert {"<!-- parameters -->", "<!-- outputs -->"} <= set(text.splitlines())


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    named = set(re.findall(r"`make ([a-z]+)", README.read_text()))

    assert named <= targets


def test_every_file_linked_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README.read_text())

    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_resource_named_exists(template: View) -> None:
    named = re.findall(r"resource `([A-Z]\w+)`", README.read_text())

    assert set(named) <= set(template.resources)


def test_evidence_shown_is_what_the_command_says() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "payment_templates", "evidence"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    shown = re.findall(r"^broken, accepted  (.+?): (.+)$", README.read_text(), flags=re.MULTILINE)

    assert shown
    for promise, why in shown:
        assert f"broken, accepted\t{promise}\t{why}" in result.stdout
