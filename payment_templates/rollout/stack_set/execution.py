"""A plan carried out: one operation after the other, until one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from payment_templates.rollout.stack_set import operations
from payment_templates.rollout.stack_set.definition import create_stack_set
from payment_templates.rollout.stack_set.plan import Overrides, Plan, written_overrides

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_set.attendance import Attendance
    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.follow import Ended
    from payment_templates.rollout.stack_set.targets import Speed

# Begins one operation under the ID that it is given, and gives the one that AWS answers.
_Step = Callable[[str], str]


def carry_out(
    client: CloudFormationClient,
    definition: Definition,
    speed: Speed,
    plan: Plan,
    attendance: Attendance,
) -> tuple[Ended, ...]:
    """Take each step of a plan and stay with it; after a failure the person looks first."""
    if plan.creates_set:
        create_stack_set(client, definition)
    ended: list[Ended] = []
    for step in _Steps(client=client, definition=definition, speed=speed).of(plan):
        operation_id = operations.begin(client, definition.name, step, attendance.settle)
        ended.append(attendance.follow(operation_id))
        if not ended[-1].succeeded:
            break
    return tuple(ended)


@dataclass(frozen=True, kw_only=True)
class _Steps:
    client: CloudFormationClient
    definition: Definition
    speed: Speed

    def of(self, plan: Plan) -> Iterator[_Step]:
        if plan.imports:
            yield partial(self._import, plan)
        if plan.update_former is not None:
            yield partial(self._update_set, plan, plan.update_former)
        for regions, overrides in plan.creations:
            yield partial(self._create, regions, overrides)
        for regions, changed in plan.updates:
            yield partial(self._update, regions, changed)

    def _import(self, plan: Plan, operation_id: str) -> str:
        answer = self.client.import_stacks_to_stack_set(
            StackSetName=self.definition.name,
            StackIds=[stack.stack_id for stack in plan.imports.values()],
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences([*plan.imports]),
        )
        return answer["OperationId"]

    def _update_set(self, plan: Plan, former: Mapping[str, str], operation_id: str) -> str:
        answer = self.client.update_stack_set(
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(plan.present_regions),
            **self.definition.arguments(former),
        )
        return answer["OperationId"]

    def _create(self, regions: tuple[str, ...], overrides: Overrides, operation_id: str) -> str:
        answer = self.client.create_stack_instances(
            StackSetName=self.definition.name,
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(regions),
            ParameterOverrides=written_overrides(overrides),
            **self.definition.targets.arguments(regions),
        )
        return answer["OperationId"]

    def _update(
        self, regions: tuple[str, ...], changed: Overrides | None, operation_id: str
    ) -> str:
        given: dict[str, Any] = {}
        if changed is not None:
            given["ParameterOverrides"] = written_overrides(changed)
        answer = self.client.update_stack_instances(
            StackSetName=self.definition.name,
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(regions),
            **given,
            **self.definition.targets.arguments(regions),
        )
        return answer["OperationId"]
