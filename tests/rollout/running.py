"""Runs the commands as a user does, and reads the resulting state of AWS."""

# ruff: noqa: ANN401 - AWS's answers and the commands' documents are JSON of any shape.

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from payment_templates.cli import main
from payment_templates.rehearsal import EmbeddedAws

EAST = "us-east-1"
WEST = "us-west-2"
SUFFIX = "dev-001"
NAME = "payment-dev-001"
SMALL = Path(__file__).parent / "templates" / "small.json"
# The same without a password: StackSets do not import a stack with one.
OPEN = Path(__file__).parent / "templates" / "open.json"
# The same as SMALL with the parameter DeletionProtection, as the production profile has it.
PROTECTED = Path(__file__).parent / "templates" / "protected.json"
# A resource that fails although its change set is valid: the role of the template has its name.
FAILING: Mapping[str, Any] = {
    "Type": "AWS::IAM::Role",
    "DependsOn": "Person",
    "Properties": {
        "RoleName": {"Fn::Sub": "payment-person-${EnvironmentSuffix}-${AWS::Region}"},
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
    },
}
_POLL_SECONDS = "0.02"
_WITH_TEMPLATE = frozenset({"preflight", "deploy", "rollout"})


@dataclass(frozen=True, kw_only=True)
class Commands:
    """Runs commands on the small template in one account of the embedded AWS."""

    aws: EmbeddedAws

    def run(self, name: str, *arguments: str, template: Path = SMALL) -> Result:
        """Run a command; returns its result, also on failure."""
        return CliRunner().invoke(main, arguments_of(name, *arguments, template=template))

    def document(self, name: str, *arguments: str, template: Path = SMALL) -> Any:
        """Run a command with --json and parse its output."""
        return json.loads(self.run(name, "--json", *arguments, template=template).stdout)

    def deploy(self, *arguments: str, template: Path = SMALL, preflight: bool = False) -> Result:
        """Deploy; with preflight, which makes a hundred calls, only if a test needs it."""
        given = ("--yes", *_without(preflight), *arguments)
        return self.run("deploy", *given, template=template)

    def rollout(self, *arguments: str, template: Path = SMALL, preflight: bool = False) -> Result:
        """Roll out; preflight as above."""
        given = ("--yes", "--create-roles", *_without(preflight), *arguments)
        return self.run("rollout", *given, template=template)

    def destroy(self) -> Result:
        return self.run("destroy", "--confirm", SUFFIX)

    def stack(self, region: str = EAST, name: str = NAME) -> Any:
        """Describe a stack; None if it does not exist."""
        client = self.aws.client("cloudformation", region)
        try:
            return client.describe_stacks(StackName=name)["Stacks"][0]
        except client.exceptions.ClientError:
            return None

    def greeting(self, region: str) -> str | None:
        """Read the greeting that a region's stack wrote to the parameter store."""
        return self._parameter(region, "greeting")

    def protection(self, region: str = EAST) -> str | None:
        """Read the DeletionProtection of the last update of a region's stack."""
        return self._parameter(region, "protection")

    def _parameter(self, region: str, name: str) -> str | None:
        found = self.aws.client("ssm", region).get_parameters(Names=[f"/payment/{SUFFIX}/{name}"])[
            "Parameters"
        ]
        return str(found[0]["Value"]) if found else None


def arguments_of(name: str, *arguments: str, template: Path = SMALL) -> list[str]:
    """Return a command line."""
    given = {"--suffix": SUFFIX, "--poll-seconds": _POLL_SECONDS}
    if name in _WITH_TEMPLATE:
        given["--template"] = str(template)
    own = [part for pair in given.items() if pair[0] not in arguments for part in pair]
    return [name, *own, *arguments]


def changed(tmp_path: Path, change: Mapping[str, Any], *, template: Path = SMALL) -> Path:
    """Write a template with some of its resources changed; None leaves one out."""
    document = json.loads(template.read_text())
    for name, resource in change.items():
        if resource is None:
            del document["Resources"][name]
        else:
            document["Resources"][name] = resource
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(document))
    return path


def _without(preflight: bool) -> tuple[str, ...]:  # noqa: FBT001 - the value that its caller gets.
    return () if preflight else ("--skip-preflight",)
