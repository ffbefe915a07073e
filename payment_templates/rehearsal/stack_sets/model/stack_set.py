"""Data model of StackSets: stack sets, instances, operations and their results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from payment_templates.rehearsal.stack_sets.model.preferences import OperationPreferences


class Action(StrEnum):
    """The action of an operation: StackSetOperationAction."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    DETECT_DRIFT = "DETECT_DRIFT"


class OperationStatus(StrEnum):
    """The status of an operation: StackSetOperationStatus."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"

    @property
    def ended(self) -> bool:
        """Whether the operation has finished."""
        return self in {self.STOPPED, self.SUCCEEDED, self.FAILED}


class ResultStatus(StrEnum):
    """The status of an operation in one target: StackSetOperationResultStatus."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class InstanceStatus(StrEnum):
    """Whether an instance is up to date with its stack set: StackInstanceStatus."""

    CURRENT = "CURRENT"
    OUTDATED = "OUTDATED"
    INOPERABLE = "INOPERABLE"


class DriftStatus(StrEnum):
    """Whether a stack matches its template: StackDriftStatus."""

    NOT_CHECKED = "NOT_CHECKED"
    IN_SYNC = "IN_SYNC"
    DRIFTED = "DRIFTED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, order=True)
class Target:
    """One account in one region, in which a stack is deployed."""

    account: str
    region: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """The result of an operation in one target."""

    status: ResultStatus
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Definition:
    """The template, parameters and permissions of a stack set."""

    description: str | None
    template_body: str
    parameters: Mapping[str, str]
    concealed: frozenset[str]
    capabilities: tuple[str, ...]
    tags: Mapping[str, str]
    permission_model: str
    administration_role_arn: str | None
    execution_role_name: str | None
    auto_deployment: Mapping[str, object] | None
    managed_execution: bool


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A stack instance: the stack of one target, which may not exist yet."""

    target: Target
    stack_id: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict[str, str])
    status: InstanceStatus = InstanceStatus.OUTDATED
    detailed_status: str = ResultStatus.PENDING
    reason: str | None = None
    organizational_unit_id: str | None = None
    drift_status: DriftStatus = DriftStatus.NOT_CHECKED
    drift_checked_at: datetime | None = None
    last_operation_id: str | None = None


@dataclass(kw_only=True)
class Operation:
    """An operation on targets; mutable, because its results change while it runs."""

    operation_id: str
    action: Action
    created_at: datetime
    preferences: OperationPreferences
    results: dict[Target, Result]
    # A change to the stack set conflicts with every other operation on it.
    exclusive: bool = False
    retain_stacks: bool | None = None
    administration_role_arn: str | None = None
    execution_role_name: str | None = None
    deployment_targets: Mapping[str, object] | None = None
    status: OperationStatus = OperationStatus.QUEUED
    ended_at: datetime | None = None
    drifts: dict[Target, tuple[Mapping[str, object], ...]] = field(
        default_factory=dict[Target, tuple[Mapping[str, object], ...]]
    )

    def count(self, status: ResultStatus) -> int:
        """Count the targets whose result has this status."""
        return sum(result.status == status for result in self.results.values())


@dataclass(kw_only=True)
class StackSet:
    """A stack set with its instances and operations; mutable, because operations change it."""

    name: str
    unique_id: str
    arn: str
    client_request_token: str
    definition: Definition
    created_as: Definition
    deleted: bool = False
    instances: dict[Target, Instance] = field(default_factory=dict[Target, Instance])
    operations: dict[str, Operation] = field(default_factory=dict[str, Operation])
