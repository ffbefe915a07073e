"""Decides in which order a rollout creates and updates the regions.

The order matters for a global database: its regions depend on each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.global_database.declared_database import (
    global_database_of,
    has_global_database,
    home_region_of,
)
from payment_templates.rollout.global_database.global_cluster import read_global_database
from payment_templates.rollout.planned_stack import plan_stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from boto3 import Session

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.stack_set.targets import Speed, Targets
    from payment_templates.rollout.values import Values


@dataclass(frozen=True, kw_only=True)
class RegionOrder:
    """The regions of a rollout, in the order of each kind of operation."""

    creation: tuple[str, ...]
    update: tuple[str, ...]
    # The region that creates a global database; empty without one.
    home: str = ""

    @classmethod
    def as_given(cls, regions: tuple[str, ...]) -> RegionOrder:
        """Return the order in which the operator named the regions."""
        return cls(creation=regions, update=regions)


def require_one_after_the_other(template: Template, speed: Speed) -> None:
    """Raise RolloutError if a region would not wait for the success of the one before it."""
    # StackSetOperationPreferences, FailureToleranceCount: with a tolerance, the next region follows
    # a failure.
    options = {
        "--parallel-regions": speed.parallel_regions,
        "--failure-tolerance": speed.failure_tolerance > 0,
    }
    given = [name for name, used in options.items() if used]
    if given and has_global_database(template):
        raise wrong_use(
            f"{given[0]} is not possible with a global database: its regions depend on each other",
            f"leave {given[0]} out",
        )


def require_own_account(template: Template, targets: Targets, account: str) -> None:
    """Raise RolloutError for other accounts than that of a global database."""
    if not has_global_database(template):
        return
    if targets.service_managed or {*targets.accounts} != {account}:
        # Its clusters are of one account, and their order is checked with its credentials.
        raise RolloutError(
            f"a global database belongs to one account, and these credentials are of {account}; "
            "nothing was changed",
            ExitCode.REFUSED,
            hint="run rollout with the credentials of each account, without --account and "
            "--organizational-unit",
        )


def find_region_order(
    session: Session,
    template: Template,
    values: Values,
    former: Mapping[str, str],
    *,
    regions: tuple[str, ...],
    account: str,
) -> RegionOrder:
    """Return the order: the home region is created first, the one that writes is updated last.

    The other region joins the database that exists, and RDS upgrades a secondary cluster before
    the primary one:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-upgrade.html
    So a bad update, too, reaches the region that writes only after it has worked in the other one.
    """
    if not has_global_database(template):
        return RegionOrder.as_given(regions)
    home = home_region_of(template, values.open, former)
    planned = plan_stack(template, values, region=home or regions[0], account=account)
    planned = planned.with_former(former)
    identifier = global_database_of(planned)
    database = (
        read_global_database(clients.rds(session, regions[0]), identifier) if identifier else None
    )
    writes = database.writer.region if database and database.writer else ""
    return RegionOrder(
        creation=tuple(sorted(regions, key=lambda region: region != home)),
        update=tuple(sorted(regions, key=lambda region: region == writes)),
        home=home,
    )
