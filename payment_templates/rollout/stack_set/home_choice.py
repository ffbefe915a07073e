"""Requires that a rollout uses the one home of a stack set, and never makes a second one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_set.instances import list_instances, regions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

    from payment_templates.rollout.stack_set.homes import Home, Homes


def require_one_home(session: Session, homes: Homes, regions: Sequence[str]) -> Iterator[str]:
    """Return notices; raises RolloutError unless the set is, or may be created, in regions[0]."""
    primary = regions[0]
    for home in homes.foreign:
        if home.region == primary:
            raise RolloutError(
                f"{home} {home.foreign}; nothing was changed",
                ExitCode.REFUSED,
                hint="choose another --stack-set-name",
            )
    if homes.in_region(primary) is None:
        _require_no_other(session, homes, regions)
    return _notices(homes, primary)


def regions_to_give(session: Session, home: Home, regions: Sequence[str]) -> str:
    """Return the options that name the set's home first, then its regions and the given ones."""
    client = clients.cloudformation(session, home.region)
    present = regions_of(list_instances(client, home.stack_set.name))
    wanted = dict.fromkeys([home.region, *present, *regions])
    return " ".join(f"--region {region}" for region in wanted)


def _require_no_other(session: Session, homes: Homes, regions: Sequence[str]) -> None:
    for home in homes.own:
        raise RolloutError(
            f"{home} exists; a second one in {regions[0]} is not created",
            ExitCode.REFUSED,
            hint=f"use {regions_to_give(session, home, regions)}",
        )
    for home in homes.of_other_caller:
        raise RolloutError(
            f"{home} exists, visible only with --call-as {home.call_as}; a second one is not "
            "created",
            ExitCode.REFUSED,
            hint=f"use --call-as {home.call_as}",
        )


def _notices(homes: Homes, primary: str) -> Iterator[str]:
    for home in (*homes.own, *homes.of_other_caller):
        if home.region != primary:
            yield f"{home} has the same name: destroy finds both"
    if homes.in_region(primary) is None:
        for gap in homes.not_searched:
            yield f"not searched for a set of the same name: {gap}"
