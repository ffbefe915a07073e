"""Finds the stack of a region whose database is a member of a global database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.global_database.declared_database import HOME_REGION
from payment_templates.rollout.ownership import require_own
from payment_templates.rollout.stack_states import StackState, find_stack, read_state
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cloudformation import CloudFormationClient

# Outputs of a template with a global database, in both regions.
GLOBAL_DATABASE = "GlobalDatabaseId"
CLUSTER = "DatabaseClusterId"
_OPTION = "generate the template with the option global_database, and deploy it to both regions"


@dataclass(frozen=True, kw_only=True)
class MemberStack:
    """A stack with a member of a global database."""

    region: str
    state: StackState

    @property
    def global_database(self) -> str:
        """The identifier of the global cluster."""
        return self.state.outputs[GLOBAL_DATABASE]

    @property
    def cluster(self) -> str:
        """The identifier of the region's cluster; empty if the stack does not say."""
        return self.state.outputs.get(CLUSTER, "")

    @property
    def home_region(self) -> str:
        """The region in which the database was created; empty if the stack does not say."""
        return self.state.outputs.get(HOME_REGION, "") or self.state.parameters.get(HOME_REGION, "")


def find_member_stack(
    client: CloudFormationClient,
    region: str,
    suffix: str,
    stack_name: str | None,
    global_database: str = "",
) -> MemberStack | None:
    """Return the region's stack of a suffix that has a global database, by its outputs.

    `deploy` and `rollout` name their stacks differently, and the stack set may be in a region that
    does not answer. Raises RolloutError if several stacks fit.
    """
    found = [
        MemberStack(region=region, state=state)
        for state in _candidates(client, suffix, stack_name)
        if (own := state.outputs.get(GLOBAL_DATABASE)) and own == (global_database or own)
    ]
    if len(found) > 1:
        names = " and ".join(one.state.name for one in found)
        raise wrong_use(
            f"{region} has several stacks of the suffix {suffix} with a global database: {names}",
            "pass --stack-name with one of them",
        )
    return found[0] if found else None


def require_member_stack(
    client: CloudFormationClient, region: str, suffix: str, stack_name: str | None
) -> MemberStack:
    """Return the region's stack; raises RolloutError if there is none that is ours."""
    found = find_member_stack(client, region, suffix, stack_name)
    if found is None:
        raise RolloutError(
            f"no stack of the suffix {suffix} in {region} has a global database",
            ExitCode.WRONG_USE,
            hint=f"check --suffix and --to; {_OPTION}",
        )
    require_own(client, found.state, suffix)
    return found


def _candidates(
    client: CloudFormationClient, suffix: str, stack_name: str | None
) -> Iterator[StackState]:
    if stack_name is not None:
        state = find_stack(client, stack_name)
        yield from () if state is None else (state,)
        return
    for page in client.get_paginator("describe_stacks").paginate():
        for shown in page["Stacks"]:
            state = read_state(shown)
            if state.parameters.get(SUFFIX) == suffix:
                yield state
