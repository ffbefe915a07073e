"""Says who will change the resources of a stack."""

from __future__ import annotations

from dataclasses import dataclass, field

from payment_templates.rollout.permissions import Scope
from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles


@dataclass(frozen=True, kw_only=True)
class Deployer:
    """A stack set with its roles, or else a service role, or else the caller."""

    # Empty if no stack set changes the resources.
    stack_set_name: str = ""
    # Whether the roles of StackSets must exist: not with Organizations or --create-roles.
    needs_roles: bool = False
    roles: ChosenRoles = field(default_factory=ChosenRoles)
    # Of CloudFormation; empty: the role of the existing stack, or else the caller.
    role_arn: str = ""

    def scope(self, suffix: str, stack_name: str) -> Scope:
        """Return what the permissions are narrowed to."""
        return Scope(
            suffix=suffix,
            stack_name=stack_name,
            stack_set_name=self.stack_set_name,
            role_arn=self.role_arn,
            administration_role_arn=self.roles.administration_role_arn,
            execution_role_name=self.roles.execution_role_name,
        )
