"""Validates a change set before anything is created, as CloudFormation does since November 2025.

What is validated, and which findings fail a change set:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/validate-stack-deployments.html
The wording is AWS's as users report it: of the status in serverless/serverless 13248, of
properties in aws/aws-cdk-cli 1463, of names in aws-cloudformation/rain 744. AWS does not document
which types have their names checked; here it is those that a resource handler creates.

Stacks that CreateStack, UpdateStack or a stack set creates are not validated here: since June 2026
the first two are on AWS, but neither what the stack shows then nor whether StackSets validate is
documented. Their resources are refused one by one instead, and what exists by then is rolled back.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from jsonschema.exceptions import ValidationError

from payment_templates.cloudformation import (
    Reference,
    StackResource,
    Text,
    Unknown,
    Value,
    evaluate,
    template_of,
    with_parameters,
)
from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.document import is_list, is_object
from payment_templates.rehearsal.services import amend_operations, guard_operations
from payment_templates.rehearsal.strictness import name_taken, resource_schema
from payment_templates.rehearsal.strictness.desired import Desired
from payment_templates.rehearsal.strictness.keywords import unknown_names
from payment_templates.rehearsal.strictness.names import NAMED
from payment_templates.rehearsal.wire import validation_error

_SERVICE = "cloudformation"
# The key under which a change set's record has its events.
_EVENTS = "_validation_events"
_PROPERTIES = "PROPERTY_VALIDATION"
_NAMES = "NAME_CONFLICT_VALIDATION"
_HOOKS = {
    _PROPERTIES: "AWS::EarlyValidation::PropertyValidation",
    _NAMES: "AWS::EarlyValidation::ResourceExistenceCheck",
}
# Replaces a value that only the deployment knows; such a value violates no schema.
_NOT_KNOWN = object()
# An object with such a key has further entries that only a macro knows.
_MACRO = "Fn::Transform"

_Event = dict[str, Any]


def install() -> None:
    """Fail invalid change sets, and explain them in DescribeEvents."""
    guard_operations(_SERVICE, {"DescribeEvents": _require_arn})
    amend_operations(_SERVICE, {"CreateChangeSet": _validated, "DescribeEvents": _explained})


def _require_arn(request: dict[str, Any]) -> None:
    # The name alone is not accepted: aws-cloudformation/cloudformation-cli 1116.
    if not request.get("ChangeSetName", "arn:").startswith("arn:"):
        raise validation_error("One of ChangeSetName, OperationId or StackName must be specified")


def _validated(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    change_set = ministack.change_set(answer["Id"])
    if change_set["Status"] == "CREATE_COMPLETE" and not change_set["_disable_validation"]:
        events = [*_problems(change_set)]
        if events:
            hooks = ", ".join(dict.fromkeys(_HOOKS[event["ValidationName"]] for event in events))
            change_set.update(
                Status="FAILED",
                ExecutionStatus="UNAVAILABLE",
                StatusReason=f"The following hook(s)/validation failed: [{hooks}]. To troubleshoot "
                "Early Validation errors, use the DescribeEvents API for detailed failure "
                "information.",
                Changes=[],
            )
            change_set[_EVENTS] = events
    return answer


def _explained(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    if "ChangeSetName" not in request:
        return answer
    return {"OperationEvents": ministack.change_set(request["ChangeSetName"]).get(_EVENTS, [])}


def _problems(change_set: Mapping[str, Any]) -> Iterator[_Event]:
    existing = (ministack.stack(change_set["StackName"]) or {}).get("_resources", {})
    changed = {
        change["ResourceChange"]["LogicalResourceId"]
        for change in change_set["Changes"]
        if change["ResourceChange"]["Action"] in {"Add", "Modify"}
    }
    for resource in _resources(change_set):
        if resource.logical_id not in changed:
            continue
        desired = Desired(
            resource_type=resource.type,
            logical_id=resource.logical_id,
            properties={name: _plain(value) for name, value in resource.properties.entries.items()},
            region=ministack.region(),
            before=existing.get(resource.logical_id, {}).get("Properties"),
        )
        operation = change_set["StackId"], change_set["ChangeSetId"].rpartition("/")[2]
        # A schema reports each missing property of an object once, with the whole list.
        found = dict.fromkeys((*_of_properties(desired), *_of_name(desired)))
        for name, path, reason in found:
            yield _event(desired, operation, name=name, path=path, reason=reason)


def _resources(change_set: Mapping[str, Any]) -> Iterator[StackResource]:
    stack = with_parameters(
        evaluate(
            template_of(change_set["_template"]),
            region=ministack.region(),
            account=ministack.account(),
        ),
        {name: str(given["Value"]) for name, given in change_set["_resolved_params"].items()},
    )
    yield from stack.resources.values()


def _of_properties(desired: Desired) -> Iterator[tuple[str, str, str]]:
    if _MACRO in desired.properties:
        return
    place = f"/Resources/{desired.logical_id}/Properties"
    for error in resource_schema.violations(desired):
        path = "/".join((place, *map(str, error.absolute_path)))
        for reason in _reasons(error):
            yield _PROPERTIES, path, reason


def _reasons(error: ValidationError) -> Iterator[str]:
    value: Any = error.instance
    limit: Any = error.validator_value
    keyword = str(error.validator)
    if keyword == "additionalProperties":
        schema: Any = error.schema
        for name in sorted(unknown_names(value, schema)):
            yield f"Unsupported property [{name}]"
    elif keyword == "required":
        for name in limit:
            if name not in value:
                yield f"Required property [{name}] not found"
    elif _has_unknown(value):
        return
    elif keyword == "enum":
        yield f"{value} is not a valid enum value. Supported values: [{', '.join(map(str, limit))}]"
    else:
        yield resource_schema.constraint(error)


def _of_name(desired: Desired) -> Iterator[tuple[str, str, str]]:
    named = NAMED.get(desired.resource_type)
    if named is None or named.wording is not None:
        return
    name = name_taken.taken_name(desired)
    if name is not None:
        yield (
            _NAMES,
            f"/Resources/{desired.logical_id}",
            f"Resource of type '{desired.resource_type}' with identifier '{name}' already exists.",
        )


def _event(
    desired: Desired, operation: tuple[str, str], *, name: str, path: str, reason: str
) -> _Event:
    stack_id, operation_id = operation
    return {
        "EventId": str(uuid4()),
        "StackId": stack_id,
        "OperationId": operation_id,
        "OperationType": "CREATE_CHANGESET",
        "OperationStatus": "FAILED",
        "EventType": "VALIDATION_ERROR",
        "LogicalResourceId": desired.logical_id,
        "ResourceType": desired.resource_type,
        "Timestamp": datetime.now(UTC),
        "ValidationFailureMode": "FAIL",
        "ValidationName": name,
        "ValidationStatus": "FAILED",
        "ValidationStatusReason": reason,
        "ValidationPath": path,
    }


def _plain(value: Value) -> Any:  # noqa: ANN401 - JSON, with the mark for what is not known
    if isinstance(value, Reference | Text | Unknown):
        return _NOT_KNOWN
    if isinstance(value, Mapping):
        if _MACRO in value:
            return _NOT_KNOWN
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return [_plain(entry) for entry in value]


def _has_unknown(value: object) -> bool:
    if is_object(value):
        return any(map(_has_unknown, value.values()))
    if is_list(value):
        return any(map(_has_unknown, value))
    return value is _NOT_KNOWN
