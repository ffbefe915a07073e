from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from payment_templates.rehearsal.stack_sets.administration.drift import detect_drift, drift_details
from payment_templates.rehearsal.stack_sets.administration.imports import import_stacks
from payment_templates.rehearsal.stack_sets.administration.instances import (
    create_instances,
    delete_instances,
    update_instances,
)
from payment_templates.rehearsal.stack_sets.administration.sets import (
    create_stack_set,
    update_stack_set,
)
from payment_templates.rehearsal.stack_sets.model.stacks import StackRequest
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

    from payment_templates.rehearsal.stack_sets.model.stack_set import StackSet, Target


class Scenario:
    """A stack set named payment on fake stacks; each method waits for its operation."""

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


def test_instance_is_current_when_its_stack_is_created() -> None:
    scenario = Scenario()

    asyncio.run(scenario.create())

    assert scenario.statuses() == [("CURRENT", "SUCCEEDED"), ("CURRENT", "SUCCEEDED")]
    assert scenario.parameters(EAST) == {"Size": "small", "Suffix": "a"}


def test_instance_of_a_failed_stack_is_outdated_with_the_reason() -> None:
    scenario = Scenario()
    scenario.stacks.failing = {EAST}

    asyncio.run(scenario.create())

    assert scenario.statuses() == [("OUTDATED", "FAILED"), ("OUTDATED", "CANCELLED")]
    assert scenario.stack_set.instances[EAST].reason == "failure in us-east-1"


def test_creating_again_replaces_the_failed_stack() -> None:
    scenario = Scenario()
    scenario.stacks.failing = {EAST}
    asyncio.run(scenario.create())
    failed = scenario.stack_set.instances[EAST].stack_id
    scenario.stacks.failing = set()

    asyncio.run(scenario.create())

    assert scenario.statuses() == [("CURRENT", "SUCCEEDED"), ("CURRENT", "SUCCEEDED")]
    assert failed not in scenario.stacks.stacks
    assert len(scenario.stacks.stacks) == 2


@pytest.mark.parametrize(
    ("again", "size"),
    [
        ([{"ParameterKey": "Size", "UsePreviousValue": True}], "tiny"),
        ([{"ParameterKey": "Size", "ParameterValue": "large"}], "large"),
        ([], "small"),
        (None, "tiny"),
    ],
    ids=["previous", "other", "omitted", "no list"],
)
def test_creating_again_sets_or_keeps_the_overrides(
    again: list[ParameterTypeDef] | None, size: str
) -> None:
    scenario = Scenario()
    scenario.stacks.failing = {EAST}
    asyncio.run(scenario.create([{"ParameterKey": "Size", "ParameterValue": "tiny"}]))
    scenario.stacks.failing = set()

    asyncio.run(scenario.create(again))

    assert scenario.parameters(EAST)["Size"] == size


def test_missing_roles_fail_the_instance_with_the_message_of_aws() -> None:
    scenario = Scenario()
    scenario.stacks.roles_exist = False

    status = asyncio.run(scenario.create())

    assert status == "FAILED"
    assert scenario.stack_set.instances[EAST].reason == (
        f"Account {ACCOUNT} should have 'AWSCloudFormationStackSetExecutionRole' role with trust "
        "relationship to Role 'AWSCloudFormationStackSetAdministrationRole'."
    )
    assert scenario.stacks.stacks == {}


def test_failed_update_leaves_instances_outdated() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())
    scenario.stacks.failing = {EAST}

    status = asyncio.run(scenario.change_size("large"))

    assert status == "FAILED"
    assert scenario.stack_set.definition.parameters["Size"] == "large"
    assert scenario.statuses() == [("OUTDATED", "FAILED"), ("OUTDATED", "CANCELLED")]


def test_update_of_some_instances_marks_the_others_outdated() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())

    async def update() -> str:
        operation_id = update_stack_set(
            scenario.administrator,
            {
                "StackSetName": "payment",
                "TemplateBody": '{"Parameters": {}}',
                "Accounts": [ACCOUNT],
                "Regions": ["us-east-1"],
            },
        )
        return await end_of(scenario.administrator, operation_id)

    asyncio.run(update())

    assert [status for status, _ in scenario.statuses()] == ["CURRENT", "OUTDATED"]


def test_override_survives_an_update_of_the_stack_set() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())
    asyncio.run(scenario.override({"ParameterKey": "Size", "ParameterValue": "tiny"}))

    asyncio.run(scenario.change_size("large"))

    assert scenario.parameters(EAST)["Size"] == "large"
    assert scenario.parameters(WEST)["Size"] == "tiny"


def test_override_missing_in_the_list_reverts_to_the_value_of_the_stack_set() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create([{"ParameterKey": "Size", "ParameterValue": "tiny"}]))

    asyncio.run(scenario.override({"ParameterKey": "Suffix", "ParameterValue": "b"}))

    assert scenario.parameters(WEST) == {"Size": "small", "Suffix": "b"}


def test_override_with_previous_value_is_unchanged() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create([{"ParameterKey": "Size", "ParameterValue": "tiny"}]))

    asyncio.run(scenario.override({"ParameterKey": "Size", "UsePreviousValue": True}))

    assert scenario.parameters(WEST)["Size"] == "tiny"
    assert scenario.stack_set.instances[WEST].reason == "No updates are to be performed."


def test_previous_value_without_override_is_the_value_of_the_stack_set() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())

    asyncio.run(scenario.override({"ParameterKey": "Size", "UsePreviousValue": True}))

    assert scenario.stack_set.instances[WEST].overrides == {}
    assert scenario.parameters(WEST)["Size"] == "small"


def test_override_of_an_unknown_parameter_is_rejected() -> None:
    scenario = Scenario()

    with pytest.raises(ServiceError, match=r"Parameters: \[Colour\] do not exist in the template"):
        asyncio.run(scenario.create([{"ParameterKey": "Colour", "ParameterValue": "red"}]))


def test_update_of_a_missing_instance_is_rejected() -> None:
    scenario = Scenario()

    with pytest.raises(ServiceError) as error:
        asyncio.run(scenario.override())

    assert error.value.code == "StackInstanceNotFoundException"


def test_deletion_of_instances_deletes_their_stacks() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())

    status = asyncio.run(scenario.delete())

    assert status == "SUCCEEDED"
    assert scenario.stack_set.instances == {}
    assert scenario.stacks.stacks == {}


def test_retained_stacks_are_not_deleted_with_their_instances() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())

    asyncio.run(scenario.delete(retain=True))

    assert scenario.stack_set.instances == {}
    assert len(scenario.stacks.stacks) == 2


def test_failed_deletion_leaves_the_instance_inoperable() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())
    scenario.stacks.undeletable = {EAST}

    status = asyncio.run(scenario.delete())

    assert status == "FAILED"
    assert scenario.statuses() == [("INOPERABLE", "INOPERABLE"), ("CURRENT", "CANCELLED")]


def test_inoperable_instance_is_not_updated() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())
    scenario.stacks.undeletable = {EAST}
    asyncio.run(scenario.delete())

    asyncio.run(scenario.change_size("large"))

    assert [status for status, _ in scenario.statuses()] == ["INOPERABLE", "CURRENT"]


def test_drift_of_one_stack_is_drift_of_the_stack_set() -> None:
    scenario = Scenario()
    asyncio.run(scenario.create())
    scenario.stacks.drifted = {WEST}

    async def detect() -> str:
        operation_id = detect_drift(scenario.administrator, {"StackSetName": "payment"})
        await end_of(scenario.administrator, operation_id)
        return operation_id

    operation_id = asyncio.run(detect())

    details = drift_details(scenario.stack_set.operations[operation_id])
    assert details["DriftStatus"] == "DRIFTED"
    assert details["DriftedStackInstancesCount"] == 1
    assert details["InSyncStackInstancesCount"] == 1
    assert scenario.stack_set.instances[WEST].drift_status == "DRIFTED"


@pytest.mark.parametrize(
    ("body", "status"),
    [(TEMPLATE, ("CURRENT", "SUCCEEDED")), ("{}", ("INOPERABLE", "FAILED_IMPORT"))],
    ids=["same template", "other template"],
)
def test_stack_is_imported_only_with_the_template_of_the_stack_set(
    body: str, status: tuple[str, str]
) -> None:
    scenario = Scenario()
    request = StackRequest(
        template_body=body, parameters={"Size": "huge"}, capabilities=(), tags={}
    )
    stack_id = scenario.stacks.create(EAST, "existing", request)

    async def run_import() -> None:
        operation_id = import_stacks(
            scenario.administrator, {"StackSetName": "payment", "StackIds": [stack_id]}
        )
        await end_of(scenario.administrator, operation_id)

    asyncio.run(run_import())

    assert scenario.statuses() == [status]


def test_stack_with_a_secret_is_not_imported() -> None:
    stacks = FakeStacks()
    stacks.concealed = {"Suffix"}
    scenario = Scenario(stacks)
    request = StackRequest(
        template_body=TEMPLATE, parameters={"Size": "huge"}, capabilities=(), tags={}
    )
    stack_id = scenario.stacks.create(EAST, "existing", request)

    async def run_import() -> None:
        operation_id = import_stacks(
            scenario.administrator, {"StackSetName": "payment", "StackIds": [stack_id]}
        )
        await end_of(scenario.administrator, operation_id)

    asyncio.run(run_import())

    assert scenario.statuses() == [("INOPERABLE", "FAILED_IMPORT")]
    assert "NoEcho" in (scenario.stack_set.instances[EAST].reason or "")
