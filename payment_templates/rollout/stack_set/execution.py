"""A plan carried out: one operation after the other, until one fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from payment_templates.rollout.stack_set.definition import create_stack_set

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack.states import StackState
    from payment_templates.rollout.stack_set.attendance import Attendance
    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.follow import Ended
    from payment_templates.rollout.stack_set.plan import Creation, Plan, SetChange, Update
    from payment_templates.rollout.stack_set.targets import Speed

# ImportStacksToStackSet, StackIds.
_MOST_IMPORTS = 10

# What StackSets say until IAM has told a new role everywhere: hashicorp/terraform-provider-aws,
# #15165 and #15173, which tries again likewise; cdklabs/cdk-stacksets#61.
_NOT_SPREAD = "role with trust relationship"
# With the pauses of a Pace: about two minutes.
_PROPAGATION_ROUNDS = 12

# Begins one operation under the ID that it is given, and gives the one that AWS answers.
_Step = Callable[[str], str]


def carry_out(
    client: CloudFormationClient,
    definition: Definition,
    speed: Speed,
    plan: Plan,
    attendance: Attendance,
    *,
    new_roles: bool,
) -> tuple[Ended, ...]:
    """Take each step of a plan and stay with it; after a failure the person looks first."""
    if plan.creates_set:
        create_stack_set(client, definition)
    ended: list[Ended] = []
    for step in _Steps(client=client, definition=definition, speed=speed).of(plan):
        last = attendance.carry_out(step)
        if new_roles and not ended:
            last = _again_while_roles_spread(step, last, attendance)
        ended.append(last)
        if not ended[-1].succeeded:
            break
    return tuple(ended)


def _again_while_roles_spread(step: _Step, last: Ended, attendance: Attendance) -> Ended:
    pace = attendance.make_pace()
    for _ in range(_PROPAGATION_ROUNDS):
        if not _lacks_roles(last, attendance.account):
            break
        attendance.conversation.tell("IAM does not know the new roles everywhere yet: once more")
        pace.pause(news=False)
        last = attendance.carry_out(step)
    return last


def _lacks_roles(ended: Ended, account: str) -> bool:
    # In another account the role may be missing permanently.
    failed = [result for result in ended.look.results.values() if result.status == "FAILED"]
    return bool(failed) and all(
        result.account == account and _NOT_SPREAD in result.reason for result in failed
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
        for creation in plan.creations:
            yield partial(self._create, creation)
        for update in plan.updates:
            yield partial(self._update, update)
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
            **(change.block.arguments() if change.block else {}),
        )
        return answer["OperationId"]

    def _create(self, creation: Creation, operation_id: str) -> str:
        answer = self.client.create_stack_instances(
            StackSetName=self.definition.name,
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(creation.block.regions),
            ParameterOverrides=[
                {"ParameterKey": key, "ParameterValue": value}
                for key, value in creation.overrides.items()
            ],
            **creation.block.arguments(),
        )
        return answer["OperationId"]

    def _update(self, update: Update, operation_id: str) -> str:
        given: dict[str, Any] = (
            {} if update.overrides is None else {"ParameterOverrides": [*update.overrides]}
        )
        answer = self.client.update_stack_instances(
            StackSetName=self.definition.name,
            OperationId=operation_id,
            OperationPreferences=self.speed.preferences(update.block.regions),
            **given,
            **update.block.arguments(),
        )
        return answer["OperationId"]
