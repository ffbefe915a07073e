"""Previews the changes of a rollout to existing stacks.

StackSets have no change sets, so a temporary change set is created for each accessible stack.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.rollout import clients
from payment_templates.rollout.cause.validation import change_set_warnings
from payment_templates.rollout.changes import Change, Replacement
from payment_templates.rollout.deletion_protection import without_former_override
from payment_templates.rollout.identity import owner_id
from payment_templates.rollout.stack import change_set
from payment_templates.rollout.stack.change_set_deletion import discard_own, discarded
from payment_templates.rollout.stack.password_change import judge_passwords
from payment_templates.rollout.stack.request import StackRequest
from payment_templates.rollout.stack_set.instances import Instance, read_overrides
from payment_templates.rollout.stack_set.stuck_stacks import is_created
from payment_templates.rollout.stack_states import NextStep, next_step
from payment_templates.rollout.templates import resources_of
from payment_templates.rollout.values import CONCEALED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from boto3 import Session

    from payment_templates.rollout.cause.validation import Problem
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_states import StackState
    from payment_templates.rollout.values import Values


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The changes and warnings by region, and the instances without a preview."""

    changes: Mapping[str, tuple[Change, ...]]
    # What CloudFormation accepts with a warning.
    warnings: Mapping[str, tuple[Problem, ...]]
    unseen: tuple[Instance, ...]


@dataclass(frozen=True, kw_only=True)
class _Shown:
    changes: tuple[Change, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Previewer:
    """Previews a new definition of a set with the credentials of one account."""

    session: Session
    primary: str
    # The stacks of the caller's account, which can be read.
    stacks: Mapping[Instance, StackState | None]
    definition: Definition
    # The set's current parameters.
    former: Mapping[str, str]
    pace: Pace
    # Says what a cleanup could not remove.
    warn: Callable[[str], None]
    # Whether to delete change sets that interrupted runs of the caller have left.
    clean_up: bool

    def preview(
        self,
        instances: tuple[Instance, ...],
        overrides: Mapping[str, Mapping[str, str]],
        imports: Mapping[str, StackState],
    ) -> Preview:
        """Preview the stacks of instances and the stacks to be imported."""
        shown: dict[str, _Shown] = {}
        unseen: list[Instance] = []
        administrator = clients.cloudformation(self.session, self.primary)
        for instance in instances:
            stack = self.stacks.get(instance)
            if stack is not None and next_step(stack) is NextStep.UPDATE:
                own = read_overrides(administrator, self.definition.name, instance)
                given = overrides.get(instance.region, {})
                own = without_former_override(self.definition.template, own, given)
                own = {**own, **given}
                shown[instance.region] = self._shown(instance.region, stack, own)
            elif instance.stack_id and not (instance in self.stacks and is_created(stack)):
                unseen.append(instance)
        for region, stack in imports.items():
            # User Guide, "stacksets-import": an imported stack keeps its own values.
            shown[region] = self._shown(region, stack, stack.parameters)
        return Preview(
            changes={region: one.changes for region, one in shown.items()},
            warnings={region: one.warnings for region, one in shown.items()},
            unseen=tuple(unseen),
        )

    def _shown(self, region: str, stack: StackState, own: Mapping[str, str]) -> _Shown:
        client = clients.cloudformation(self.session, region)
        template = self.definition.template
        concealed = [name for name in stack.parameters if _is_concealed(self.definition, name)]
        request = StackRequest(
            stack_name=stack.name,
            body=self.definition.body,
            parameters=tuple(self._values(own).request(template, concealed)),
            # As in a real update: UpdateStackSet, Tags. AWS sets tags with its own prefix itself.
            tags={**stack.own_tags, **self.definition.tags},
        )
        owner = owner_id(self.session, self.primary)
        if self.clean_up:
            discard_own(client, stack.name, self.pace, owner=owner)
        proposal = change_set.propose(
            client, request, "UPDATE", self.pace, owner=owner, warn=self.warn
        )
        if proposal is None:
            return _Shown()
        with discarded(client, proposal.change_set_id, self.warn):
            warnings = change_set_warnings(client, proposal.change_set_id)
        return _Shown(changes=judge_passwords(proposal.changes, template), warnings=warnings)

    def _values(self, own: Mapping[str, str]) -> Values:
        # The set's values instead of the stack's current ones; then the instance's overrides.
        given = self.definition.final_values
        known = {**self.former, **given.open, **own}
        return replace(
            given,
            open={
                name: value
                for name, value in known.items()
                if name in self.definition.template.parameters and value != CONCEALED
            },
            secret={name: value for name, value in given.secret.items() if name not in own},
        )


def removed_resources(former_body: str, definition: Definition) -> tuple[Change, ...]:
    """Return the resources that the set's template no longer has, for stacks without a preview."""
    former = resources_of(former_body)
    return tuple(
        Change(
            action="Remove",
            logical_id=name,
            resource_type=entry.get("Type", ""),
            physical_id="",
            replacement=Replacement.NEVER,
            policy=entry.get("DeletionPolicy", "Delete"),
            properties=(),
        )
        for name, entry in former.items()
        if name not in definition.template.resources
    )


def _is_concealed(definition: Definition, name: str) -> bool:
    parameter = definition.template.parameters.get(name)
    return parameter is not None and parameter.no_echo
