"""Executes a plan: one operation after the other, until one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from payment_templates.rollout.stack_set.definition import create_stack_set
from payment_templates.rollout.stack_set.planning.plan import Creation, written_overrides

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.operations.follow import OperationResult
    from payment_templates.rollout.stack_set.operations.runner import OperationRunner
    from payment_templates.rollout.stack_set.planning.plan import Plan, SetChange, Update
    from payment_templates.rollout.stack_set.targets import Speed
    from payment_templates.rollout.stack_states import StackState

# ImportStacksToStackSet, StackIds.
_MOST_IMPORTS = 10

# The error of StackSets until IAM has propagated a new role: hashicorp/terraform-provider-aws,
# #15165 and #15173, which also retries; cdklabs/cdk-stacksets#61.
_NOT_PROPAGATED = "role with trust relationship"
# With the pauses of a Pace: about two minutes.
_PROPAGATION_ROUNDS = 12

# Starts one operation with the given ID and returns the ID that AWS answers.
_Step = Callable[[str], str]


def execute_plan(
    client: CloudFormationClient,
    definition: Definition,
    speed: Speed,
    plan: Plan,
    runner: OperationRunner,
    *,
    new_roles: bool,
) -> tuple[OperationResult, ...]:
    """Run each step of a plan and follow it; stops after a failure."""
    if plan.creates_set:
        create_stack_set(client, definition)
    results: list[OperationResult] = []
    for step in _Steps(client=client, definition=definition, speed=speed).of(plan):
        last = runner.run(step)
        if new_roles and not results:
            last = _retry_until_roles_propagate(step, last, runner)
        results.append(last)
        if not results[-1].succeeded:
            break
    return tuple(results)


def _retry_until_roles_propagate(
    step: _Step, last: OperationResult, runner: OperationRunner
) -> OperationResult:
    pace = runner.make_pace()
    for _ in range(_PROPAGATION_ROUNDS):
        if not _lacks_roles(last, runner.account):
            break
        runner.conversation.tell("IAM has not propagated the new roles yet: retrying")
        pace.pause(news=False)
        last = runner.run(step)
    return last


def _lacks_roles(last: OperationResult, account: str) -> bool:
    # In another account the role may really be missing.
    failed = [result for result in last.operation.results.values() if result.status == "FAILED"]
    return bool(failed) and all(
        result.account == account and _NOT_PROPAGATED in result.reason for result in failed
    )


@dataclass(frozen=True, kw_only=True)
class _Steps:
    client: CloudFormationClient
    definition: Definition
    speed: Speed

    def of(self, plan: Plan) -> Iterator[_Step]:
        imports = [*plan.imports.items()]
        for first in range(0, len(imports), _MOST_IMPORTS):
            yield partial(self._import, dict(imports[first : first + _MOST_IMPORTS]))
        if plan.set_change is not None:
            yield partial(self._update_set, plan.set_change)
        for step in plan.stack_steps:
            if isinstance(step, Creation):
                yield partial(self._create, step)
            else:
                yield partial(self._update, step)
        for update in plan.protections:
            yield partial(self._update, update)

    def _import(self, stacks: Mapping[str, StackState], operation_id: str) -> str:
        units = self.definition.targets.organizational_units
        where: dict[str, Any] = {"OrganizationalUnitIds": [*units]} if units else {}
        answer = self.client.import_stacks_to_stack_set(
            StackSetName=self.definition.name,
            StackIds=[stack.stack_id for stack in stacks.values()],
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences([*stacks]),
            **where,
        )
        return answer["OperationId"]

    def _update_set(self, change: SetChange, operation_id: str) -> str:
        answer = self.client.update_stack_set(
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(change.regions),
            **self.definition.arguments(change.former),
            **(change.targets.arguments() if change.targets else {}),
        )
        return answer["OperationId"]

    def _create(self, creation: Creation, operation_id: str) -> str:
        answer = self.client.create_stack_instances(
            StackSetName=self.definition.name,
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(creation.targets.regions),
            ParameterOverrides=written_overrides(creation.overrides, creation.kept),
            **creation.targets.arguments(),
        )
        return answer["OperationId"]

    def _update(self, update: Update, operation_id: str) -> str:
        given: dict[str, Any] = (
            {} if update.overrides is None else {"ParameterOverrides": [*update.overrides]}
        )
        answer = self.client.update_stack_instances(
            StackSetName=self.definition.name,
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(update.targets.regions),
            **given,
            **update.targets.arguments(),
        )
        return answer["OperationId"]
