from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rehearsal.stack_sets.administration.targets import read_targets
from payment_templates.rehearsal.stack_sets.model.stack_set import Definition, Target
from payment_templates.rehearsal.wire import ServiceError
from tests.rehearsal.stack_sets.fake_stacks import ACCOUNT, EAST, REGIONS, WEST

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import CreateStackInstancesInputTypeDef

UNIT = "ou-abcd-12345678"
OTHER = "444455556666"
SELF_MANAGED = Definition(
    description=None,
    template_body="",
    parameters={},
    concealed=frozenset(),
    capabilities=(),
    tags={},
    permission_model="SELF_MANAGED",
    administration_role_arn=None,
    execution_role_name=None,
    auto_deployment=None,
    managed_execution=False,
)
SERVICE_MANAGED = replace(SELF_MANAGED, permission_model="SERVICE_MANAGED")


def read(definition: Definition, **members: Any) -> dict[Target, str | None]:  # noqa: ANN401 - invalid on purpose.
    request: CreateStackInstancesInputTypeDef = {
        "StackSetName": "payment",
        "Regions": ["us-east-1", "us-west-2"],
        **members,  # type: ignore[typeddict-item] # as a client sends it.
    }
    return read_targets(
        request, definition, administrator=ACCOUNT, known_regions=frozenset(REGIONS)
    )


def test_targets_are_every_account_in_every_region() -> None:
    targets = read(SELF_MANAGED, Accounts=[ACCOUNT, OTHER, ACCOUNT])

    assert list(targets) == [EAST, Target(OTHER, "us-east-1"), WEST, Target(OTHER, "us-west-2")]


def test_organizational_unit_contains_the_account_of_the_administrator() -> None:
    targets = read(SERVICE_MANAGED, DeploymentTargets={"OrganizationalUnitIds": [UNIT]})

    assert targets == {EAST: UNIT, WEST: UNIT}


@pytest.mark.parametrize(
    ("kind", "accounts"),
    [("INTERSECTION", [ACCOUNT]), ("DIFFERENCE", []), ("NONE", [ACCOUNT])],
)
def test_accounts_of_a_unit_can_be_filtered(kind: str, accounts: list[str]) -> None:
    targets = read(
        SERVICE_MANAGED,
        Regions=["us-east-1"],
        DeploymentTargets={
            "OrganizationalUnitIds": [UNIT],
            "Accounts": [ACCOUNT],
            "AccountFilterType": kind,
        },
    )

    assert [target.account for target in targets] == accounts


@pytest.mark.parametrize(
    ("definition", "members", "message"),
    [
        (SELF_MANAGED, {}, "at least one value for Accounts"),
        (SELF_MANAGED, {"Accounts": [ACCOUNT], "Regions": []}, "at least one value for Regions"),
        (
            SELF_MANAGED,
            {"Accounts": [ACCOUNT], "Regions": ["mars-1"]},
            r"\['mars-1'\] do not exist",
        ),
        (
            SELF_MANAGED,
            {"DeploymentTargets": {"OrganizationalUnitIds": [UNIT]}},
            "can only have accounts as target",
        ),
        (
            SELF_MANAGED,
            {"Accounts": [ACCOUNT], "DeploymentTargets": {"Accounts": [ACCOUNT]}},
            "but not both",
        ),
        (SERVICE_MANAGED, {"Accounts": [ACCOUNT]}, "can only have OrganizationalUnit as target"),
    ],
)
def test_invalid_targets_are_rejected(
    definition: Definition, members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ServiceError, match=message):
        read(definition, **members)
