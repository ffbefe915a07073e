"""Moves the writer of a global database to another region: checks, asks, starts and follows."""

import time
from dataclasses import dataclass

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.inputs.command_inputs import name_from, require_suffix
from payment_templates.commands.output.move_report import (
    move_document,
    require_movable,
    review_document,
    show_remaining,
    show_review,
)
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.global_database.global_cluster import (
    GlobalDatabase,
    Member,
    MoveKind,
    RunningMove,
    read_global_database,
    shown_regions,
)
from payment_templates.rollout.global_database.member_stack import (
    MemberStack,
    require_member_stack,
)
from payment_templates.rollout.region_move.move import RUNBOOK, Move, follow_move, start_move
from payment_templates.rollout.region_move.move_checks import MoveReview, review_move
from payment_templates.rollout.regions import require_region


@dataclass(frozen=True, kw_only=True)
class RegionMove:
    """The request of `switchover` or `failover`."""

    kind: MoveKind
    suffix: str
    # The region that is to write.
    target: str
    stack_name: str | None
    # Of failover only.
    allow_data_loss: bool = False

    def run(self, tools: Tools) -> Result:
        """Move the writer, or follow a move that is running; does nothing if the target writes."""
        require_suffix(self.suffix)
        name_from(self.stack_name, self.suffix)
        region = require_region(tools.session, self.target)
        move = self._read(tools, region)
        review = None
        began = time.monotonic()
        if move.database.move is not None:
            self._require_same(move.database.move, region)
            tools.output.tell(f"a {move.database.move} is running: following it")
            outcome = "followed"
        elif move.target.writes:
            tools.output.tell(f"{region} already writes {move.database.identifier}")
            outcome = "already"
        else:
            review = self._review(tools, move)
            began = time.monotonic()
            start_move(tools.session, move)
            outcome = "started"
        follow_move(tools.session, move, tools.output, tools.pace())
        seconds = time.monotonic() - began
        remaining = show_remaining(tools, move, review, outcome, seconds=seconds)
        return Result(
            document=move_document(move, review, outcome, seconds=seconds, remaining=remaining)
        )

    def _read(self, tools: Tools, region: str) -> Move:
        cloudformation = clients.cloudformation(tools.session, region)
        stack = require_member_stack(cloudformation, region, self.suffix, self.stack_name)
        database = read_global_database(clients.rds(tools.session, region), stack.global_database)
        if database is None:
            raise RolloutError(
                f"the global database {stack.global_database} of {stack.state.name} does not exist",
                ExitCode.REFUSED,
                hint=f"see {RUNBOOK}",
            )
        return Move(
            kind=self.kind, database=database, target=_own_member(database, stack), stack=stack
        )

    def _require_same(self, running: RunningMove, region: str) -> None:
        if (running.kind, running.target_region) == (self.kind, region):
            return
        raise RolloutError(
            f"a {running} is running ({running.status}); nothing was started",
            ExitCode.REFUSED,
            hint=f"wait until it has ended; if it does not end, see {RUNBOOK}",
        )

    def _review(self, tools: Tools, move: Move) -> MoveReview:
        review = review_move(tools.session, move, self.suffix)
        show_review(tools, move, review)
        require_movable(move, review)
        if self.kind is MoveKind.FAILOVER and not self.allow_data_loss:
            raise RolloutError(
                f"a failover to {move.target_region} may lose payments; nothing was started",
                ExitCode.REFUSED,
                review_document(move, review),
                hint="pass --allow-data-loss; if both regions work, use switchover instead",
            )
        if not tools.output.agree(_question(move, review)):
            raise RolloutError(
                "not confirmed; nothing was started", document=review_document(move, review)
            )
        return review


def _own_member(database: GlobalDatabase, stack: MemberStack) -> Member:
    found = database.member_in(stack.region)
    if found is None:
        raise RolloutError(
            f"{database.identifier} has no member in {stack.region}: its members are in "
            f"{shown_regions(database.members) or 'no region'}",
            ExitCode.REFUSED,
            hint=f"see {RUNBOOK}",
        )
    if stack.cluster not in {found.cluster, ""}:
        raise RolloutError(
            f"the member of {database.identifier} in {stack.region} is {found.cluster}, not "
            f"{stack.cluster} of {stack.state.name}",
            ExitCode.REFUSED,
            hint=f"see {RUNBOOK}",
        )
    return found


def _question(move: Move, review: MoveReview) -> str:
    identifier, source = move.database.identifier, move.source_region
    if move.kind is MoveKind.SWITCHOVER:
        return (
            f"Switch {identifier} over from {source} to {move.target_region}? Payments cannot be "
            "written for a short time; none is lost"
        )
    known = review.lag.described() if review.lag else "an unknown time behind"
    return (
        f"Fail {identifier} over to {move.target_region}? Payments that were not replicated are "
        f"lost: {move.target.cluster} is {known}"
    )
