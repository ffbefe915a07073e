"""Compares the running stack with the planned one, to check only what an update changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, parse_template
from payment_templates.rollout import clients
from payment_templates.rollout.planned_stack import plan_stack
from payment_templates.rollout.preflight.finding import Verdict, warned
from payment_templates.rollout.stack_states import NextStep, next_step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from boto3 import Session

    from payment_templates.rollout.planned_stack import PlannedStack
    from payment_templates.rollout.preflight.finding import Finding
    from payment_templates.rollout.stack_states import StackState


@dataclass(frozen=True, kw_only=True)
class StackChange:
    """A stack as planned, and as it runs."""

    planned: PlannedStack
    # None if there is no stack that the caller can see.
    state: StackState | None = None
    # The running stack by its own template and values; None if it is created, or cannot be read.
    running: PlannedStack | None = None

    @property
    def creates(self) -> bool:
        """Return whether the stack is created, or deleted and created again."""
        return next_step(self.state) in {NextStep.CREATE, NextStep.RECREATE}

    def is_new(self, logical_id: str, property_name: str) -> bool:
        """Return whether a property of a resource differs from the running stack."""
        if self.running is None or logical_id not in self.running.stack.resources:
            return True
        before, after = (
            plan.stack.resources[logical_id].properties.get(property_name)
            for plan in (self.running, self.planned)
        )
        return before != after


def keeps_values(state: StackState | None) -> bool:
    """Return whether the next change is an update, which keeps values that are not given."""
    return (
        state is not None
        and next_step(state) not in {NextStep.CREATE, NextStep.RECREATE}
        and state.status != "DELETE_IN_PROGRESS"
    )


def read_running(session: Session, planned: PlannedStack, state: StackState) -> PlannedStack | None:
    """Evaluate the running stack's template with its values; None if it cannot be parsed."""
    client = clients.cloudformation(session, planned.region)
    body: object = client.get_template(StackName=state.stack_id)["TemplateBody"]
    try:
        # botocore parses JSON, but returns YAML as text.
        template = parse_template(body if isinstance(body, str) else json.dumps(body))
    except TemplateError:
        return None
    # AWS conceals secrets: a difference in them is never seen here.
    values = replace(planned.values, open={}).over(state.parameters)
    return plan_stack(template, values, region=planned.region, account=planned.account)


def new_problems(
    change: StackChange, check: Callable[[PlannedStack], Iterable[Finding]]
) -> Iterable[Finding]:
    """Run a check; a problem that the running stack also has is only a warning."""
    found = tuple(check(change.planned))
    if change.running is None or all(one.verdict is not Verdict.REFUSED for one in found):
        return found
    present = {one.what for one in check(change.running) if one.verdict is Verdict.REFUSED}
    return tuple(
        warned(one.where, f"{one.what}, as in the running stack", one.remediation)
        if one.what in present
        else one
        for one in found
    )
