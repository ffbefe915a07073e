"""The plan of a rollout to organizational units, which the embedded AWS does not have."""

# ruff: noqa: ANN401 - the calls of CloudFormation take anything

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from payment_templates.cloudformation import read_template
from payment_templates.rollout.clients import cloudformation
from payment_templates.rollout.stack_set.definition import Definition, StackSet
from payment_templates.rollout.stack_set.execution import execute_plan
from payment_templates.rollout.stack_set.instances import Instance
from payment_templates.rollout.stack_set.operations.follow import OperationResult
from payment_templates.rollout.stack_set.operations.poll import Operation
from payment_templates.rollout.stack_set.operations.targets import OperationTargets, group_targets
from payment_templates.rollout.stack_set.planning import creations
from payment_templates.rollout.stack_set.planning.plan import Creation, Plan
from payment_templates.rollout.stack_set.planning.planner import make_plan
from payment_templates.rollout.stack_set.targets import Speed, Targets
from payment_templates.rollout.stack_states import StackState
from payment_templates.rollout.template_upload import Body
from payment_templates.rollout.values import Values
from tests.rollout.running import EAST, OPEN, WEST

_UNITS = ("ou-ab12-cdef3456", "ou-ab12-cdef7890")
_SUCCEEDED = Operation(
    status="SUCCEEDED", action="CREATE", created_at=datetime(2026, 1, 1, tzinfo=UTC), results={}
)
_ONE, _TWO = "111111111111", "222222222222"


def test_organizational_unit_added_later_gets_its_stacks() -> None:
    targets = Targets(regions=(EAST, WEST), organizational_units=_UNITS)
    instances = [_instance(_ONE, region, unit=_UNITS[0]) for region in (EAST, WEST)]

    plan = _plan(targets, *instances)

    assert plan.creations == (
        Creation(
            targets=OperationTargets(regions=(EAST, WEST), organizational_units=(_UNITS[1],)),
            overrides={},
        ),
    )


def test_instance_of_a_unit_without_a_stack_is_created(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_none(*_: object) -> dict[str, str]:
        return {}

    monkeypatch.setattr(creations, "read_overrides", read_none)
    targets = Targets(regions=(EAST, WEST), organizational_units=_UNITS[:1])
    cancelled = replace(_instance(_ONE, WEST, unit=_UNITS[0]), status="OUTDATED")

    plan = _plan(targets, _instance(_ONE, EAST, unit=_UNITS[0]), cancelled)

    (creation,) = plan.creations
    assert plan.updates == ()
    assert creation.targets.arguments() == {
        "DeploymentTargets": {
            "OrganizationalUnitIds": [_UNITS[0]],
            "Accounts": [_ONE],
            "AccountFilterType": "INTERSECTION",
        },
        "Regions": [WEST],
    }


def test_outdated_stack_of_another_account_is_updated() -> None:
    targets = Targets(regions=(EAST,), accounts=(_ONE, _TWO))
    unknown = replace(_instance(_TWO, EAST), status="OUTDATED", stack_id="arn:2")

    plan = _plan(targets, _instance(_ONE, EAST), unknown)

    assert plan.creations == ()
    assert [one.targets.accounts for one in plan.updates] == [(_TWO,)]


def test_instances_of_another_unit_become_outdated() -> None:
    targets = Targets(regions=(EAST,), organizational_units=(_UNITS[0],))
    targeted, other = (_instance(_ONE, EAST, unit=unit) for unit in _UNITS)

    plan = _plan(targets, targeted, other, message="second")

    assert plan.set_change is not None
    assert plan.set_change.left_behind == (other,)
    assert plan.set_change.targets is not None
    assert plan.set_change.targets.arguments() == {
        "DeploymentTargets": {
            "OrganizationalUnitIds": [_UNITS[0]],
            "Accounts": [_ONE],
            "AccountFilterType": "INTERSECTION",
        },
        "Regions": [EAST],
    }


def test_targets_include_their_instances_and_no_others() -> None:
    instances = [_instance(_ONE, EAST), _instance(_ONE, WEST), _instance(_TWO, WEST)]

    groups = list(group_targets(instances, (EAST, WEST)))

    assert groups == [
        OperationTargets(regions=(EAST,), accounts=(_ONE,)),
        OperationTargets(regions=(WEST,), accounts=(_ONE, _TWO)),
    ]


def test_operation_without_regions_has_no_order() -> None:
    assert "RegionOrder" not in Speed().preferences(())


def test_stacks_are_imported_ten_at_a_time_into_their_units() -> None:
    targets = Targets(regions=(EAST,), organizational_units=(_UNITS[0],))
    stacks = {f"region-{number}": _stack(f"arn:{number}") for number in range(12)}
    plan = _plan(targets, _instance(_ONE, EAST, unit=_UNITS[0]), deployed_stacks=stacks)
    client: Any = _Importer()
    runner: Any = _OperationRunner()

    execute_plan(client, _definition(targets), Speed(), plan, runner, new_roles=False)

    calls = client.calls
    assert [len(call["StackIds"]) for call in calls] == [10, 2]
    assert all(call["OrganizationalUnitIds"] == [_UNITS[0]] for call in calls)


class _Importer:
    """A CloudFormation client that only imports."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def import_stacks_to_stack_set(self, **call: Any) -> dict[str, str]:
        self.calls.append(call)
        return {"OperationId": call["OperationId"]}


class _OperationRunner:
    """Every operation succeeds at once."""

    def run(self, step: Callable[[str], str]) -> OperationResult:
        return OperationResult(
            operation_id=step("payment-rollout-1"), operation=_SUCCEEDED, causes=()
        )


def _plan(
    targets: Targets,
    *instances: Instance,
    message: str = "first",
    deployed_stacks: Mapping[str, StackState] | None = None,
) -> Plan:
    definition = _definition(targets, message)
    current = StackSet(
        stack_set_id="",
        description="",
        name="payment",
        template_body=definition.template.text,
        parameters={"Message": "first"},
        service_managed=targets.service_managed,
    )
    return make_plan(
        cloudformation(boto3.Session(), EAST),
        definition,
        current,
        instances,
        account=_ONE,
        overrides={},
        deployed_stacks=deployed_stacks or {},
        import_stacks=bool(deployed_stacks),
    )


def _definition(targets: Targets, message: str = "first") -> Definition:
    template = read_template(OPEN)
    return Definition(
        suffix="dev-001",
        name="payment",
        template=template,
        body=Body(text=template.text),
        values=Values(open={"Message": message}),
        targets=targets,
    )


def _stack(stack_id: str) -> StackState:
    return StackState(
        name="payment",
        stack_id=stack_id,
        status="CREATE_COMPLETE",
        reason="",
        parameters={},
        tags={},
        outputs={},
    )


def _instance(account: str, region: str, *, unit: str = "") -> Instance:
    return Instance(
        account=account,
        region=region,
        stack_id="",
        status="CURRENT",
        reason="",
        drift="",
        organizational_unit=unit,
    )
