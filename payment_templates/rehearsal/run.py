"""The rehearsal from beginning to end: two regions deployed, tested, deleted, and looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import ClientError

from payment_templates.rehearsal import embedded_aws
from payment_templates.rehearsal.deployment import create_stack, delete_stack
from payment_templates.rehearsal.integration import Verdict, run_tests
from payment_templates.rehearsal.inventory import inventory
from payment_templates.rehearsal.process import StartError
from payment_templates.rehearsal.second_region import roll_back, roll_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from payment_templates.rehearsal import EmbeddedAws
    from payment_templates.rehearsal.deployment import Deployed

FIRST_REGION = "us-east-1"
SECOND_REGION = "us-west-2"
SUFFIX = "dev-001"
# The three of the specification's own call.
PARAMETERS = {
    "EnvironmentSuffix": SUFFIX,
    "AlertEmail": "your-email@example.com",
    "DBMasterPassword": "SecurePassword123!",  # Opens nothing.
}


class Steps(Protocol):
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
    template: str, steps: Steps, linger: Callable[[EmbeddedAws, tuple[Deployed, ...]], None] | None
) -> tuple[RegionResult, ...]:
    """Rehearse a template; linger, if given, is called while everything stands.

    Raises StartError when there is no AWS to rehearse in, DeploymentError when a stack fails, and
    TestsUnusableError when the tests could not run.
    """
    with embedded_aws() as aws:
        with steps.step("Start an AWS on loopback") as tell:
            before = _first_look(aws)
            tell(aws.endpoint_url)
        stacks = _deploy(aws, template, steps)
        with steps.step("Run the integration tests in both regions") as tell:
            verdicts = run_tests(aws, stacks, SUFFIX)
            tell(", ".join(f"{verdict.passed} passed" for verdict in verdicts))
        if linger:
            linger(aws, stacks)
        left = _delete(aws, stacks, before, steps)
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


def _deploy(aws: EmbeddedAws, template: str, steps: Steps) -> tuple[Deployed, ...]:
    with steps.step(f"Create the stack in {FIRST_REGION}") as tell:
        first = create_stack(aws, FIRST_REGION, template, PARAMETERS, tell)
        tell(f"{first.resources} resources")
    with steps.step(f"Roll it out to {SECOND_REGION} through StackSets") as tell:
        second = roll_out(aws, SECOND_REGION, template, PARAMETERS, tell)
        tell(f"{second.resources} resources")
    return first, second


def _delete(
    aws: EmbeddedAws,
    stacks: tuple[Deployed, ...],
    before: dict[str, frozenset[str]],
    steps: Steps,
) -> dict[str, tuple[str, ...]]:
    first, second = stacks
    with steps.step(f"Delete the stack instance in {second.region} and the set") as tell:
        roll_back(aws, second.region, tell)
        tell("gone")
    with steps.step(f"Delete the stack in {first.region}") as tell:
        delete_stack(aws, first, tell)
        tell("gone")
    with steps.step("Look for what is left") as tell:
        after = _inventories(aws)
        left = {region: tuple(sorted(after[region] - before[region])) for region in after}
        tell(f"{sum(map(len, left.values()))} things")
    return left


def _inventories(aws: EmbeddedAws) -> dict[str, frozenset[str]]:
    return {region: inventory(aws, region) for region in (FIRST_REGION, SECOND_REGION)}
