"""Emulates service roles of stacks: rejects unusable ones, and keeps the last one of a stack.

API CreateChangeSet, RoleARN: "CloudFormation uses this role for all future operations on the
stack." The wording of the rejection: github.com/aws/aws-cdk/issues/10116.
"""

import json
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import (
    Amendment,
    Guard,
    amend_operations,
    guard_operations,
)
from payment_templates.rehearsal.wire import validation_error

_ROLE = "RoleARN"
_SERVICE = "cloudformation.amazonaws.com"
# Operations that take a role at once; a change set applies its role when it is executed.
_AT_ONCE = ("ContinueUpdateRollback", "CreateStack", "DeleteStack", "RollbackStack", "UpdateStack")


def install() -> None:
    """Check and keep the service roles of stacks."""
    guards: dict[str, Guard] = dict.fromkeys((*_AT_ONCE, "CreateChangeSet"), _require_usable)
    guard_operations("cloudformation", guards)
    of_change_sets: dict[str, str] = {}

    def planned(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        of_change_sets[answer["Id"]] = request.get(_ROLE, "")
        return answer

    def executed(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        found = account.call(
            "cloudformation",
            "DescribeChangeSet",
            **{name: request[name] for name in ("ChangeSetName", "StackName") if name in request},
        )
        _keep(found["StackName"], of_change_sets.get(found["ChangeSetId"], ""))
        return answer

    amendments: dict[str, Amendment] = dict.fromkeys(_AT_ONCE, _kept)
    amendments |= {
        "CreateChangeSet": planned,
        "ExecuteChangeSet": executed,
        "DescribeStacks": _shown,
    }
    amend_operations("cloudformation", amendments)


def _require_usable(request: dict[str, Any]) -> None:
    stack = ministack.stack(request["StackName"].rpartition(":stack/")[2].partition("/")[0]) or {}
    arn = request.get(_ROLE) or stack.get(_ROLE)
    if arn and not _is_usable(arn):
        raise validation_error(f"Role {arn} is invalid or cannot be assumed")


def _is_usable(arn: str) -> bool:
    try:
        role = account.call("iam", "GetRole", RoleName=arn.rpartition("/")[2])["Role"]
    except ClientError:
        return False
    policy = role["AssumeRolePolicyDocument"]
    return _SERVICE in (policy if isinstance(policy, str) else json.dumps(policy))


def _kept(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    _keep(request["StackName"], request.get(_ROLE, ""))
    return answer


def _keep(name: str, arn: str) -> None:
    stack = ministack.stack(name.rpartition(":stack/")[2].partition("/")[0])
    if stack is not None and arn:
        stack[_ROLE] = arn


def _shown(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    stacks = [_with_role(stack) for stack in answer["Stacks"]]
    return {**answer, "Stacks": stacks}


def _with_role(shown: dict[str, Any]) -> dict[str, Any]:
    stack = ministack.stack(shown["StackName"]) or {}
    known = stack.get("StackId") == shown["StackId"] and stack.get(_ROLE)
    return {**shown, _ROLE: known} if known else shown
