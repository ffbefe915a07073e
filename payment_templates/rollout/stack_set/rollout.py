"""A set and its stacks brought to what the template and the values say, primary region first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.stack.consequences import require_allowance
from payment_templates.rollout.stack.states import StackState, find_stack
from payment_templates.rollout.stack_set.attendance import Attendance
from payment_templates.rollout.stack_set.definition import find_stack_set
from payment_templates.rollout.stack_set.execution import carry_out
from payment_templates.rollout.stack_set.instances import Instance, list_instances
from payment_templates.rollout.stack_set.plan import Plan, make_plan
from payment_templates.rollout.stack_set.preview import preview

if TYPE_CHECKING:
    from boto3 import Session

    from payment_templates.rollout.conversation import Conversation
    from payment_templates.rollout.pace import Pace
    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.follow import Ended
    from payment_templates.rollout.stack_set.targets import Speed


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """What shall stand in which regions."""

    definition: Definition
    # Under the name that `deploy` gives a stack: such a stack is left to it, or imported.
    stack_name: str
    account: str
    speed: Speed
    overrides: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    allowed_replacements: tuple[str, ...] = ()
    import_stacks: bool = False

    @property
    def primary(self) -> str:
        """Name the region in which the set lives."""
        return self.definition.targets.regions[0]


@dataclass(frozen=True, kw_only=True)
class RolloutOutcome:
    """How it ended."""

    operations: tuple[Ended, ...]
    instances: tuple[Instance, ...]
    left_to_deploy: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """Say whether every operation did everything."""
        return all(ended.succeeded for ended in self.operations)


def roll_out(
    session: Session,
    rollout: Rollout,
    conversation: Conversation,
    make_pace: Callable[[], Pace],
) -> RolloutOutcome:
    """Take up what is under way, then make, import and update stacks; raises RolloutError."""
    return _Work(session, rollout, conversation, make_pace).run()


class _Work:
    def __init__(
        self,
        session: Session,
        rollout: Rollout,
        conversation: Conversation,
        make_pace: Callable[[], Pace],
    ) -> None:
        self._session = session
        self._rollout = rollout
        self._conversation = conversation
        self._make_pace = make_pace
        self._client = clients.cloudformation(session, rollout.primary)
        self._name = rollout.definition.name
        self._attendance = Attendance(
            session=session,
            primary=rollout.primary,
            name=self._name,
            account=rollout.account,
            conversation=conversation,
            make_pace=make_pace,
        )

    def run(self) -> RolloutOutcome:
        current = find_stack_set(self._client, self._name)
        if current is not None:
            if current.service_managed != self._rollout.definition.targets.service_managed:
                raise RolloutError(
                    f"{self._name} has another permission model; destroy it first, or give "
                    "another --stack-set-name",
                    ExitCode.WRONG_USE,
                )
            self._attendance.settle()
        instances = list_instances(self._client, self._name) if current else ()
        own_stacks = self._stacks_made_by_deploy(instances)
        plan = make_plan(
            self._client,
            self._rollout.definition,
            current,
            instances,
            overrides=self._rollout.overrides,
            own_stacks=own_stacks,
            import_stacks=self._rollout.import_stacks,
        )
        for region in plan.left_to_deploy:
            self._conversation.tell(
                f"{region}: {own_stacks[region].name} was made by deploy and is left to it "
                "(--import takes it into the set)"
            )
        self._agree(plan, instances)
        ended = carry_out(
            self._client, self._rollout.definition, self._rollout.speed, plan, self._attendance
        )
        return RolloutOutcome(
            operations=ended,
            instances=list_instances(self._client, self._name)
            if plan.creates_set or current
            else (),
            left_to_deploy=plan.left_to_deploy,
        )

    def _stacks_made_by_deploy(self, instances: tuple[Instance, ...]) -> dict[str, StackState]:
        in_set = {instance.stack_id for instance in instances}
        found: dict[str, StackState] = {}
        for region in self._rollout.definition.targets.regions:
            client = clients.cloudformation(self._session, region)
            state = find_stack(client, self._rollout.stack_name)
            if state and state.status != "DELETE_COMPLETE" and state.stack_id not in in_set:
                found[region] = state
        return found

    def _agree(self, plan: Plan, instances: tuple[Instance, ...]) -> None:
        if plan.empty:
            return
        for line in plan.lines():
            self._conversation.tell(line)
        if plan.updates_stacks:
            in_reach = [
                instance for instance in instances if instance.account == self._rollout.account
            ]
            changes = preview(
                self._session,
                self._rollout.primary,
                self._rollout.definition,
                instances=in_reach,
                overrides=self._rollout.overrides,
                pace=self._make_pace(),
            )
            for region, found in changes.items():
                self._conversation.show_changes(region, found)
            for found in changes.values():
                require_allowance(found, self._rollout.allowed_replacements)
        if not self._conversation.agree(f"Roll {self._name} out?"):
            raise RolloutError("nothing was changed, as you said")
