"""Shows what was found before a move of the writer, and what is left to do after it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from payment_templates.commands.command_runner import Tools
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.global_database.database_health import LOSS_BOUND
from payment_templates.rollout.global_database.global_cluster import MoveKind
from payment_templates.rollout.global_database.replication_lag import Lag
from payment_templates.rollout.preflight import Verdict
from payment_templates.rollout.region_move.move import RUNBOOK, Move
from payment_templates.rollout.region_move.move_checks import MoveReview
from payment_templates.rollout.region_move.traffic import traffic_of
from payment_templates.rollout.region_move.write_block import describe_write_block
from payment_templates.rollout.values import SUFFIX

# The parameter with which the stack of the home region limits what a failover loses.
_BOUND = "BoundLostPayments"


def show_review(tools: Tools, move: Move, review: MoveReview) -> None:
    """Show what was found before the move."""
    tools.output.tell(f"{move.kind} of {move.database.identifier} to {move.target_region}:")
    tools.output.show_table(
        ("verdict", "region", "what", "remediation"),
        [(one.verdict, one.where, one.what, one.remediation) for one in review.findings],
    )


def require_movable(move: Move, review: MoveReview) -> None:
    """Raise RolloutError for a problem that the move must not have."""
    problems = [one for one in review.findings if one.verdict is Verdict.REFUSED]
    if problems:
        raise RolloutError(
            f"{quantity(len(problems), 'problem')} before the {move.kind}: {problems[0].what}; "
            "nothing was started",
            ExitCode.REFUSED,
            review_document(move, review),
            hint=problems[0].remediation,
        )


def show_remaining(
    tools: Tools, move: Move, review: MoveReview | None, outcome: str, *, seconds: float
) -> tuple[str, ...]:
    """Show where requests go and what is left to do; returns the lines."""
    if move.kind is MoveKind.FAILOVER and outcome != "already":
        tools.output.tell(describe_write_block(tools.session, move, seconds))
    remaining = tuple(_remaining(move, review, outcome))
    for line in remaining:
        tools.output.tell(f"next: {line}")
    return remaining


def move_document(
    move: Move, review: MoveReview | None, outcome: str, *, seconds: float, remaining: Sequence[str]
) -> dict[str, Any]:
    """Describe a move that has ended."""
    return {
        **review_document(move, review),
        "outcome": outcome,
        "writer": move.target_region,
        "seconds": round(seconds, 1),
        "remaining": [*remaining],
    }


def review_document(move: Move, review: MoveReview | None) -> dict[str, Any]:
    """Describe a move that has not started, and what was found."""
    return {
        "global_database": move.database.identifier,
        "from_region": move.source_region or None,
        "to_region": move.target_region,
        "writer": move.source_region or None,
        "lag": lag_document(review.lag) if review else None,
        "findings": [asdict(one) for one in review.findings] if review else None,
    }


def lag_document(lag: Lag | None) -> dict[str, Any] | None:
    """Describe the replication lag."""
    return asdict(lag) if lag else None


def _remaining(move: Move, review: MoveReview | None, outcome: str) -> Iterator[str]:
    stack, target = move.stack, move.target_region
    suffix = stack.state.parameters.get(SUFFIX, "SUFFIX")
    yield traffic_of(stack.state).described(target)
    back = f"payment-stack switchover --suffix {suffix} --to {stack.home_region}"
    if move.kind is MoveKind.FAILOVER and outcome != "already":
        if review is not None and review.group_with_loss_bound:
            # "In a global database with only two AWS Regions, we recommend keeping the
            # rds.global_db_rpo parameter's default value in the secondary Region's parameter
            # group": the guide's section about recovery point objectives.
            yield (
                "until the other region follows again, commits may wait; to let them through: aws "
                "rds reset-db-cluster-parameter-group --db-cluster-parameter-group-name "
                f"{review.group_with_loss_bound} --parameters "
                f"ParameterName={LOSS_BOUND},ApplyMethod=immediate --region {target}"
            )
        yield (
            "keep the other region out of DNS until RDS has made its cluster a secondary: its "
            f"health check may succeed before ({RUNBOOK}#stop-the-old-region)"
        )
        yield (
            "once the other region works, RDS adds its cluster again by itself, and tries to keep "
            "what was lost in a snapshot rds:unplanned-global-failover-…, which expires with the "
            f"backups: copy it ({RUNBOOK})"
        )
    if stack.home_region and stack.home_region != target:
        if stack.state.parameters.get(_BOUND) == "true":
            yield (
                f"{_BOUND} applies in {stack.home_region} only: until you go back, nothing limits "
                f"what a failover loses ({RUNBOOK}#a-region)"
            )
        yield (
            f"while {target} writes, destroy and a changed master password are refused; to go "
            f"back: {back}"
        )
    yield f"how to get back to normal: {RUNBOOK}#a-region"
