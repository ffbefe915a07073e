"""Rehearses the whole life of the stack in two regions, through this project's commands."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from payment_templates.rehearsal import embedded_aws
from payment_templates.rehearsal.alarm_change import change_one_alarm, require_change
from payment_templates.rehearsal.integration import Verdict, run_tests
from payment_templates.rehearsal.inventory import inventory
from payment_templates.rehearsal.process import StartError
from payment_templates.rehearsal.program import Program, Prompt
from payment_templates.rehearsal.stacks import Stack, stack_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from payment_templates.rehearsal import EmbeddedAws

# The defaults of the commands: deploy uses the first, rollout both.
REGIONS = ("us-east-1", "us-west-2")
SUFFIX = "dev-001"
EMAIL = ("--parameter", "AlertEmail=your-email@example.com")


class Show(Prompt, Protocol):
    """Shows the commands and steps of a rehearsal."""

    def step(self, title: str) -> AbstractContextManager[Callable[[str], None]]:
        """Show a step while it runs; the yielded function reports its result."""
        ...


@dataclass(frozen=True, kw_only=True)
class RegionResult:
    """The results of the rehearsal in one region."""

    region: str
    resources: int
    verdict: Verdict
    left: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether every test passed and no resource was left."""
        return not self.verdict.failed and not self.left


def rehearse(
    template: Path, show: Show, pause: Callable[[EmbeddedAws, tuple[Stack, ...]], None] | None
) -> tuple[RegionResult, ...]:
    """Rehearse a template; `pause`, if given, is called before the stacks are deleted.

    Raises StartError if the embedded AWS does not start, CommandError if a command fails,
    TestsUnusableError if the tests cannot run, and UpdateError if an update has no effect.
    """
    with embedded_aws() as aws:
        with show.step("Start the embedded AWS") as report:
            before = _initial_inventories(aws)
            report(aws.endpoint_url)
        program = Program(aws=aws, suffix=SUFFIX, prompt=show)
        stacks = _create(aws, program, template)
        with show.step("Run the integration tests in both regions") as report:
            verdicts = run_tests(aws, stacks, SUFFIX)
            report(", ".join(f"{verdict.passed} passed" for verdict in verdicts))
        _update(aws, program, template, stacks, show)
        program.run("status")
        program.run("drift")
        if pause:
            pause(aws, stacks)
        program.run("destroy", "--confirm", SUFFIX, "--delete-roles")
        with show.step("Check for leftover resources") as report:
            after = _inventories(aws)
            left = {region: tuple(sorted(after[region] - before[region])) for region in REGIONS}
            report(f"{sum(map(len, left.values()))} found")
    return tuple(
        RegionResult(
            region=stack.region,
            resources=stack.resources,
            verdict=verdict,
            left=left[stack.region],
        )
        for stack, verdict in zip(stacks, verdicts, strict=True)
    )


def _initial_inventories(aws: EmbeddedAws) -> dict[str, frozenset[str]]:
    try:
        return _inventories(aws)
    except ClientError as error:
        # An empty account rejects no call, so the installation must have failed.
        raise StartError(str(error)) from None


def _create(aws: EmbeddedAws, program: Program, template: Path) -> tuple[Stack, ...]:
    arguments = ("--template", str(template), *EMAIL)
    # The rollout creates the roles.
    program.run("preflight", *arguments, "--without-roles")
    program.run("deploy", *arguments, "--yes")
    program.run("rollout", *arguments, "--yes", "--create-roles")
    return tuple(stack_of(aws, region, SUFFIX) for region in REGIONS)


def _update(
    aws: EmbeddedAws, program: Program, template: Path, stacks: tuple[Stack, ...], show: Show
) -> None:
    change = change_one_alarm(template.read_text(encoding="utf-8"))
    # Unnamed, so that no file remains, however this process ends.
    with TemporaryFile() as changed:
        changed.write(change.template.encode())
        arguments = ("--template", f"/dev/fd/{changed.fileno()}", *EMAIL, "--yes")
        for command in ("deploy", "rollout"):
            # Some systems keep the file position in /dev/fd, others reset it.
            changed.seek(0)
            program.run(command, *arguments, files=[changed])
    with show.step(f"Check the new threshold of {change.logical_id}") as report:
        for stack in stacks:
            require_change(aws, stack, change)
        report(f"{change.after:g} in both regions, was {change.before:g}")


def _inventories(aws: EmbeddedAws) -> dict[str, frozenset[str]]:
    return {region: inventory(aws, region) for region in REGIONS}
