"""Defines the input and the outcome of `deploy`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.cause import Cause
    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.stack.service_deployment import ServiceDeployment
    from payment_templates.rollout.stack_states import StackState
    from payment_templates.rollout.template_upload import Body
    from payment_templates.rollout.values import Values


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """The requested stack and the options that allow risky steps."""

    region: str
    stack_name: str
    # The suffix that the stack must belong to; None for the roles' stack, which all suffixes share.
    suffix: str | None
    template: Template
    body: Body
    values: Values
    # Added to the existing tags.
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    # The service role for CloudFormation; empty: the stack's own, or the caller's permissions.
    role_arn: str = ""
    allowed_replacements: tuple[str, ...] = ()
    # The two ways to leave a stuck state: only by option, or confirmed at the prompt.
    may_recreate: bool = False
    may_continue_rollback: bool = False
    # Resources that a continued rollback leaves as they are.
    skipped_resources: tuple[str, ...] = ()
    # Whether all tasks are replaced once the stack is up to date.
    force_new_deployment: bool = False
    # A later step of a confirmed change: shown, but not confirmed again.
    agreed: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of `deploy`."""

    state: StackState | None
    # Nothing had to change, whatever the outcome of the previous operation.
    up_to_date: bool = False
    changes: tuple[Change, ...] = ()
    cause: Cause | None = None
    # The forced deployments of its services.
    service_deployments: tuple[ServiceDeployment, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Return whether the stack matches the request, and its services run."""
        if not all(one.succeeded for one in self.service_deployments):
            return False
        return self.up_to_date or (self.state is not None and self.state.succeeded)
