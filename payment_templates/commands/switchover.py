"""Runs the switchover command: moves the writer to another region without losing data."""

from payment_templates.commands.command_runner import run
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.region_move import RegionMove
from payment_templates.rollout.global_database.global_cluster import MoveKind


def switch_over(common: CommonOptions, *, suffix: str, target: str, stack_name: str | None) -> None:
    """Move the writer of a global database while both regions work."""
    move = RegionMove(kind=MoveKind.SWITCHOVER, suffix=suffix, target=target, stack_name=stack_name)
    run(common, move.run)
