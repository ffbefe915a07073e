"""Rehearses the whole life of the stack in two regions, through this project's commands."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Self

from botocore.exceptions import ClientError

from payment_templates.cloudformation import parse_template
from payment_templates.rehearsal import embedded_aws
from payment_templates.rehearsal.alarm_change import change_one_alarm, require_change
from payment_templates.rehearsal.forked import forks
from payment_templates.rehearsal.integration import Verdict, run_tests
from payment_templates.rehearsal.inventory import inventory
from payment_templates.rehearsal.prerequisites import create_prerequisites
from payment_templates.rehearsal.process import StartError
from payment_templates.rehearsal.program import Program
from payment_templates.rehearsal.region_moves import Pair, has_global_database
from payment_templates.rehearsal.retention import retention_of
from payment_templates.rehearsal.stacks import Stack, stack_of
from payment_templates.rehearsal.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.prerequisites import Prerequisites
    from payment_templates.rehearsal.program import Show
    from payment_templates.rehearsal.retention import Retention

# The defaults of the commands: deploy uses the first, rollout both.
REGIONS = ("us-east-1", "us-west-2")
SUFFIX = "dev-001"
SHARED = {"AlertEmail": "your-email@example.com"}
# What the commands of the rehearsal pass to each template.
PARAMETERS = (*SHARED, "EnvironmentSuffix")
_PROTECTION = "DeletionProtection"


@dataclass(frozen=True, kw_only=True)
class RegionResult:
    """The results of the rehearsal in one region."""

    region: str
    resources: int
    verdict: Verdict
    left: tuple[str, ...]
    # What the template's deletion policies keep.
    retained: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether every test passed and no resource was left."""
        return not self.verdict.failed and not self.left


def rehearse(
    template: Path, show: Show, pause: Callable[[EmbeddedAws, tuple[Stack, ...]], None] | None
) -> tuple[RegionResult, ...]:
    """Rehearse a template; `pause`, if given, is called before the stacks are deleted.

    Raises StartError if the embedded AWS does not start, CommandError if a command fails,
    TestsUnusableError if the tests cannot run, UpdateError if an update has no effect, MoveError if
    the database's writer does not move, VerificationError if AWS contradicts what evidence assumes,
    and SnapshotError if a final snapshot is missing.
    """
    document = parse_template(template.read_text(encoding="utf-8")).document
    with forks() as forked, embedded_aws() as aws:
        with show.step("Start the embedded AWS") as report:
            before = _initial_inventories(aws)
            report(aws.endpoint_url)
        program = Program(aws=aws, forks=forked, suffix=SUFFIX, prompt=show)
        given = create_prerequisites(aws, document, REGIONS, shared=SHARED)
        operator = _Operator(program=program, template=template, given=given)
        stacks = operator.create()
        with show.step("Run the integration tests in both regions") as report:
            verdicts = run_tests(aws, stacks, SUFFIX)
            report(", ".join(f"{verdict.passed} passed" for verdict in verdicts))
        verify(program, stacks[0], show)
        pair = Pair(aws=aws, program=program, show=show, home=REGIONS[0], away=REGIONS[1])
        has_pair = has_global_database(document)
        if has_pair:
            pair.switch_over(pair.away)
            program.run("status")
        operator.update(stacks, show)
        if has_pair:
            pair.switch_over(pair.home)
            pair.fail_over()
        else:
            program.run("status")
        # While the writer is away, which CloudFormation reports as drift.
        program.run("drift")
        if has_pair:
            pair.switch_over(pair.home)
        if pause:
            pause(aws, stacks)
        if _PROTECTION in document.get("Parameters", {}):
            operator.switch_protection_off()
        retentions = [retention_of(aws, stack, document) for stack in stacks]
        program.run("destroy", "--confirm", SUFFIX, "--delete-roles")
        with show.step("Check for leftover resources") as report:
            after = _inventories(aws)
            remaining = [
                _Remaining.of(aws, retention, after[stack.region] - before[stack.region])
                for stack, retention in zip(stacks, retentions, strict=True)
            ]
            report(f"{sum(len(one.left) for one in remaining)} found")
    return tuple(
        RegionResult(
            region=stack.region,
            resources=stack.resources,
            verdict=verdict,
            left=found.left,
            retained=found.retained,
        )
        for stack, verdict, found in zip(stacks, verdicts, remaining, strict=True)
    )


@dataclass(frozen=True, kw_only=True)
class _Remaining:
    """What remains in a region: left behind, or retained by the template's policies."""

    left: tuple[str, ...]
    retained: tuple[str, ...]

    @classmethod
    def of(cls, aws: EmbeddedAws, retention: Retention, found: frozenset[str]) -> Self:
        retained = retention.among(aws, found)
        return cls(left=tuple(sorted(found - retained)), retained=tuple(sorted(retained)))


@dataclass(frozen=True, kw_only=True)
class _Operator:
    """Runs the commands that change stacks, as an operator would."""

    program: Program
    template: Path
    given: Prerequisites

    def create(self) -> tuple[Stack, ...]:
        """Deploy the first region, then roll out to the other one."""
        template = ("--template", str(self.template))
        home = self.given.for_stack(REGIONS[0])
        # The rollout creates the roles. A certificate belongs to one region: that one is checked.
        region = ("--region", REGIONS[0]) if self.given.certificates else ()
        self.program.run("preflight", *template, *home, *region, "--without-roles")
        self.program.run("deploy", *template, *home, "--yes")
        everywhere = self.given.for_stack_set()
        self.program.run("rollout", *template, *everywhere, "--yes", "--create-roles")
        return tuple(stack_of(self.program.aws, region, SUFFIX) for region in REGIONS)

    def update(self, stacks: tuple[Stack, ...], show: Show) -> None:
        """Change one alarm in both regions."""
        change = change_one_alarm(self.template.read_text(encoding="utf-8"))
        # Unnamed, so that no file remains, however this process ends.
        with TemporaryFile() as changed:
            changed.write(change.template.encode())
            template = ("--template", f"/dev/fd/{changed.fileno()}")
            for command, given in self._commands():
                # Some systems keep the file position in /dev/fd, others reset it.
                changed.seek(0)
                self.program.run(command, *template, *given, "--yes", files=[changed])
        with show.step(f"Check the new threshold of {change.logical_id}") as report:
            for stack in stacks:
                require_change(self.program.aws, stack, change)
            report(f"{change.after:g} in both regions, was {change.before:g}")

    def switch_protection_off(self) -> None:
        """Allow the stacks to be deleted."""
        template = ("--template", str(self.template))
        off = ("--parameter", f"{_PROTECTION}=false")
        for command, given in self._commands():
            self.program.run(command, *template, *given, *off, "--yes")

    def _commands(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        home = self.given.for_stack(REGIONS[0])
        return ("deploy", home), ("rollout", self.given.for_stack_set())


def _initial_inventories(aws: EmbeddedAws) -> dict[str, frozenset[str]]:
    try:
        return _inventories(aws)
    except ClientError as error:
        # An empty account rejects no call, so the installation must have failed.
        raise StartError(str(error)) from None


def _inventories(aws: EmbeddedAws) -> dict[str, frozenset[str]]:
    return {region: inventory(aws, region) for region in REGIONS}
