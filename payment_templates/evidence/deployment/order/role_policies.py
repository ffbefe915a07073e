"""Finds policies that a role needs while a resource uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import Reference, Unknown, UnknownValueError
from payment_templates.evidence.deployment.order.needs import Need
from payment_templates.facts.creation_order import DEPENDS_ON, LAMBDA_IN_NETWORK, ROLE_USERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource, Value
    from payment_templates.evidence.deployment.order.needs import Order

_ROLE, _FUNCTION = "AWS::IAM::Role", "AWS::Lambda::Function"
_MAPPING = "AWS::Lambda::EventSourceMapping"
_CALLING = (_MAPPING, "AWS::CloudFormation::CustomResource")
_SERVICE, _DEFINITION = "AWS::ECS::Service", "AWS::ECS::TaskDefinition"


def policy_needs(stack: Stack, order: Order) -> Iterator[Need]:
    """Yield the separate policies of the role that each resource uses.

    Policies inside the role, or in its ManagedPolicyArns, exist as soon as the role does.
    """
    attached = [*_attached(stack)]
    users = [user for user in _users(stack) if user[1] is not None] if attached else []
    given: dict[str, tuple[str, ...]] = {}
    for user, value, soft, source in users:
        role = _role(stack, value)
        if role not in given:
            found = (policy for policy, receiver in attached if _role(stack, receiver) == role)
            given[role] = tuple(dict.fromkeys(found)) if role else ()
        if given[role]:
            why = f"{role} has its permissions only with it"
            yield Need(waits=user, needed=given[role], why=why, source=source, soft=soft)
    # Last, so that known dependencies come first. A literal name is not a role of the stack.
    outside = [(user, value) for user, value, *_ in users if not isinstance(value, Reference)]
    for policy, receiver in attached if outside else ():
        for user, value in outside:
            unknown = next((it for it in (receiver, value) if isinstance(it, Unknown)), None)
            late = policy not in order.before(user)
            if unknown and late and not isinstance(receiver, Reference):
                raise UnknownValueError(f"Resources.{policy}.Properties.Roles", unknown)


def _role(stack: Stack, value: Value) -> str:
    """Return the logical ID of a role, or the name at the end of its ARN."""
    found = stack.logical_id(value, _ROLE)
    return found or (value.rpartition("/")[2] if isinstance(value, str) else "")


def _attached(stack: Stack) -> Iterator[tuple[str, Value]]:
    for policy in stack.of_type("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
        for value in policy.properties.values("Roles"):
            yield policy.logical_id, value
    for policy in stack.of_type("AWS::IAM::RolePolicy"):
        yield policy.logical_id, policy.properties.get("RoleName")


def _users(stack: Stack) -> Iterator[tuple[str, Value, bool, str]]:
    """Yield each user of a role, the role, whether it starts without policies, and the source."""
    for service in stack.of_type(_SERVICE):
        fields = service.properties
        yield service.logical_id, fields.get("Role"), False, DEPENDS_ON
        definition = stack.of(fields.target("TaskDefinition"), _DEFINITION)
        if definition:
            task = definition.properties
            yield service.logical_id, task.get("ExecutionRoleArn"), False, DEPENDS_ON
            yield service.logical_id, task.get("TaskRoleArn"), True, DEPENDS_ON
    for resource_type, (name, source) in ROLE_USERS.items():
        for resource in stack.of_type(resource_type):
            yield resource.logical_id, resource.properties.get(name), False, source
    for function in stack.of_type(_FUNCTION):
        if "VpcConfig" in function.properties:
            role = function.properties.get("Role")
            yield function.logical_id, role, False, LAMBDA_IN_NETWORK
    for name, declared in stack.template.resources.items():
        custom = stack.resources.get(name) if _may_call(declared.type) else None
        if custom and (role := _role_of_function(stack, custom)):
            yield name, role, False, DEPENDS_ON


def _role_of_function(stack: Stack, resource: StackResource) -> Value:
    """Return the role of the Lambda function behind a custom resource or event source mapping."""
    name = _names_function(resource.type, resource.properties)
    function = stack.of(resource.properties.target(name), _FUNCTION) if name else None
    return function.properties.get("Role") if function else None


def _names_function(resource_type: str, fields: Properties) -> str:
    if resource_type == _MAPPING:
        return "FunctionName"
    return "ServiceToken" if "ServiceToken" in fields else ""


def _may_call(resource_type: str) -> bool:
    """Return whether a Lambda function is behind resources of a type."""
    return resource_type in _CALLING or resource_type.startswith("Custom::")
