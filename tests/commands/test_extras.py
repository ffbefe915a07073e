"""Tests that a command names the extra to install when a package is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# None in sys.modules makes the import fail, as without the package.
WITHOUT = """
import sys
for name in {packages!r}:
    sys.modules[name] = None
from payment_templates.cli import main
main({arguments!r})
"""


def run_without(
    packages: list[str], *arguments: str, folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(packages=packages, arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("package", "arguments", "level"),
    [
        ("boto3", ("status", "--suffix", "dev-001"), ".venv/aws"),
        ("rich", ("rehearse",), ".venv/dev"),
    ],
)
def test_missing_package_in_a_clone_names_what_make_installs(
    package: str, arguments: tuple[str, ...], level: str
) -> None:
    result = run_without([package], *arguments)

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"error: this command needs {package}",
        f"hint: make {level}",
    ]


@pytest.mark.parametrize(
    ("package", "arguments", "extra"),
    [
        ("rich", ("deploy", "--suffix", "dev-001"), "aws"),
        ("jinja2", ("report", str(ROOT / "output" / "TapStack.json")), "report"),
    ],
)
def test_missing_package_of_an_installation_names_the_extra(
    package: str, arguments: tuple[str, ...], extra: str, tmp_path: Path
) -> None:
    # As pip installs it: without the files beside the package.
    shutil.copytree(ROOT / "payment_templates", tmp_path / "payment_templates")

    result = run_without([package], *arguments, folder=tmp_path)

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"error: this command needs {package}",
        f"hint: pip install 'payment-templates[{extra}]'",
    ]


@pytest.mark.parametrize("arguments", [("generate", "--check"), ("evidence", "--summary")])
def test_template_and_evidence_need_no_extra(arguments: tuple[str, ...]) -> None:
    result = run_without(["boto3", "botocore", "rich", "ministack", "cfnlint"], *arguments)

    assert (result.returncode, result.stderr) == (0, "")
