"""Decides whether a stack belongs to a suffix and to this project.

The only place with this rule. What cannot be identified belongs to someone else: no command changes
or deletes it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from payment_templates.exit_codes import ExitCode
from payment_templates.facts.custom_names import CUSTOM_NAMES
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.templates import template_of_stack
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.cloudformation import Json, Template
    from payment_templates.rollout.stack_states import StackState

# The prefix of every change set that this program creates; CloudFormation shows the one that
# created or updated a stack (Stack, ChangeSetId).
CHANGE_SET_PREFIX = "payment-rollout-"
# How the description of every generated template starts, of all versions.
_DESCRIPTION = "Payments over three zones: Aurora PostgreSQL, Fargate"
# The stack tag by which deploy recognises a stack whose template has another description.
# CloudFormation keeps it when another tool changes the stack, unless that gives tags of its own.
TAG = "payment-templates:suffix"
# A name as the template writes it: "payment-task-${EnvironmentSuffix}-${AWS::Region}".
_NAME = re.compile(rf"payment-[a-z0-9-]+-\$\{{{SUFFIX}\}}(-\$\{{AWS::Region\}})?")
# One may be a coincidence: the resource of another project that works with this one.
_ENOUGH_NAMES = 2
# How the name of every stack starts that StackSets create.
OF_A_SET = "StackSet-"
# StackSet-NAME-IDENTITY.
_NAME_BY_A_SET = re.compile(rf"{OF_A_SET}(.+)-[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}")
NOTHING_CHANGED = "nothing was changed"
NOTHING_DELETED = "nothing was deleted"


def default_name(suffix: str) -> str:
    """Return the name of a suffix's stack or stack set, unless another one is given."""
    return f"payment-{suffix}"


def stack_set_of(stack_name: str) -> str:
    """Return the name of the set that created a stack of this name; empty if none did."""
    match = _NAME_BY_A_SET.fullmatch(stack_name)
    return match[1] if match else ""


def is_of_project(template: Json, *, named: bool) -> bool:
    """Return whether a stack's template is of this project.

    Without the description, by its names, if the stack has the suffix's default name too (`named`):
    a template of another project may have names that follow the same rule.
    """
    return is_described(template) or (named and len(_own_names(template)) >= _ENOUGH_NAMES)


def is_described(template: Json) -> bool:
    """Return whether a template has the description of a generated one."""
    return str(template.get("Description", "")).startswith(_DESCRIPTION)


def identifying_tags(template: Json, suffix: str | None) -> dict[str, str]:
    """Return the tags by which a new stack is recognised later, if its template is not enough."""
    return {} if suffix is None or is_described(template) else {TAG: suffix}


def require_suffix(
    parameters: Mapping[str, str], suffix: str, name: str, *, so: str = NOTHING_DELETED
) -> None:
    """Raise RolloutError for a stack or stack set with another suffix, or without one."""
    carried = parameters.get(SUFFIX)
    if carried is None:
        raise _foreign(name, f"it has no parameter {SUFFIX}", so)
    if carried != suffix:
        raise wrong_use(
            f"{name} has the suffix {carried}, not {suffix}; {so}",
            f"name a stack of {suffix}, or pass --suffix {carried}",
        )


def require_recognizable(template: Template, name: str, suffix: str) -> None:
    """Raise RolloutError if a stack of this template would later be someone else's."""
    if SUFFIX not in template.parameters and name != default_name(suffix):
        raise wrong_use(
            f"the template has no parameter {SUFFIX}: later commands could not tell that {name} "
            f"is of the suffix {suffix}",
            f"add the parameter, or leave out --stack-name to use {default_name(suffix)}",
        )


def require_own(
    client: CloudFormationClient, state: StackState, suffix: str, *, so: str = NOTHING_CHANGED
) -> None:
    """Raise RolloutError for a stack of another suffix or project.

    A stack in review has no template yet, and belongs to the owners of its change sets.
    """
    if state.status in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}:
        return
    tagged = state.tags.get(TAG) == suffix
    # Stacks of earlier versions have no tag: only the last change tells whose they are.
    made_here = tagged or state.change_set.startswith(CHANGE_SET_PREFIX)
    named = state.name == default_name(suffix)
    if SUFFIX not in state.parameters and made_here and named:
        # Created by deploy from a template without the parameter.
        return
    require_suffix(state.parameters, suffix, state.name, so=so)
    if made_here:
        return
    template = template_of_stack(client, state.stack_id)
    if template is None:
        raise _unreadable(state.name, so)
    if not is_of_project(template, named=named):
        raise _foreign(state.name, "it has a template of another project", so)


def require_description(
    client: CloudFormationClient, state: StackState, description: str, *, so: str = NOTHING_CHANGED
) -> None:
    """Raise RolloutError unless the roles' stack, which has no suffix, has this description."""
    if state.status in {"DELETE_COMPLETE", "REVIEW_IN_PROGRESS"}:
        return
    template = template_of_stack(client, state.stack_id)
    if template is None:
        raise _unreadable(
            state.name, so, instead=", or leave out --create-roles and --delete-roles"
        )
    if template.get("Description") != description:
        raise _foreign(
            state.name,
            f"its description is not {description!r}",
            so,
            instead="leave out --create-roles and --delete-roles",
        )


def _own_names(template: Json) -> frozenset[str]:
    """Return the names of resources that have the form of this project's."""
    return frozenset(
        text
        for resource in _objects(template.get("Resources")).values()
        if isinstance(text := _name_of(_objects(resource)), str) and _NAME.fullmatch(text)
    )


def _name_of(resource: Json) -> object:
    name_property = CUSTOM_NAMES.get(str(resource.get("Type")), "")
    name = _objects(resource.get("Properties")).get(name_property)
    return _objects(name).get("Fn::Sub")


def _objects(value: object) -> Json:
    # Anyone may have written the template.
    return cast("Json", value) if isinstance(value, dict) else {}


def _unreadable(name: str, so: str, *, instead: str = "") -> RolloutError:
    return RolloutError(
        f"the template of {name} cannot be read, so it is unknown whether it is a stack of this "
        f"project; {so}",
        ExitCode.REFUSED,
        hint=f"allow cloudformation:GetTemplate on that stack{instead}",
    )


def _foreign(
    name: str, reason: str, so: str, *, instead: str = "choose another name"
) -> RolloutError:
    return RolloutError(
        f"{name} is not a stack of this project: {reason}; {so}",
        ExitCode.REFUSED,
        hint=f"{instead}; to change that stack, use the tool that created it",
    )
