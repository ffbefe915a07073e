"""Holds the stack sets of one account and region, and their operation queues."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from payment_templates.rehearsal.stack_sets.model.preferences import OperationPreferences
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Action,
    Operation,
    Result,
    ResultStatus,
    StackSet,
    Target,
)
from payment_templates.rehearsal.stack_sets.operations.queue import OperationQueue
from payment_templates.rehearsal.stack_sets.operations.roles import (
    EXECUTION_ROLE,
    administration_role_arn,
    self_managed,
)
from payment_templates.rehearsal.wire import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_cloudformation.type_defs import (
        DetectStackSetDriftInputTypeDef,
        ImportStacksToStackSetInputTypeDef,
        StackSetOperationPreferencesUnionTypeDef,
    )

    from payment_templates.rehearsal.stack_sets.administration.targets import InstancesRequest
    from payment_templates.rehearsal.stack_sets.model.stacks import Stacks

    OperationRequest = (
        InstancesRequest | DetectStackSetDriftInputTypeDef | ImportStacksToStackSetInputTypeDef
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Administrator:
    """An account and region that manage stack sets."""

    account: str
    region: str
    known_regions: frozenset[str]
    stacks: Stacks
    now: Callable[[], datetime] = _utc_now
    sets: dict[str, StackSet] = field(default_factory=dict[str, StackSet])
    queues: dict[str, OperationQueue] = field(default_factory=dict[str, OperationQueue])

    def find(self, name_or_id: str) -> StackSet:
        """Find a stack set by name, ID or ARN; raises ServiceError if it is deleted or unknown."""
        for stack_set in self.sets.values():
            names = {stack_set.name, stack_set.unique_id, stack_set.arn}
            if name_or_id in names and not stack_set.deleted:
                return stack_set
        raise ServiceError("StackSetNotFoundException", f"StackSet {name_or_id} not found")

    def queue(self, stack_set: StackSet) -> OperationQueue:
        """Return the operation queue of a stack set."""
        return self.queues[stack_set.unique_id]

    def add(self, stack_set: StackSet) -> None:
        """Add a new stack set."""
        self.sets[stack_set.unique_id] = stack_set
        self.queues[stack_set.unique_id] = OperationQueue(stack_set, now=self.now)

    def new_operation(
        self,
        stack_set: StackSet,
        action: Action,
        targets: tuple[Target, ...],
        request: OperationRequest,
    ) -> Operation:
        """Create an operation; raises ServiceError if another one blocks it."""
        operation_id = request.get("OperationId") or str(uuid4())
        self.queue(stack_set).require_startable(operation_id)
        definition = stack_set.definition
        no_preferences: StackSetOperationPreferencesUnionTypeDef = {}
        members = cast("Mapping[str, object]", request)
        is_self_managed = self_managed(definition)
        default_arn = administration_role_arn(self.account)
        return Operation(
            operation_id=operation_id,
            action=action,
            created_at=self.now(),
            preferences=_read_preferences(request.get("OperationPreferences", no_preferences)),
            results={target: Result(status=ResultStatus.PENDING) for target in targets},
            deployment_targets=cast(
                "Mapping[str, object] | None", members.get("DeploymentTargets")
            ),
            administration_role_arn=(
                definition.administration_role_arn or default_arn if is_self_managed else None
            ),
            execution_role_name=(
                definition.execution_role_name or EXECUTION_ROLE if is_self_managed else None
            ),
        )


def _read_preferences(
    given: StackSetOperationPreferencesUnionTypeDef,
) -> OperationPreferences:
    return OperationPreferences(
        region_order=tuple(given.get("RegionOrder", ())),
        region_concurrency_type=given.get("RegionConcurrencyType"),
        failure_tolerance_count=given.get("FailureToleranceCount"),
        failure_tolerance_percentage=given.get("FailureTolerancePercentage"),
        max_concurrent_count=given.get("MaxConcurrentCount"),
        max_concurrent_percentage=given.get("MaxConcurrentPercentage"),
        concurrency_mode=given.get("ConcurrencyMode"),
    )
