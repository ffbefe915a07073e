"""Defines the input and the outcome of `rollout`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.rollout.stack_set.definition import Definition
    from payment_templates.rollout.stack_set.instances import Instance
    from payment_templates.rollout.stack_set.operations.follow import OperationResult
    from payment_templates.rollout.stack_set.operations.poll import InstanceResult
    from payment_templates.rollout.stack_set.targets import Speed


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """The requested stack set and the options of its rollout."""

    definition: Definition
    # The stack name of `deploy`: such a stack stays outside the set, or is imported.
    stack_name: str
    account: str
    speed: Speed
    overrides: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    allowed_replacements: tuple[str, ...] = ()
    import_stacks: bool = False
    # Whether stacks may change without a preview.
    unseen: bool = False
    # Whether to stop after the preview.
    dry_run: bool = False

    @property
    def includes_deployed_stacks(self) -> bool:
        """Return whether the targets include the caller's account, where deploy may have stacks."""
        return self.import_stacks or self.account in self.definition.targets.accounts

    @property
    def primary(self) -> str:
        """Return the region that contains the stack set."""
        return self.definition.targets.regions[0]


@dataclass(frozen=True, kw_only=True)
class RolloutOutcome:
    """The outcome of a rollout."""

    operations: tuple[OperationResult, ...]
    instances: tuple[Instance, ...]
    kept_by_deploy: tuple[str, ...]
    # Stacks whose DeletionProtection differs from the requested one.
    otherwise_protected: tuple[Instance, ...] = ()
    # Of a dry run: whether the rollout would change anything.
    would_change: bool = False

    @property
    def failed(self) -> tuple[InstanceResult, ...]:
        """Return the stacks whose last operation failed, which --failure-tolerance allows."""
        last = {
            location: result
            for ended in self.operations
            for location, result in ended.operation.results.items()
        }
        return tuple(result for result in last.values() if result.status != "SUCCEEDED")

    @property
    def succeeded(self) -> bool:
        """Return whether every operation and stack succeeded, with the requested protection."""
        ended = all(one.succeeded for one in self.operations)
        return ended and not self.failed and not self.otherwise_protected
