"""Runs the failover command: moves the writer away from a region that may be gone."""

from payment_templates.commands.command_runner import run
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.region_move import RegionMove
from payment_templates.rollout.global_database.global_cluster import MoveKind


def fail_over(
    common: CommonOptions,
    *,
    suffix: str,
    target: str,
    stack_name: str | None,
    allow_data_loss: bool,
) -> None:
    """Move the writer of a global database without waiting for the region that writes."""
    move = RegionMove(
        kind=MoveKind.FAILOVER,
        suffix=suffix,
        target=target,
        stack_name=stack_name,
        allow_data_loss=allow_data_loss,
    )
    run(common, move.run)
