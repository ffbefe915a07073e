"""What StackSets ask of the CloudFormation under them, one stack at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payment_templates.rehearsal.stack_sets.model import DriftStatus, Target


class StackRefusedError(Exception):
    """CloudFormation did not take a call on one stack; the text is its own."""


@dataclass(frozen=True, kw_only=True)
class TemplateParameter:
    """A parameter as the template declares it."""

    default: str | None
    concealed: bool


@dataclass(frozen=True, kw_only=True)
class Template:
    """What a set must know of its template before a stack is made."""

    parameters: Mapping[str, TemplateParameter]
    required_capabilities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StackRequest:
    """What CreateStack and UpdateStack are given."""

    template_body: str
    parameters: Mapping[str, str]
    capabilities: tuple[str, ...]
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack as it is at this moment."""

    stack_id: str
    status: str
    template_body: str
    parameters: Mapping[str, str]

    @property
    def succeeded(self) -> bool:
        """Whether the last thing done to the stack ended well."""
        return self.status.endswith("_COMPLETE") and "ROLLBACK" not in self.status

    @property
    def unusable(self) -> bool:
        """Whether the stack never came up, so that only deleting it is left."""
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
    """An IAM role, with everything that its trust policy lets in."""

    arn: str
    trusted: frozenset[str]


class Stacks(Protocol):
    """The stacks of all accounts and regions, and the roles that reach them."""

    def inspect(self, template_body: str) -> Template:
        """Read a template; raises ServiceError when it is none."""
        ...

    def download(self, template_url: str) -> str:
        """Fetch a template; raises ServiceError when there is none."""
        ...

    def role(self, account: str, name: str) -> Role | None:
        """Look up an IAM role."""
        ...

    def create(self, target: Target, name: str, request: StackRequest) -> str:
        """Start making a stack and return its ID; raises StackRefusedError."""
        ...

    def update(self, target: Target, stack_id: str, request: StackRequest) -> bool:
        """Start updating a stack, or return False if nothing would change."""
        ...

    def delete(self, target: Target, stack_id: str) -> None:
        """Start deleting a stack; raises StackRefusedError."""
        ...

    def describe(self, target: Target, stack_id: str) -> Stack | None:
        """Describe a stack that exists and is not deleted."""
        ...

    def failure(self, target: Target, stack_id: str) -> str:
        """Say why the last thing done to a stack failed."""
        ...

    async def wait(self, target: Target, stack_id: str) -> Stack | None:
        """Wait until nothing is in progress; None stands for a stack that is gone."""
        ...

    def detect_drift(self, target: Target, stack_id: str) -> StackDrift:
        """Compare a stack with its template; raises StackRefusedError."""
        ...
