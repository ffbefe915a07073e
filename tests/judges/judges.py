"""Runs checkov, cdk-nag and AWS Control Tower's proactive rules on a template.

They know nothing of this project, so what they find is an outsider's opinion. They are installed in
a folder of their own, because they are larger than everything else and pin other versions.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HERE = Path(__file__).parent
# A folder of a checkout, ignored by git.
INSTALLED = HERE.parent.parent / ".judges"
# cfn-guard's own status for a template that breaks a rule.
_BREAKS_RULES = 19
_MOST_SECONDS = 600
# Where cfn-guard found what breaks a rule.
_RESOURCE = re.compile(r'"path": "/Resources/([A-Za-z0-9]+)')


class JudgeError(Exception):
    """A judge that cannot be installed or run."""


@dataclass(frozen=True, order=True)
class Finding:
    """A rule of a judge that a resource of the template breaks."""

    judge: str
    rule: str
    resource: str


def install() -> None:
    """Install every judge that is not there in its locked version; raises JudgeError."""
    lock = "".join(
        (HERE / name).read_text("utf-8")
        for name in ("requirements.lock", "package-lock.json", "cdk_nag.cjs")
    )
    done = INSTALLED / "installed"
    if done.is_file() and done.read_text("utf-8") == lock:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise JudgeError(
            "npm is needed for cdk-nag and the Control Tower rules; install Node.js 20"
        )
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir()
    for name in ("package.json", "package-lock.json", "cdk_nag.cjs"):
        shutil.copy(HERE / name, INSTALLED)
    _run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"])
    _run([sys.executable, "-m", "venv", "--without-pip", str(INSTALLED / "python")])
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    if uv is None:
        raise JudgeError("uv is needed to install checkov; run make .venv/dev")
    python = str(INSTALLED / "python/bin/python")
    locked = str(HERE / "requirements.lock")
    _run([uv, "pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", locked])
    done.write_text(lock, "utf-8")


def findings(template: Path) -> list[Finding]:
    """Return what every judge finds in a template, sorted; raises JudgeError."""
    return sorted({found for judge in JUDGES.values() for found in judge(template.resolve())})


def _checkov(template: Path) -> Iterator[Finding]:
    output = _run(
        [
            *(str(INSTALLED / "python/bin/checkov"), "--file", str(template)),
            *("--framework", "cloudformation", "--skip-download", "--soft-fail"),
            *("--quiet", "--compact", "--output", "json"),
        ]
    )
    for check in json.loads(output)["results"]["failed_checks"]:
        yield Finding("checkov", check["check_id"], check["resource"].rpartition(".")[2])


def _cdk_nag(template: Path) -> Iterator[Finding]:
    node = shutil.which("node") or "node"
    for rule, resource in json.loads(_run([node, "cdk_nag.cjs", str(template)])):
        # What it found follows in brackets, with parameters in it.
        yield Finding("cdk-nag", rule.partition("[")[0], resource)


def _control_tower(template: Path) -> Iterator[Finding]:
    # cfn-guard and AWS's rules for it are parts of this package.
    package = INSTALLED / "node_modules/@cdklabs/cdk-validator-cfnguard"
    system = {"Linux": "ubuntu", "Darwin": "macos"}.get(platform.system(), platform.system())
    machine = {"arm64": "aarch64"}.get(platform.machine(), platform.machine())
    guard = package / "bin" / system / machine / "cfn-guard"
    if not guard.is_file():
        raise JudgeError(f"cfn-guard has no program for {system} on {machine}")
    output = _run(
        [
            *(str(guard), "validate", "--data", str(template)),
            *("--rules", str(package / "rules/control-tower/cfn-guard")),
            *("--structured", "--output-format", "json", "--show-summary", "none"),
        ],
        accepted=(0, _BREAKS_RULES),
    )
    for report in json.loads(output):
        for broken in report["not_compliant"]:
            rule = broken["Rule"]
            for resource in sorted(set(_RESOURCE.findall(json.dumps(rule["checks"])))):
                yield Finding("control-tower", rule["name"], resource)


JUDGES: dict[str, Callable[[Path], Iterator[Finding]]] = {
    "checkov": _checkov,
    "cdk-nag": _cdk_nag,
    "control-tower": _control_tower,
}


def _run(command: Sequence[str], accepted: Sequence[int] = (0,)) -> str:
    run = partial(subprocess.run, capture_output=True, text=True, check=False, cwd=INSTALLED)
    try:
        result = run(command, timeout=_MOST_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JudgeError(f"{command[0]}: {error}") from None
    if result.returncode not in accepted:
        last = (result.stderr.strip() or result.stdout.strip()).rpartition("\n")[2]
        raise JudgeError(f"{command[0]} ended with {result.returncode}: {last}")
    return result.stdout
