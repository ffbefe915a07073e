"""Generates docs/screens: the program's output against the embedded AWS.

python -m tests.rollout.screens writes the files again.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from payment_templates.rehearsal import EmbeddedAws, embedded_aws

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "docs" / "screens"
TEMPLATE = ROOT / "output" / "TapStack.json"
# Slow enough that the rollback has not deleted everything when the cause is queried.
RESOURCE_SECONDS = "0.05"

Scene = Callable[[EmbeddedAws, Path], list[str]]


def broken_image(_aws: EmbeddedAws, _folder: Path) -> list[str]:
    """An image that is in no registry."""
    return ["--parameter", "ContainerImage=registry.example.com/payments:missing"]


def taken_role_name(aws: EmbeddedAws, _folder: Path) -> list[str]:
    """A role of that name exists; preflight would report it."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    aws.client("iam", "us-east-1").create_role(
        RoleName="payment-task-dev-001-us-east-1", AssumeRolePolicyDocument=trust
    )
    return ["--skip-preflight"]


def bad_property(_aws: EmbeddedAws, folder: Path) -> list[str]:
    """A property that AWS does not know."""
    document: dict[str, Any] = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    document["Resources"]["TargetGroup"]["Properties"]["HealthCheckIntervalSecond"] = 5
    path = folder / "bad_property.json"
    path.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
    return ["--template", str(path)]


SCENES: Mapping[str, Scene] = {
    "broken_image": broken_image,
    "taken_role_name": taken_role_name,
    "bad_property": bad_property,
}


def play(scene: Scene, folder: Path) -> str:
    """Run deploy in its own account and return its output."""
    # Only for this embedded AWS: later ones are not slowed down.
    slow = patch.dict(os.environ, {"REHEARSAL_RESOURCE_SECONDS": RESOURCE_SECONDS})
    with slow, embedded_aws() as aws:
        arguments = [
            *("deploy", "--suffix", "dev-001", "--yes", "--poll-seconds", "0.5"),
            *("--parameter", "AlertEmail=on-call@example.com"),
            *scene(aws, folder),
        ]
        return _shown(arguments, aws.environment).replace(f"{folder}/", "")


def rehearse() -> str:
    """Run the rehearsal and return its output."""
    return _shown(["rehearse", str(TEMPLATE.relative_to(ROOT))], {"CI": "true"})


def _shown(arguments: list[str], environment: Mapping[str, str]) -> str:
    run = subprocess.run(
        [sys.executable, "-m", "payment_templates", *arguments],
        cwd=ROOT,
        env=os.environ | environment | {"COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = [
        f"$ python -m payment_templates {' '.join(arguments)}",
        *(line.rstrip() for line in run.stdout.splitlines()),
        f"[exit {run.returncode}]",
    ]
    return "\n".join(lines) + "\n"


def write_screens(folder: Path) -> None:
    """Run every scene and write its output."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for name, scene in SCENES.items():
        (SCREENS / f"{name}.txt").write_text(play(scene, folder), encoding="utf-8")
    (SCREENS / "rehearsal.txt").write_text(rehearse(), encoding="utf-8")


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as temporary:
        write_screens(Path(temporary))
