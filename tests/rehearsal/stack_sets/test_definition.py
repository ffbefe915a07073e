from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rehearsal.stack_sets.administration.definition import (
    MAXIMUM_TEMPLATE_BODY_BYTES,
)
from payment_templates.rehearsal.stack_sets.administration.sets import create_stack_set
from payment_templates.rehearsal.wire import ServiceError
from tests.rehearsal.stack_sets.fake_stacks import TEMPLATE, FakeStacks, administrator_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import CreateStackSetInputTypeDef, ParameterTypeDef

    from payment_templates.rehearsal.stack_sets.administration.administrator import Administrator
    from payment_templates.rehearsal.stack_sets.model.stack_set import StackSet

SUFFIX: list[ParameterTypeDef] = [{"ParameterKey": "Suffix", "ParameterValue": "a"}]


def create(administrator: Administrator, **changes: Any) -> StackSet:  # noqa: ANN401 - invalid on purpose.
    request: CreateStackSetInputTypeDef = {
        "StackSetName": "payment",
        "TemplateBody": TEMPLATE,
        "Parameters": SUFFIX,
        "ClientRequestToken": "token",
        **changes,  # type: ignore[typeddict-item] # As above.
    }
    return create_stack_set(administrator, request)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"StackSetName": "1st"}, "'1st' at 'stackSetName' .* pattern"),
        ({"StackSetName": "a" * 129}, "length less than or equal to 128"),
        ({"TemplateURL": "https://s3/b/k"}, "got TemplateBody, TemplateURL"),
        ({"TemplateBody": None}, "got none"),
        ({"Parameters": []}, r"Parameters: \[Suffix\] must have values"),
        (
            {"Parameters": [*SUFFIX, {"ParameterKey": "Colour", "ParameterValue": "red"}]},
            r"Parameters: \[Colour\] do not exist in the template",
        ),
        (
            {"Parameters": [{"ParameterKey": "Suffix", "UsePreviousValue": True}]},
            "not in the previous template",
        ),
        ({"PermissionModel": "SERVICE_MANAGED"}, "AutoDeployment is required"),
        ({"AutoDeployment": {"Enabled": False}}, "AutoDeployment is not used"),
        (
            {
                "PermissionModel": "SERVICE_MANAGED",
                "AutoDeployment": {"Enabled": False},
                "ExecutionRoleName": "mine",
            },
            "valid only with PermissionModel SELF_MANAGED",
        ),
    ],
    ids=[
        "name",
        "long name",
        "two templates",
        "no template",
        "no value",
        "unknown parameter",
        "previous value",
        "no AutoDeployment",
        "AutoDeployment, self-managed",
        "role, service-managed",
    ],
)
def test_invalid_definition_is_rejected(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ServiceError, match=message) as error:
        create(administrator_of(FakeStacks()), **changes)

    assert error.value.code == "ValidationError"


@pytest.mark.parametrize(("excess", "accepted"), [(0, True), (1, False)])
def test_template_may_have_51200_bytes_inline(excess: int, accepted: bool) -> None:  # noqa: FBT001 - A table's column.
    body = TEMPLATE + " " * (MAXIMUM_TEMPLATE_BODY_BYTES - len(TEMPLATE) + excess)
    administrator = administrator_of(FakeStacks())

    if accepted:
        assert create(administrator, TemplateBody=body).definition.template_body == body
    else:
        with pytest.raises(ServiceError, match="less than or equal to 51200; got 51201 bytes"):
            create(administrator, TemplateBody=body)


@pytest.mark.parametrize(
    ("required", "given", "missing"),
    [
        ("CAPABILITY_IAM", [], ["CAPABILITY_IAM"]),
        ("CAPABILITY_IAM", ["CAPABILITY_NAMED_IAM"], []),
        ("CAPABILITY_NAMED_IAM", ["CAPABILITY_IAM"], ["CAPABILITY_NAMED_IAM"]),
        ("CAPABILITY_NAMED_IAM", ["CAPABILITY_NAMED_IAM"], []),
    ],
)
def test_capabilities_must_be_acknowledged(
    required: str, given: list[str], missing: list[str]
) -> None:
    stacks = FakeStacks()
    stacks.capabilities = (required,)

    try:
        create(administrator_of(stacks), Capabilities=given)
        message_shown = ""
    except ServiceError as error:
        message_shown = f"{error.code}: {error.message}"

    expected = f"InsufficientCapabilitiesException: Requires capabilities : [{', '.join(missing)}]"
    assert message_shown == (expected if missing else "")


def test_template_may_come_from_a_url() -> None:
    stack_set = create(
        administrator_of(FakeStacks()),
        TemplateBody=None,
        TemplateURL="https://s3/b/k",
        Parameters=[],
    )

    assert json.loads(stack_set.definition.template_body)["Parameters"]["From"] == "https://s3/b/k"


def test_repeated_request_returns_the_same_stack_set() -> None:
    administrator = administrator_of(FakeStacks())

    first, second = create(administrator), create(administrator)

    assert second is first


@pytest.mark.parametrize(
    "changes", [{"ClientRequestToken": "other"}, {"Description": "another"}], ids=["token", "text"]
)
def test_name_is_taken_for_any_other_request(changes: dict[str, str]) -> None:
    administrator = administrator_of(FakeStacks())
    create(administrator)

    with pytest.raises(ServiceError) as error:
        create(administrator, **changes)

    assert error.value.code == "NameAlreadyExistsException"
