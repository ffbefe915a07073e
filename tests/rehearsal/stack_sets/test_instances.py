from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from payment_templates.rehearsal.stack_sets.drift import detect_drift, drift_details
from payment_templates.rehearsal.stack_sets.imports import import_stacks
from payment_templates.rehearsal.stack_sets.instances import (
    create_instances,
    delete_instances,
    update_instances,
)
from payment_templates.rehearsal.stack_sets.sets import create_stack_set, update_stack_set
from payment_templates.rehearsal.stack_sets.stacks import StackRequest
from payment_templates.rehearsal.wire import ServiceError
from tests.rehearsal.stack_sets.fake_stacks import (
    ACCOUNT,
    EAST,
    TEMPLATE,
    WEST,
    FakeStacks,
    administrator_of,
    end_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

    from payment_templates.rehearsal.stack_sets.model import StackSet, Target


class Bench:
    """A set named payment over fake stacks, driven one finished operation at a time."""

    def __init__(self, stacks: FakeStacks | None = None) -> None:
        self.stacks = stacks or FakeStacks()
        self.administrator = administrator_of(self.stacks)
        create_stack_set(
            self.administrator,
            {
                "StackSetName": "payment",
                "TemplateBody": TEMPLATE,
                "Parameters": [{"ParameterKey": "Suffix", "ParameterValue": "a"}],
            },
        )

    @property
    def stack_set(self) -> StackSet:
        return self.administrator.find("payment")

    def statuses(self) -> list[tuple[str, str]]:
        return [(one.status, one.detailed_status) for one in self.stack_set.instances.values()]

    def parameters(self, target: Target) -> Mapping[str, str]:
        return self.stacks.stacks[self.stack_set.instances[target].stack_id or ""].parameters

    async def create(self, overrides: list[ParameterTypeDef] | None = None) -> str:
        given = {} if overrides is None else {"ParameterOverrides": overrides}
        operation_id = create_instances(
            self.administrator,
            {
                "StackSetName": "payment",
                "Accounts": [ACCOUNT],
                "Regions": ["us-east-1", "us-west-2"],
                **given,  # type: ignore[typeddict-item] # One member, given or not.
            },
        )
        return await end_of(self.administrator, operation_id)

    async def override(self, *overrides: ParameterTypeDef) -> str:
        operation_id = update_instances(
            self.administrator,
            {
                "StackSetName": "payment",
                "Accounts": [ACCOUNT],
                "Regions": ["us-west-2"],
                "ParameterOverrides": overrides,
            },
        )
        return await end_of(self.administrator, operation_id)

    async def change_size(self, size: str) -> str:
        operation_id = update_stack_set(
            self.administrator,
            {
                "StackSetName": "payment",
                "UsePreviousTemplate": True,
                "Parameters": [
                    {"ParameterKey": "Size", "ParameterValue": size},
                    {"ParameterKey": "Suffix", "UsePreviousValue": True},
                ],
            },
        )
        return await end_of(self.administrator, operation_id)

    async def delete(self, *, retain: bool = False) -> str:
        operation_id = delete_instances(
            self.administrator,
            {
                "StackSetName": "payment",
                "Accounts": [ACCOUNT],
                "Regions": ["us-east-1", "us-west-2"],
                "RetainStacks": retain,
            },
        )
        return await end_of(self.administrator, operation_id)


def test_instance_is_current_when_its_stack_is_made() -> None:
    bench = Bench()

    asyncio.run(bench.create())

    assert bench.statuses() == [("CURRENT", "SUCCEEDED"), ("CURRENT", "SUCCEEDED")]
    assert bench.parameters(EAST) == {"Size": "small", "Suffix": "a"}


def test_stack_that_does_not_come_up_leaves_its_instance_outdated_with_the_reason() -> None:
    bench = Bench()
    bench.stacks.failing = {EAST}

    asyncio.run(bench.create())

    assert bench.statuses() == [("OUTDATED", "FAILED"), ("OUTDATED", "CANCELLED")]
    assert bench.stack_set.instances[EAST].reason == "told to fail in us-east-1"


def test_creating_again_retries_what_is_outdated_with_a_fresh_stack() -> None:
    bench = Bench()
    bench.stacks.failing = {EAST}
    asyncio.run(bench.create())
    failed = bench.stack_set.instances[EAST].stack_id
    bench.stacks.failing = set()

    asyncio.run(bench.create())

    assert bench.statuses() == [("CURRENT", "SUCCEEDED"), ("CURRENT", "SUCCEEDED")]
    assert failed not in bench.stacks.stacks
    assert len(bench.stacks.stacks) == 2


def test_missing_roles_fail_the_instance_in_the_words_of_aws() -> None:
    bench = Bench()
    bench.stacks.roles_exist = False

    status = asyncio.run(bench.create())

    assert status == "FAILED"
    assert bench.stack_set.instances[EAST].reason == (
        f"Account {ACCOUNT} should have 'AWSCloudFormationStackSetExecutionRole' role with trust "
        "relationship to Role 'AWSCloudFormationStackSetAdministrationRole'."
    )
    assert bench.stacks.stacks == {}


def test_changed_set_leaves_instances_outdated_that_did_not_follow() -> None:
    bench = Bench()
    asyncio.run(bench.create())
    bench.stacks.failing = {EAST}

    status = asyncio.run(bench.change_size("large"))

    assert status == "FAILED"
    assert bench.stack_set.definition.parameters["Size"] == "large"
    assert bench.statuses() == [("OUTDATED", "FAILED"), ("OUTDATED", "CANCELLED")]


def test_change_of_some_instances_marks_the_others_outdated() -> None:
    bench = Bench()
    asyncio.run(bench.create())

    async def update() -> str:
        operation_id = update_stack_set(
            bench.administrator,
            {
                "StackSetName": "payment",
                "TemplateBody": '{"Parameters": {}}',
                "Accounts": [ACCOUNT],
                "Regions": ["us-east-1"],
            },
        )
        return await end_of(bench.administrator, operation_id)

    asyncio.run(update())

    assert [status for status, _ in bench.statuses()] == ["CURRENT", "OUTDATED"]


def test_override_outlives_a_change_of_the_set() -> None:
    bench = Bench()
    asyncio.run(bench.create())
    asyncio.run(bench.override({"ParameterKey": "Size", "ParameterValue": "tiny"}))

    asyncio.run(bench.change_size("large"))

    assert bench.parameters(EAST)["Size"] == "large"
    assert bench.parameters(WEST)["Size"] == "tiny"


def test_override_left_out_of_the_list_goes_back_to_the_value_of_the_set() -> None:
    bench = Bench()
    asyncio.run(bench.create([{"ParameterKey": "Size", "ParameterValue": "tiny"}]))

    asyncio.run(bench.override({"ParameterKey": "Suffix", "ParameterValue": "b"}))

    assert bench.parameters(WEST) == {"Size": "small", "Suffix": "b"}


def test_override_stays_when_its_previous_value_is_asked_for() -> None:
    bench = Bench()
    asyncio.run(bench.create([{"ParameterKey": "Size", "ParameterValue": "tiny"}]))

    asyncio.run(bench.override({"ParameterKey": "Size", "UsePreviousValue": True}))

    assert bench.parameters(WEST)["Size"] == "tiny"
    assert bench.stack_set.instances[WEST].reason == "No updates are to be performed."


def test_previous_value_of_what_was_never_overridden_is_that_of_the_set() -> None:
    bench = Bench()
    asyncio.run(bench.create())

    asyncio.run(bench.override({"ParameterKey": "Size", "UsePreviousValue": True}))

    assert bench.stack_set.instances[WEST].overrides == {}
    assert bench.parameters(WEST)["Size"] == "small"


def test_override_of_an_unknown_parameter_is_refused() -> None:
    bench = Bench()

    with pytest.raises(ServiceError, match=r"Parameters: \[Colour\] do not exist in the template"):
        asyncio.run(bench.create([{"ParameterKey": "Colour", "ParameterValue": "red"}]))


def test_update_of_an_instance_that_is_not_there_is_refused() -> None:
    bench = Bench()

    with pytest.raises(ServiceError) as refusal:
        asyncio.run(bench.override())

    assert refusal.value.code == "StackInstanceNotFoundException"


def test_deleted_instances_take_their_stacks_with_them() -> None:
    bench = Bench()
    asyncio.run(bench.create())

    status = asyncio.run(bench.delete())

    assert status == "SUCCEEDED"
    assert bench.stack_set.instances == {}
    assert bench.stacks.stacks == {}


def test_retained_stacks_outlive_their_instances() -> None:
    bench = Bench()
    asyncio.run(bench.create())

    asyncio.run(bench.delete(retain=True))

    assert bench.stack_set.instances == {}
    assert len(bench.stacks.stacks) == 2


def test_stack_that_cannot_be_deleted_leaves_its_instance_inoperable() -> None:
    bench = Bench()
    asyncio.run(bench.create())
    bench.stacks.undeletable = {EAST}

    status = asyncio.run(bench.delete())

    assert status == "FAILED"
    assert bench.statuses() == [("INOPERABLE", "INOPERABLE"), ("CURRENT", "CANCELLED")]


def test_inoperable_instance_is_left_out_of_updates() -> None:
    bench = Bench()
    asyncio.run(bench.create())
    bench.stacks.undeletable = {EAST}
    asyncio.run(bench.delete())

    asyncio.run(bench.change_size("large"))

    assert [status for status, _ in bench.statuses()] == ["INOPERABLE", "CURRENT"]


def test_drift_of_one_stack_is_drift_of_the_set() -> None:
    bench = Bench()
    asyncio.run(bench.create())
    bench.stacks.drifted = {WEST}

    async def detect() -> str:
        operation_id = detect_drift(bench.administrator, {"StackSetName": "payment"})
        await end_of(bench.administrator, operation_id)
        return operation_id

    operation_id = asyncio.run(detect())

    details = drift_details(bench.stack_set.operations[operation_id])
    assert details["DriftStatus"] == "DRIFTED"
    assert details["DriftedStackInstancesCount"] == 1
    assert details["InSyncStackInstancesCount"] == 1
    assert bench.stack_set.instances[WEST].drift_status == "DRIFTED"


@pytest.mark.parametrize(
    ("body", "status"),
    [(TEMPLATE, ("CURRENT", "SUCCEEDED")), ("{}", ("INOPERABLE", "FAILED_IMPORT"))],
    ids=["same template", "other template"],
)
def test_stack_is_imported_when_its_template_is_that_of_the_set(
    body: str, status: tuple[str, str]
) -> None:
    bench = Bench()
    request = StackRequest(
        template_body=body, parameters={"Size": "huge"}, capabilities=(), tags={}
    )
    stack_id = bench.stacks.create(EAST, "by-hand", request)

    async def adopt() -> None:
        operation_id = import_stacks(
            bench.administrator, {"StackSetName": "payment", "StackIds": [stack_id]}
        )
        await end_of(bench.administrator, operation_id)

    asyncio.run(adopt())

    assert bench.statuses() == [status]


def test_stack_with_a_secret_is_not_imported() -> None:
    stacks = FakeStacks()
    stacks.concealed = {"Suffix"}
    bench = Bench(stacks)
    request = StackRequest(
        template_body=TEMPLATE, parameters={"Size": "huge"}, capabilities=(), tags={}
    )
    stack_id = bench.stacks.create(EAST, "by-hand", request)

    async def adopt() -> None:
        operation_id = import_stacks(
            bench.administrator, {"StackSetName": "payment", "StackIds": [stack_id]}
        )
        await end_of(bench.administrator, operation_id)

    asyncio.run(adopt())

    assert bench.statuses() == [("INOPERABLE", "FAILED_IMPORT")]
    assert "NoEcho" in (bench.stack_set.instances[EAST].reason or "")
