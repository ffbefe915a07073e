"""Decides which two roles a self-managed stack set uses."""

from __future__ import annotations

from dataclasses import dataclass

ADMINISTRATION = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION = "AWSCloudFormationStackSetExecutionRole"


@dataclass(frozen=True, kw_only=True)
class ChosenRoles:
    """The roles that were given; an empty one is the set's own, or the default one."""

    administration_role_arn: str = ""
    execution_role_name: str = ""

    @property
    def given(self) -> bool:
        """Return whether a role was given."""
        return bool(self.administration_role_arn or self.execution_role_name)

    @property
    def all_given(self) -> bool:
        """Return whether neither role is the default one."""
        return bool(self.administration_role_arn and self.execution_role_name)

    @property
    def names(self) -> tuple[str, str]:
        """Return the names of the administration role and the execution role."""
        return (
            self.administration_role_arn.rpartition("/")[2] or ADMINISTRATION,
            self.execution_role_name or EXECUTION,
        )

    def over(self, former: ChosenRoles) -> ChosenRoles:
        """Return these roles, and the former ones in place of those that were not given."""
        return ChosenRoles(
            administration_role_arn=self.administration_role_arn or former.administration_role_arn,
            execution_role_name=self.execution_role_name or former.execution_role_name,
        )
