from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    DriftStatus,
    OperationStatus,
    Target,
)
from payment_templates.rehearsal.stack_sets.model.stacks import (
    Role,
    Stack,
    StackDrift,
    StackRequest,
    Template,
    TemplateParameter,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "111122223333"
REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
EAST, WEST, _ = (Target(ACCOUNT, region) for region in REGIONS)
TEMPLATE = json.dumps({"Parameters": {"Size": "small", "Suffix": None}})


class FakeStacks:
    """Stacks in memory, which fail in the chosen targets."""

    def __init__(self) -> None:
        self.stacks: dict[str, Stack] = {}
        self.failing: set[Target] = set()
        self.undeletable: set[Target] = set()
        self.drifted: set[Target] = set()
        self.concealed: set[str] = set()
        self.roles_exist = True
        self.opt_in: set[str] = set()
        self.capabilities: tuple[str, ...] = ()
        self.gate = asyncio.Event()
        self.gate.set()

    def inspect(self, template_body: str) -> Template:
        declared: Mapping[str, str | None] = json.loads(template_body)["Parameters"]
        return Template(
            parameters={
                name: TemplateParameter(default=default, concealed=name in self.concealed)
                for name, default in declared.items()
            },
            required_capabilities=self.capabilities,
        )

    def download(self, template_url: str) -> str:
        return f'{{"Parameters": {{"From": "{template_url}"}}}}'

    def role(self, account: str, name: str) -> Role | None:
        trusted = frozenset({"cloudformation.amazonaws.com", ACCOUNT})
        arn = f"arn:aws:iam::{account}:role/{name}"
        return Role(arn=arn, trusted=trusted) if self.roles_exist else None

    def is_opt_in(self, region: str) -> bool:
        return region in self.opt_in

    def create(self, target: Target, name: str, request: StackRequest) -> str:
        stack_id = f"arn:aws:cloudformation:{target.region}:{target.account}:stack/{name}/1"
        self._put(
            stack_id, "CREATE_FAILED" if target in self.failing else "CREATE_COMPLETE", request
        )
        return stack_id

    def update(self, target: Target, stack_id: str, request: StackRequest) -> bool:
        before = self.stacks[stack_id]
        if (before.template_body, before.parameters) == (request.template_body, request.parameters):
            return False
        failed = target in self.failing
        self._put(stack_id, "UPDATE_ROLLBACK_COMPLETE" if failed else "UPDATE_COMPLETE", request)
        return True

    def delete(self, target: Target, stack_id: str) -> None:
        if target not in self.undeletable:
            del self.stacks[stack_id]

    def describe(self, target: Target, stack_id: str) -> Stack | None:
        del target
        return self.stacks.get(stack_id)

    def failure(self, target: Target, stack_id: str) -> str:
        del stack_id
        return f"failure in {target.region}"

    async def wait(self, target: Target, stack_id: str) -> Stack | None:
        await self.gate.wait()
        return self.describe(target, stack_id)

    def detect_drift(self, target: Target, stack_id: str) -> StackDrift:
        drifted = target in self.drifted
        return StackDrift(
            status=DriftStatus.DRIFTED if drifted else DriftStatus.IN_SYNC,
            checked_at=datetime.now(UTC),
            failure=None,
            resources=(
                {
                    "StackId": stack_id,
                    "StackResourceDriftStatus": "MODIFIED" if drifted else "IN_SYNC",
                },
            ),
        )

    def _put(self, stack_id: str, status: str, request: StackRequest) -> None:
        self.stacks[stack_id] = Stack(
            stack_id=stack_id,
            status=status,
            template_body=request.template_body,
            parameters=request.parameters,
        )


def administrator_of(stacks: FakeStacks) -> Administrator:
    return Administrator(
        account=ACCOUNT, region="us-east-1", known_regions=frozenset(REGIONS), stacks=stacks
    )


async def end_of(administrator: Administrator, operation_id: str) -> OperationStatus:
    operation = administrator.find("payment").operations[operation_id]
    async with asyncio.timeout(5):
        while not operation.status.ended:  # noqa: ASYNC110 - An operation has no event to wait for.
            await asyncio.sleep(0)
    return operation.status
