"""What a rollout is asked for, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.follow import Ended
    from payment_templates.rollout.stack_set.instances import Instance
    from payment_templates.rollout.stack_set.targets import Speed


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """What shall are in which regions."""

    definition: Definition
    # Under the name that `deploy` gives a stack: such a stack is left to it, or imported.
    stack_name: str
    account: str
    speed: Speed
    overrides: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    allowed_replacements: tuple[str, ...] = ()
    import_stacks: bool = False
    # Whether stacks may change that no one could look at.
    unseen: bool = False
    # Whether IAM may not know the roles everywhere yet.
    new_roles: bool = False

    @property
    def concerns_own_stacks(self) -> bool:
        """Return whether the own account is meant, so that a stack of deploy blocks the rollout."""
        return self.import_stacks or self.account in self.definition.targets.accounts

    @property
    def primary(self) -> str:
        """Name the region in which the set lives."""
        return self.definition.targets.regions[0]


@dataclass(frozen=True, kw_only=True)
class RolloutOutcome:
    """How it ended."""

    operations: tuple[Ended, ...]
    instances: tuple[Instance, ...]
    kept_by_deploy: tuple[str, ...]
    # Stacks whose DeletionProtection is another than the one asked for.
    otherwise_protected: tuple[Instance, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Return whether everything was done, and every stack is as protected as asked."""
        return all(ended.succeeded for ended in self.operations) and not self.otherwise_protected
