"""Tests that a command names the extra to install when a package is missing."""

from __future__ import annotations

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


def run_without(packages: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    code = WITHOUT.format(packages=packages, arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("package", "arguments", "extra"),
    [
        ("boto3", ("status", "--suffix", "dev-001"), "aws"),
        ("rich", ("deploy", "--suffix", "dev-001"), "aws"),
        ("boto3", ("rehearse",), "rehearsal"),
        ("rich", ("rehearse",), "rehearsal"),
    ],
)
def test_missing_package_names_the_extra(
    package: str, arguments: tuple[str, ...], extra: str
) -> None:
    result = run_without([package], *arguments)

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"error: this command needs {package}",
        f"hint: pip install 'payment-templates[{extra}]'",
    ]


@pytest.mark.parametrize("arguments", [("generate", "--check"), ("evidence", "--summary")])
def test_template_and_evidence_need_no_extra(arguments: tuple[str, ...]) -> None:
    result = run_without(["boto3", "botocore", "rich", "ministack", "cfnlint"], *arguments)

    assert (result.returncode, result.stderr) == (0, "")
