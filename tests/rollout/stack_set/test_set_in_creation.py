"""A stack set whose creation was running when it was shown: its new stacks are deleted too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest

from payment_templates.rollout import stack_overview
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack_overview import read_overview
from payment_templates.rollout.stack_set.definition import StackSet
from payment_templates.rollout.stack_set.deletion import SetDeletion
from payment_templates.rollout.stack_set.homes import Home, Homes
from tests.rollout.running import EAST, NAME, SUFFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from botocore.stub import Stubber
    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.rollout.stack_set.instances import Instance
    from payment_templates.rollout.stack_set.operations.follow import OperationResult

_ACCOUNT = "123456789012"
_CREATED = {"Account": _ACCOUNT, "Region": EAST}
_STACK_SET = StackSet(
    name=NAME,
    stack_set_id=f"{NAME}:1",
    description="",
    template_body="",
    parameters={},
    service_managed=False,
)


class _EndedError(Exception):
    """Ends a deletion after its first call."""


def test_stack_of_a_creation_that_was_shown_is_deleted_with_its_data(
    cloudformation: Stubber,
) -> None:
    checked: list[Instance] = []
    _stub_until_deletion(cloudformation, action="CREATE")
    cloudformation.add_response("delete_stack_instances", {"OperationId": "deletion"})

    with pytest.raises(_EndedError):
        _delete(cloudformation, shown="creation", checked=checked)

    assert checked == []


def test_data_of_an_update_that_was_shown_must_have_been_shown(cloudformation: Stubber) -> None:
    checked: list[Instance] = []
    _stub_until_deletion(cloudformation, action="UPDATE")
    cloudformation.add_response("delete_stack_instances", {"OperationId": "deletion"})

    with pytest.raises(_EndedError):
        _delete(cloudformation, shown="update", checked=checked)

    assert [str(one) for one in checked] == [f"{_ACCOUNT}/{EAST}"]


def test_stack_of_a_creation_that_was_not_shown_is_kept(cloudformation: Stubber) -> None:
    _stub_set(cloudformation)
    cloudformation.add_response("list_stack_instances", {"Summaries": [_CREATED]})

    with pytest.raises(RolloutError, match="has stacks now that were not shown"):
        _delete(cloudformation, shown=None, checked=[])


def test_running_operation_is_read_before_the_instances(monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise a creation that ends in between is neither running nor has its stacks listed.
    calls: list[str] = []

    def running_operation(*_: object) -> None:
        calls.append("operation")

    def list_instances(*_: object) -> tuple[Instance, ...]:
        calls.append("instances")
        return ()

    def find_homes(*_: object, **__: object) -> Homes:
        home = Home(region=EAST, call_as="SELF", stack_set=_STACK_SET, foreign="")
        return Homes(
            own=(home,),
            of_other_caller=(),
            foreign=(),
            searched=(EAST,),
            not_searched=(),
            regions_not_searched=(),
        )

    monkeypatch.setattr(stack_overview, "running_operation", running_operation)
    monkeypatch.setattr(stack_overview, "list_instances", list_instances)
    monkeypatch.setattr(stack_overview, "find_homes", find_homes)

    # Its stub overloads `client` for services that are installed.
    session: Any = boto3.Session()
    read_overview(session, (), suffix=SUFFIX, stack_name=NAME, stack_set_name=NAME, call_as="SELF")

    assert calls == ["operation", "instances"]


def _delete(cloudformation: Stubber, *, shown: str | None, checked: list[Instance]) -> None:
    def follow(_operation_id: str) -> OperationResult:
        raise _EndedError

    def check(instances: Sequence[Instance]) -> None:
        checked.extend(instances)

    SetDeletion(
        client=cast("CloudFormationClient", cloudformation.client),
        stack_set=_STACK_SET,
        primary=EAST,
        instances=(),
        running_operation=shown,
        follow=follow,
        wait_until_idle=_do_nothing,
        require_shown_data=check,
        empty_buckets=lambda _: None,
    ).run()


def _do_nothing() -> None:
    """Nothing is running."""


def _stub_until_deletion(cloudformation: Stubber, *, action: str) -> None:
    listed: dict[str, Any] = {"Summaries": [_CREATED]}
    operation: dict[str, Any] = {"StackSetOperation": {"Action": action, "Status": "SUCCEEDED"}}
    _stub_set(cloudformation)
    cloudformation.add_response("list_stack_instances", listed)
    cloudformation.add_response("list_stack_set_operation_results", listed)
    _stub_set(cloudformation)
    _stub_set(cloudformation)
    cloudformation.add_response("describe_stack_set_operation", operation)
    if action == "CREATE":
        cloudformation.add_response("list_stack_set_operation_results", listed)
    cloudformation.add_response("list_stack_instances", listed)
    cloudformation.add_response("list_stack_set_operation_results", listed)


def _stub_set(cloudformation: Stubber) -> None:
    cloudformation.add_response("describe_stack_set", {"StackSet": {"StackSetId": f"{NAME}:1"}})
