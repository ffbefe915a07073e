"""Defines the interface to CloudFormation stacks that StackSets use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payment_templates.rehearsal.stack_sets.model.stack_set import DriftStatus, Target


class StackRefusedError(Exception):
    """CloudFormation rejected a call; the message is its own."""


@dataclass(frozen=True, kw_only=True)
class TemplateParameter:
    """A parameter as the template declares it."""

    default: str | None
    concealed: bool


@dataclass(frozen=True, kw_only=True)
class Template:
    """The parameters and required capabilities of a template."""

    parameters: Mapping[str, TemplateParameter]
    required_capabilities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StackRequest:
    """The parameters of CreateStack and UpdateStack."""

    template_body: str
    parameters: Mapping[str, str]
    capabilities: tuple[str, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The current state of a stack."""

    stack_id: str
    status: str
    template_body: str
    parameters: Mapping[str, str]

    @property
    def succeeded(self) -> bool:
        """Whether the last operation on the stack succeeded."""
        return self.status.endswith("_COMPLETE") and "ROLLBACK" not in self.status

    @property
    def unusable(self) -> bool:
        """Whether the creation failed, so that the stack can only be deleted."""
        return self.status in {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}


@dataclass(frozen=True, kw_only=True)
class StackDrift:
    """How a stack differs from its template."""

    status: DriftStatus
    checked_at: datetime
    failure: str | None
    resources: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, kw_only=True)
class Role:
    """An IAM role with the principals of its trust policy."""

    arn: str
    trusted: frozenset[str]


class Stacks(Protocol):
    """Access to the stacks and roles of all accounts and regions."""

    def inspect(self, template_body: str) -> Template:
        """Read a template; raises ServiceError if it is invalid."""
        ...

    def download(self, template_url: str) -> str:
        """Fetch a template; raises ServiceError if it does not exist."""
        ...

    def role(self, account: str, name: str) -> Role | None:
        """Look up an IAM role."""
        ...

    def is_opt_in(self, region: str) -> bool:
        """Return whether the region is disabled by default."""
        ...

    def create(self, target: Target, name: str, request: StackRequest) -> str:
        """Start creating a stack and return its ID; raises StackRefusedError."""
        ...

    def update(self, target: Target, stack_id: str, request: StackRequest) -> bool:
        """Start updating a stack; returns False if nothing would change."""
        ...

    def delete(self, target: Target, stack_id: str) -> None:
        """Start deleting a stack; raises StackRefusedError."""
        ...

    def describe(self, target: Target, stack_id: str) -> Stack | None:
        """Describe a stack that exists and is not deleted."""
        ...

    def failure(self, target: Target, stack_id: str) -> str:
        """Return why the last operation on a stack failed."""
        ...

    async def wait(self, target: Target, stack_id: str) -> Stack | None:
        """Wait until no operation is in progress; returns None if the stack is deleted."""
        ...

    def detect_drift(self, target: Target, stack_id: str) -> StackDrift:
        """Compare a stack with its template; raises StackRefusedError."""
        ...
