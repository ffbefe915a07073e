"""The life of the stack from beginning to end, through the commands, in two regions."""

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

# The commands' own defaults: deploy goes to the first, rollout to both.
REGIONS = ("us-east-1", "us-west-2")
SUFFIX = "dev-001"
EMAIL = ("--parameter", "AlertEmail=your-email@example.com")


class Show(Prompt, Protocol):
    """Whoever shows what is going on."""

    def step(self, title: str) -> AbstractContextManager[Callable[[str], None]]:
        """Show a step while it runs; the function given takes what it has come to."""
        ...


@dataclass(frozen=True, kw_only=True)
class RegionResult:
    """What the rehearsal saw in one region."""

    region: str
    resources: int
    verdict: Verdict
    left: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether every test passed and nothing was left."""
        return not self.verdict.failed and not self.left


def rehearse(
    template: Path, show: Show, linger: Callable[[EmbeddedAws, tuple[Stack, ...]], None] | None
) -> tuple[RegionResult, ...]:
    """Rehearse a template; linger, if given, is called while everything stands.

    Raises StartError when there is no AWS to rehearse in, CommandError when a command fails,
    TestsUnusableError when the tests could not run, and UpdateError when an update changed nothing.
    """
    with embedded_aws() as aws:
        with show.step("Start an AWS on 127.0.0.1") as tell:
            before = _first_look(aws)
            tell(aws.endpoint_url)
        program = Program(aws=aws, suffix=SUFFIX, prompt=show)
        stacks = _create(aws, program, template)
        with show.step("Run the integration tests in both regions") as tell:
            verdicts = run_tests(aws, stacks, SUFFIX)
            tell(", ".join(f"{verdict.passed} passed" for verdict in verdicts))
        _update(aws, program, template, stacks, show)
        program.give("status")
        program.give("drift")
        if linger:
            linger(aws, stacks)
        program.give("destroy", "--confirm", SUFFIX, "--delete-roles")
        with show.step("Look for what is left") as tell:
            after = _inventories(aws)
            left = {region: tuple(sorted(after[region] - before[region])) for region in REGIONS}
            tell(f"{sum(map(len, left.values()))} things")
    return tuple(
        RegionResult(
            region=stack.region,
            resources=stack.resources,
            verdict=verdict,
            left=left[stack.region],
        )
        for stack, verdict in zip(stacks, verdicts, strict=True)
    )


def _first_look(aws: EmbeddedAws) -> dict[str, frozenset[str]]:
    try:
        return _inventories(aws)
    except ClientError as error:
        # An AWS in which nothing stands refuses nothing: it could not be put together.
        raise StartError(str(error)) from None


def _create(aws: EmbeddedAws, program: Program, template: Path) -> tuple[Stack, ...]:
    given = ("--template", str(template), *EMAIL)
    # The roles come with the rollout.
    program.give("preflight", *given, "--without-roles")
    program.give("deploy", *given, "--yes")
    program.give("rollout", *given, "--yes", "--create-roles")
    return tuple(stack_of(aws, region, SUFFIX) for region in REGIONS)


def _update(
    aws: EmbeddedAws, program: Program, template: Path, stacks: tuple[Stack, ...], show: Show
) -> None:
    change = change_one_alarm(template.read_text(encoding="utf-8"))
    # Without a name: nothing is left of it, however this process ends.
    with TemporaryFile() as changed:
        changed.write(change.template.encode())
        given = ("--template", f"/dev/fd/{changed.fileno()}", *EMAIL, "--yes")
        for command in ("deploy", "rollout"):
            # Some systems open the file where it was left, others at its beginning.
            changed.seek(0)
            program.give(command, *given, files=[changed])
    with show.step(f"Look for the new threshold of {change.logical_id}") as tell:
        for stack in stacks:
            require_change(aws, stack, change)
        tell(f"{change.after:g} in both regions, {change.before:g} before")


def _inventories(aws: EmbeddedAws) -> dict[str, frozenset[str]]:
    return {region: inventory(aws, region) for region in REGIONS}
