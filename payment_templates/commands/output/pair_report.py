"""Shows the global databases of the stacks: who writes, the replication lag, and what is wrong."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.commands.command_runner import Tools
from payment_templates.commands.output.move_report import lag_document
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.global_database.member_stack import GLOBAL_DATABASE, MemberStack
from payment_templates.rollout.global_database.pair_status import (
    MemberStatus,
    PairStatus,
    read_pair,
)
from payment_templates.rollout.stack_states import StackState


def read_pairs(
    tools: Tools, states: Iterable[StackState], silent: Collection[str]
) -> Iterator[PairStatus]:
    """Yield each global database of the stacks once."""
    stacks: dict[str, MemberStack] = {}
    for state in states:
        if identifier := state.outputs.get(GLOBAL_DATABASE):
            region = state.stack_id.split(":")[3]
            stacks.setdefault(identifier, MemberStack(region=region, state=state))
    for identifier, stack in stacks.items():
        try:
            yield read_pair(tools.session, stack, silent)
        except ClientError as error:
            if is_expired(error):
                raise
            tools.output.tell(f"the global database {identifier} is unknown: {error}")


def show_pair(tools: Tools, pair: PairStatus) -> None:
    """Show a global database in one line, and what is wrong in a line each."""
    roles = ", ".join(map(_role, pair.members)) or "no member"
    verdict = {True: "healthy", False: "not healthy", None: "health unknown"}[pair.healthy]
    tools.output.tell(f"global database {pair.identifier}: {roles}; {verdict}")
    for line in (*pair.problems, *(f"unknown: {one}" for one in pair.unknown)):
        tools.output.tell(f"{pair.identifier}: {line}")


def pair_document(pair: PairStatus) -> dict[str, Any]:
    """Describe a global database."""
    database = pair.database
    writer = database.writer if database else None
    move = database.move if database else None
    return {
        "global_database": pair.identifier,
        "home_region": pair.home_region or None,
        "writer": writer.region if writer else None,
        "members": [_member_document(one) for one in pair.members],
        "move": {"kind": move.kind, "status": move.status, "to_region": move.target_region or None}
        if move
        else None,
        "healthy": pair.healthy,
        "problems": [*pair.problems],
        "unknown": [*pair.unknown],
    }


def _role(one: MemberStatus) -> str:
    if one.member.writes:
        return f"{one.member.region} writes"
    behind = f" {one.lag.described()}" if one.lag else ""
    return f"{one.member.region} follows{behind}"


def _member_document(one: MemberStatus) -> dict[str, Any]:
    return {
        "region": one.member.region,
        "cluster": one.member.cluster,
        "writes": one.member.writes,
        "status": one.health.status if one.health else None,
        "engine_version": one.health.engine_version if one.health else None,
        "synchronization": one.member.synchronization or None,
        "lag": lag_document(one.lag),
    }
