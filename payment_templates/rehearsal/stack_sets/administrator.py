"""One account's stack sets in one region, and what they need to work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from uuid import uuid4

from payment_templates.rehearsal.stack_sets.model import (
    Action,
    Operation,
    Result,
    ResultStatus,
    StackSet,
    Target,
)
from payment_templates.rehearsal.stack_sets.operations import OperationQueue
from payment_templates.rehearsal.stack_sets.preferences import OperationPreferences
from payment_templates.rehearsal.stack_sets.roles import (
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

    from payment_templates.rehearsal.stack_sets.stacks import Stacks
    from payment_templates.rehearsal.stack_sets.targets import InstancesRequest

    OperationRequest = (
        InstancesRequest | DetectStackSetDriftInputTypeDef | ImportStacksToStackSetInputTypeDef
    )


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Administrator:
    """The account and region that hold the sets."""

    account: str
    region: str
    known_regions: frozenset[str]
    stacks: Stacks
    now: Callable[[], datetime] = _utc_now
    sets: dict[str, StackSet] = field(default_factory=dict[str, StackSet])
    queues: dict[str, OperationQueue] = field(default_factory=dict[str, OperationQueue])

    def find(self, name_or_id: str) -> StackSet:
        """Find a set by name, ID or ARN; a deleted one is not found."""
        for stack_set in self.sets.values():
            names = {stack_set.name, stack_set.unique_id, stack_set.arn}
            if name_or_id in names and not stack_set.deleted:
                return stack_set
        raise ServiceError("StackSetNotFoundException", f"StackSet {name_or_id} not found")

    def queue(self, stack_set: StackSet) -> OperationQueue:
        """Give the queue of a set's operations."""
        return self.queues[stack_set.unique_id]

    def add(self, stack_set: StackSet) -> None:
        """Keep a new set."""
        self.sets[stack_set.unique_id] = stack_set
        self.queues[stack_set.unique_id] = OperationQueue(stack_set, now=self.now)

    def new_operation(
        self,
        stack_set: StackSet,
        action: Action,
        targets: tuple[Target, ...],
        request: OperationRequest,
    ) -> Operation:
        """Make an operation, or refuse it when the set has no room for one."""
        operation_id = request.get("OperationId") or str(uuid4())
        self.queue(stack_set).require_room(operation_id)
        definition = stack_set.definition
        as_usual: StackSetOperationPreferencesUnionTypeDef = {}
        members = cast("Mapping[str, object]", request)
        by_hand = self_managed(definition)
        default_arn = administration_role_arn(self.account)
        return Operation(
            operation_id=operation_id,
            action=action,
            created_at=self.now(),
            preferences=_read_preferences(request.get("OperationPreferences", as_usual)),
            results={target: Result(status=ResultStatus.PENDING) for target in targets},
            deployment_targets=cast(
                "Mapping[str, object] | None", members.get("DeploymentTargets")
            ),
            administration_role_arn=(
                definition.administration_role_arn or default_arn if by_hand else None
            ),
            execution_role_name=(
                definition.execution_role_name or EXECUTION_ROLE if by_hand else None
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
