"""Returns the permissions that a template needs, for each kind of principal.

Known limits: schemas name the actions of every property, and facts/conditional_actions.py has the
property only where a source says it; and a resource that refers to another one in its template is
assumed to use no further one of that kind. A user of the permissions on roles can create a role
under one of the template's names with any inline policy, and pass it to a service of the template.
A permissions boundary would prevent that only if the template's own roles had the same boundary.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError, Unknown, dependencies, evaluate
from payment_templates.cloudformation.authorization import actions_named
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.permissions.handler_actions import (
    creating_action,
    handler_actions,
    indirect_statements,
    unknown_actions,
)
from payment_templates.rollout.permissions.identities import identity_statements
from payment_templates.rollout.permissions.narrowing import User, narrowed_resources
from payment_templates.rollout.permissions.own_calls import (
    REQUIRED,
    REQUIRED_BY_STACK_SETS,
    Scope,
    own_calls,
)
from payment_templates.rollout.permissions.property_values import (
    arns_in_properties,
    unneeded_actions,
    unused_services,
)
from payment_templates.rollout.permissions.resource_arns import (
    arn_patterns,
    arns_made_for,
    arns_named_after,
    kind_patterns,
)
from payment_templates.rollout.permissions.statement import EVERY_RESOURCE, Statement, merged
from payment_templates.rollout.permissions.template_functions import (
    function_notes,
    function_statements,
)
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from payment_templates.cloudformation import Stack, Template

# Evaluation needs one; its name is then replaced.
_REGION = "us-east-1"
_ASSUMING = "sts:AssumeRole"
# What StackSets does in a target account: with the stacks of the set, and with those that deploy
# created and --import imports.
_STACKS_OF_SETS = ("StackSet-*", "payment-*")
_STACK_SET_READS = (
    *("cloudformation:Describe*", "cloudformation:Get*", "cloudformation:List*"),
    *("cloudformation:ValidateTemplate", "s3:GetObject"),
)


class Purpose(StrEnum):
    """Who gets the permissions."""

    DEPLOYER = "deployer"
    SERVICE_ROLE = "service-role"
    STACK_SET_EXECUTION = "stack-set-execution"


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """The statements that allow what a template needs, and what they do not cover."""

    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Needs:
    stack: Stack
    arns: Mapping[str, tuple[str, ...]]
    # Each action, with the resources that need it.
    actions: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    # What services do for a resource beyond its schema.
    indirect: list[Statement] = field(default_factory=list[Statement])
    notes: list[str] = field(default_factory=list[str])


def permissions_for(purpose: Purpose, template: Template, scope: Scope) -> Permissions:
    """Return the permissions for a purpose.

    Raises RolloutError for a role without a name, and TemplateError without AWS's schemas.
    """
    if purpose is Purpose.DEPLOYER:
        calls = calls_of_the_commands(template, scope)
        # With a service role, CloudFormation does not use the caller's permissions.
        return (
            calls if scope.role_arn else _joined(calls, permissions_of_the_stack(template, scope))
        )
    stack = permissions_of_the_stack(template, scope)
    if purpose is Purpose.SERVICE_ROLE:
        return stack
    return _joined(Permissions(statements=_stack_set_statements()), stack)


def calls_of_the_commands(
    template: Template, scope: Scope, *, stack_sets: bool = True
) -> Permissions:
    """Return the permissions for the calls of this program, without those of CloudFormation."""
    stack = _for_any_value(template, scope)
    every = [
        arn
        for resource in stack.resources.values()
        for arn in arn_patterns(resource) or kind_patterns(resource)
    ]
    calls = own_calls(
        scope,
        every,
        stack_sets=stack_sets,
        experiments=bool(stack.of_type("AWS::FIS::ExperimentTemplate")),
        slack_channels=bool(stack.of_type("AWS::Chatbot::SlackChannelConfiguration")),
    )
    return Permissions(statements=merged(calls))


def certain_actions(template: Template, *, stack_sets: bool) -> frozenset[str]:
    """Return the actions without which no deployment of a template can succeed.

    Others may belong to properties that the template does not set.
    """
    if stack_sets:
        return REQUIRED_BY_STACK_SETS
    types = {resource.type for resource in template.resources.values()}
    return REQUIRED | {action for it in types if (action := creating_action(it))}


def permissions_of_the_stack(template: Template, scope: Scope) -> Permissions:
    """Return the permissions for what CloudFormation does with the template's resources."""
    stack = _for_any_value(template, scope)
    needs = _Needs(stack=stack, arns=_arns(stack))
    _collect(needs)
    statements = merged((*_resource_statements(needs), *function_statements(template, stack)))
    notes = (*needs.notes, *function_notes(template))
    return Permissions(statements=statements, notes=tuple(dict.fromkeys(notes)))


def _for_any_value(template: Template, scope: Scope) -> Stack:
    """Evaluate a template for every value of its parameters and conditions, and every region."""
    given = {SUFFIX: scope.suffix} if scope.suffix and SUFFIX in template.parameters else {}
    undecided = {name: Unknown(reason=f"any {name}") for name in template.conditions}
    try:
        stack = evaluate(template, region=_REGION, parameters=given, conditions=undecided)
    except TemplateError as error:
        raise wrong_use(str(error), error.hint) from None
    names = {*template.parameters, "AWS::Region", "AWS::AccountId", "AWS::Partition"} - given.keys()
    return stack.with_values({name: Unknown(reason=f"any {name}") for name in names})


def _arns(stack: Stack) -> Mapping[str, tuple[str, ...]]:
    return {name: arn_patterns(resource) for name, resource in stack.resources.items()}


def _collect(needs: _Needs) -> None:
    for name, resource in needs.stack.resources.items():
        found = handler_actions(resource.type)
        if found is None:
            needs.notes.append(
                f"AWS names no permissions for {resource.type}: add what it needs yourself"
            )
        if missing := unknown_actions(resource.type):
            needs.notes.append(
                f"left out, because AWS's service authorization reference does not have them: "
                f"{', '.join(missing)}; add those that {resource.type} needs yourself"
            )
        needs.indirect.extend(indirect_statements(resource.type, resource.properties))
        for action in (found or frozenset()) - unneeded_actions(resource, needs.stack):
            if action.endswith(":*"):
                needs.notes.append(_too_much(action, resource.type))
            elif actions_named(action):
                needs.actions.setdefault(action, []).append(name)


def _resource_statements(needs: _Needs) -> Iterator[Statement]:
    identity = {action for action in needs.actions if action.startswith("iam:")}
    yield from needs.indirect
    yield from identity_statements(needs.stack, identity, needs.arns)
    graph = dependencies(needs.stack.template).direct
    for action, names in needs.actions.items():
        if action not in identity:
            users = [_user(needs, name, sorted(graph[name])) for name in names]
            resources = narrowed_resources(action, users)
            if action == _ASSUMING and resources == EVERY_RESOURCE:
                types = sorted({needs.stack.resources[name].type for name in names})
                needs.notes.extend(_too_much(f"{action} on any role", it) for it in types)
                continue
            yield Statement(actions=(action,), resources=resources)


def _too_much(what: str, resource_type: str) -> str:
    return (
        f"AWS names {what} for {resource_type}, which is too much to allow: add what it needs "
        "yourself"
    )


def _user(needs: _Needs, name: str, referred: Iterable[str]) -> User:
    resource = needs.stack.resources[name]
    related = tuple(arn for each in referred for arn in needs.arns[each])
    return User(
        own=(
            *needs.arns[name],
            *arns_made_for(resource.type),
            *arns_named_after(resource.type, related),
        ),
        kind=kind_patterns(resource),
        related=(*related, *arns_in_properties(resource, needs.stack)),
        unused_services=unused_services(resource, needs.stack),
    )


def _stack_set_statements() -> tuple[Statement, ...]:
    stacks = (
        f"arn:${{Partition}}:cloudformation:*:${{Account}}:stack/{name}/*"
        for name in _STACKS_OF_SETS
    )
    return (
        Statement(actions=("cloudformation:*",), resources=tuple(stacks)),
        Statement(actions=_STACK_SET_READS),
    )


def _joined(*parts: Permissions) -> Permissions:
    return Permissions(
        statements=merged(statement for part in parts for statement in part.statements),
        notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )
