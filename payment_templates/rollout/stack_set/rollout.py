"""Rolls out a stack set: plans, confirms and executes the changes, primary region first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.deletion_protection import has_switch
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.notices import (
    ENGINE_MAY_STAY,
    change_notices,
    network_notices,
    secret_notices,
    upgrades_engine,
    value_notices,
)
from payment_templates.rollout.stack.service_deployment import has_service
from payment_templates.rollout.stack_set.definition import find_stack_set
from payment_templates.rollout.stack_set.execution import execute_plan
from payment_templates.rollout.stack_set.instances import Instance, list_instances, named
from payment_templates.rollout.stack_set.operations.runner import OperationRunner
from payment_templates.rollout.stack_set.operations.running import running_operation
from payment_templates.rollout.stack_set.planning.confirmation import (
    confirm_unseen,
    require_allowed_changes,
    show_unseen,
    show_warnings,
)
from payment_templates.rollout.stack_set.planning.deployed_stacks import find_deployed_stacks
from payment_templates.rollout.stack_set.planning.planner import make_plan
from payment_templates.rollout.stack_set.planning.preview import Previewer, removed_resources
from payment_templates.rollout.stack_set.planning.region_order import find_region_order
from payment_templates.rollout.stack_set.protection import find_switches, protect_stacks
from payment_templates.rollout.stack_set.request import Rollout, RolloutOutcome
from payment_templates.rollout.stack_set.stuck_stacks import read_stacks, require_recovered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from boto3 import Session

    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.output import Conversation
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack_set.definition import StackSet
    from payment_templates.rollout.stack_set.planning.plan import Plan
    from payment_templates.rollout.stack_set.planning.region_order import RegionOrder
    from payment_templates.rollout.stack_states import StackState

_REPLACE_TASKS = (
    "aws ecs update-service --force-new-deployment replaces them, in every account and region"
)


def roll_out(
    session: Session,
    rollout: Rollout,
    conversation: Conversation,
    make_pace: Callable[[], Pace],
    *,
    change_roles: Callable[[], bool] = bool,
) -> RolloutOutcome:
    """Wait for a running operation, then create, import and update stacks; raises RolloutError.

    `change_roles` is called once the changes are accepted; it returns whether the roles are so new
    that IAM may not have propagated them.
    """
    return _RolloutRun(session, rollout, conversation, make_pace, change_roles).run()


class _RolloutRun:
    def __init__(
        self,
        session: Session,
        rollout: Rollout,
        conversation: Conversation,
        make_pace: Callable[[], Pace],
        change_roles: Callable[[], bool],
    ) -> None:
        self._session = session
        self._rollout = rollout
        self._conversation = conversation
        self._make_pace = make_pace
        self._change_roles = change_roles
        self._client = clients.cloudformation(session, rollout.primary)
        self._upgrades = False
        self._name = rollout.definition.name
        self._runner = OperationRunner(
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
                    f"{self._name} has another permission model",
                    ExitCode.WRONG_USE,
                    hint="destroy it first, or choose another --stack-set-name",
                )
            self._wait_until_idle()
            current = find_stack_set(self._client, self._name) or current
            kept = self._rollout.definition.over(current)
            self._rollout = replace(self._rollout, definition=kept)
        instances = list_instances(self._client, self._name) if current else ()
        self._require_operable(instances)
        targeted = [one for one in instances if self._rollout.definition.targets.include(one)]
        stacks = read_stacks(self._session, targeted, self._rollout.account)
        require_recovered(stacks)
        deployed_stacks = self._deployed_stacks(instances)
        plan = make_plan(
            self._client,
            self._rollout.definition,
            current,
            instances,
            account=self._rollout.account,
            overrides=self._rollout.overrides,
            deployed_stacks=deployed_stacks,
            import_stacks=self._rollout.import_stacks,
            stacks=stacks,
            order=self._region_order(current),
        )
        for region in plan.kept_by_deploy:
            self._conversation.tell(
                f"{region}: {deployed_stacks[region].name} was created by deploy and stays outside "
                "the set (--import imports it)"
            )
        if not plan.empty:
            self._preview(plan, current, stacks)
        if self._rollout.dry_run:
            return self._previewed(plan, instances)
        if not plan.empty and not self._conversation.agree(f"Roll out {self._name}?"):
            raise RolloutError("not confirmed; nothing was changed")
        results = execute_plan(
            self._client,
            self._rollout.definition,
            self._rollout.speed,
            plan,
            self._runner,
            new_roles=self._change_roles(),
        )
        if self._upgrades and not all(one.succeeded for one in results):
            self._conversation.tell(ENGINE_MAY_STAY)
        there = plan.creates_set or current is not None
        instances = list_instances(self._client, self._name) if there else ()
        return RolloutOutcome(
            operations=results,
            instances=instances,
            kept_by_deploy=plan.kept_by_deploy,
            otherwise_protected=self._protect(instances, plan)
            if all(one.succeeded for one in results)
            else (),
        )

    def _region_order(self, current: StackSet | None) -> RegionOrder:
        definition = self._rollout.definition
        return find_region_order(
            self._session,
            definition.template,
            definition.values,
            current.parameters if current else {},
            regions=definition.targets.regions,
            account=self._rollout.account,
        )

    def _wait_until_idle(self) -> None:
        if self._rollout.dry_run:
            running = running_operation(self._client, self._name)
            if running is not None:
                raise RolloutError(
                    f"operation {running} is running on {self._name}: its changes cannot be "
                    "previewed",
                    ExitCode.REFUSED,
                    hint="run the dry run again once the operation has ended",
                )
        self._runner.wait_until_idle()

    def _previewed(self, plan: Plan, instances: tuple[Instance, ...]) -> RolloutOutcome:
        switched = find_switches(self._session, self._rollout, instances)
        for one in switched:
            self._conversation.tell(f"plan: switch stack termination protection of {one}")
        return RolloutOutcome(
            operations=(),
            instances=instances,
            kept_by_deploy=plan.kept_by_deploy,
            would_change=bool(switched) or not plan.empty,
        )

    def _protect(self, instances: tuple[Instance, ...], plan: Plan) -> tuple[Instance, ...]:
        return protect_stacks(
            self._session, self._rollout, instances, self._conversation, confirmed=not plan.empty
        )

    def _require_operable(self, instances: tuple[Instance, ...]) -> None:
        inoperable = [
            one
            for one in instances
            if one.status == "INOPERABLE" and self._rollout.definition.targets.include(one)
        ]
        if inoperable:
            # StackInstance, Status: an inoperable instance is excluded from updates.
            raise RolloutError(
                f"{named(inoperable)} are INOPERABLE: {inoperable[0].reason or 'no reason given'}",
                hint="remove them with aws cloudformation delete-stack-instances --retain-stacks, "
                "delete their stacks, then run the same command again",
            )

    def _deployed_stacks(self, instances: tuple[Instance, ...]) -> dict[str, StackState]:
        if not self._rollout.includes_deployed_stacks:
            return {}
        in_set = {instance.stack_id for instance in instances}
        found = find_deployed_stacks(
            self._session, self._rollout.definition.targets.regions, self._rollout.stack_name
        )
        return {region: state for region, state in found.items() if state.stack_id not in in_set}

    def _preview(
        self, plan: Plan, current: StackSet | None, stacks: Mapping[Instance, StackState | None]
    ) -> None:
        for line in plan.lines():
            self._conversation.tell(line)
        definition = self._rollout.definition
        if has_switch(definition.template):
            self._conversation.tell(
                "plan: switch stack termination protection as DeletionProtection says, in account "
                f"{self._rollout.account}"
            )
        for notice in (
            value_notices(definition.values, current.parameters)
            if current is not None
            else network_notices(definition.template)
        ):
            self._conversation.tell(notice)
        preview = Previewer(
            session=self._session,
            primary=self._rollout.primary,
            stacks=stacks,
            definition=definition,
            former=current.parameters if current else {},
            pace=self._make_pace(),
            warn=self._conversation.warn,
            clean_up=not self._rollout.dry_run,
        ).preview(plan.changed, self._rollout.overrides, plan.imports)
        changes = dict(preview.changes)
        self._upgrades = any(map(upgrades_engine, changes.values()))
        for region, found in changes.items():
            self._tell_notices(region, found)
        show_warnings(preview.warnings, self._conversation)
        if preview.unseen and current is not None and plan.set_change is not None:
            changes["no access"] = removed_resources(current.template_body, definition)
        require_allowed_changes(changes, self._rollout.allowed_replacements, self._conversation)
        if self._rollout.dry_run:
            show_unseen(preview.unseen, self._conversation)
        else:
            confirm_unseen(preview.unseen, self._conversation, accepted=self._rollout.unseen)

    def _tell_notices(self, region: str, changes: Sequence[Change]) -> None:
        for notice in change_notices(changes):
            self._conversation.tell(f"{region}: {notice}")
        if has_service(self._rollout.definition.template):
            for notice in secret_notices(changes, remedy=_REPLACE_TASKS):
                self._conversation.tell(f"{region}: {notice}")
