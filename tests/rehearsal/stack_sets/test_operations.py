from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator
from payment_templates.rehearsal.stack_sets.administration.instances import (
    create_instances,
    delete_instances,
)
from payment_templates.rehearsal.stack_sets.administration.sets import (
    create_stack_set,
    delete_stack_set,
    update_stack_set,
)
from payment_templates.rehearsal.stack_sets.model.stack_set import OperationStatus
from payment_templates.rehearsal.wire import ServiceError
from tests.rehearsal.stack_sets.fake_stacks import (
    ACCOUNT,
    EAST,
    TEMPLATE,
    FakeStacks,
    administrator_of,
    end_of,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable

Scenario = Callable[[FakeStacks, Administrator], "Awaitable[None]"]


def run_scenario(scenario: Scenario, *, managed: bool = False) -> None:
    async def run() -> None:
        stacks = FakeStacks()
        administrator = administrator_of(stacks)
        create_stack_set(
            administrator,
            {
                "StackSetName": "payment",
                "TemplateBody": TEMPLATE,
                "Parameters": [{"ParameterKey": "Suffix", "ParameterValue": "a"}],
                "ManagedExecution": {"Active": managed},
            },
        )
        await scenario(stacks, administrator)

    asyncio.run(run())


def create(administrator: Administrator, region: str, operation_id: str) -> str:
    return create_instances(
        administrator,
        {
            "StackSetName": "payment",
            "Accounts": [ACCOUNT],
            "Regions": [region],
            "OperationId": operation_id,
        },
    )


def test_second_operation_is_rejected_while_one_is_in_progress() -> None:
    async def scenario(stacks: FakeStacks, administrator: Administrator) -> None:
        stacks.gate.clear()
        create(administrator, "us-east-1", "first")
        with pytest.raises(ServiceError, match="Another Operation on StackSet arn:aws:") as error:
            create(administrator, "us-west-2", "second")
        assert error.value.code == "OperationInProgressException"
        stacks.gate.set()
        assert await end_of(administrator, "first") == OperationStatus.SUCCEEDED

    run_scenario(scenario)


def test_operation_id_cannot_be_reused_after_the_operation_has_ended() -> None:
    async def scenario(_: FakeStacks, administrator: Administrator) -> None:
        await end_of(administrator, create(administrator, "us-east-1", "first"))
        with pytest.raises(ServiceError) as error:
            create(administrator, "us-west-2", "first")
        assert error.value.code == "OperationIdAlreadyExistsException"

    run_scenario(scenario)


def test_managed_execution_runs_operations_without_conflict_in_parallel() -> None:
    async def scenario(stacks: FakeStacks, administrator: Administrator) -> None:
        stacks.gate.clear()
        operations = administrator.find("payment").operations
        create(administrator, "us-east-1", "first")
        create(administrator, "us-west-2", "second")
        assert operations["second"].status == OperationStatus.RUNNING
        stacks.gate.set()
        assert await end_of(administrator, "second") == OperationStatus.SUCCEEDED

    run_scenario(scenario, managed=True)


def test_managed_execution_queues_conflicting_operations_in_request_order() -> None:
    async def scenario(stacks: FakeStacks, administrator: Administrator) -> None:
        stacks.gate.clear()
        stack_set = administrator.find("payment")
        create(administrator, "us-east-1", "first")
        delete_instances(
            administrator,
            {
                "StackSetName": "payment",
                "Accounts": [ACCOUNT],
                "Regions": ["us-east-1"],
                "RetainStacks": False,
                "OperationId": "second",
            },
        )
        create(administrator, "us-east-1", "third")
        assert [one.status for one in stack_set.operations.values()] == [
            "RUNNING",
            "QUEUED",
            "QUEUED",
        ]
        stacks.gate.set()
        assert await end_of(administrator, "third") == OperationStatus.SUCCEEDED
        assert len(stacks.stacks) == 1
        ends = [
            one.ended_at or datetime.max.replace(tzinfo=UTC)
            for one in stack_set.operations.values()
        ]
        assert ends == sorted(ends)

    run_scenario(scenario, managed=True)


def test_queued_operation_that_is_stopped_never_starts() -> None:
    async def scenario(stacks: FakeStacks, administrator: Administrator) -> None:
        stacks.gate.clear()
        stack_set = administrator.find("payment")
        create(administrator, "us-east-1", "first")
        create(administrator, "us-east-1", "second")
        administrator.queue(stack_set).stop(stack_set.operations["second"])
        assert stack_set.operations["second"].status == OperationStatus.STOPPED
        assert stack_set.operations["second"].results[EAST].status == "CANCELLED"
        stacks.gate.set()
        assert await end_of(administrator, "first") == OperationStatus.SUCCEEDED

    run_scenario(scenario, managed=True)


def test_operation_that_has_ended_cannot_be_stopped() -> None:
    async def scenario(_: FakeStacks, administrator: Administrator) -> None:
        stack_set = administrator.find("payment")
        await end_of(administrator, create(administrator, "us-east-1", "first"))
        with pytest.raises(ServiceError, match="first is SUCCEEDED") as error:
            administrator.queue(stack_set).stop(stack_set.operations["first"])
        assert error.value.code == "InvalidOperationException"

    run_scenario(scenario)


def test_managed_execution_cannot_be_changed_while_an_operation_runs() -> None:
    async def scenario(stacks: FakeStacks, administrator: Administrator) -> None:
        stacks.gate.clear()
        create(administrator, "us-east-1", "first")
        with pytest.raises(ServiceError, match="ManagedExecution cannot be modified"):
            update_stack_set(
                administrator,
                {
                    "StackSetName": "payment",
                    "UsePreviousTemplate": True,
                    "ManagedExecution": {"Active": False},
                },
            )
        stacks.gate.set()
        await end_of(administrator, "first")

    run_scenario(scenario, managed=True)


def test_stack_set_with_a_running_operation_is_not_deleted() -> None:
    async def scenario(stacks: FakeStacks, administrator: Administrator) -> None:
        stacks.gate.clear()
        create(administrator, "us-east-1", "first")
        with pytest.raises(ServiceError) as error:
            delete_stack_set(administrator, "payment")
        assert error.value.code == "OperationInProgressException"
        stacks.gate.set()
        await end_of(administrator, "first")

    run_scenario(scenario)
