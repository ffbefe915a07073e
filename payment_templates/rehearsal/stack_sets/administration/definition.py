"""Reads the definition of a stack set from CreateStackSet and UpdateStackSet requests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from payment_templates.rehearsal.stack_sets.administration.parameters import resolve_parameters
from payment_templates.rehearsal.stack_sets.model.stack_set import Definition
from payment_templates.rehearsal.wire import ServiceError, validation_error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudformation.type_defs import (
        CreateStackSetInputTypeDef,
        TagTypeDef,
        UpdateStackSetInputTypeDef,
    )

    from payment_templates.rehearsal.stack_sets.model.stacks import Stacks, Template

# API CreateStackSet, TemplateBody.
MAXIMUM_TEMPLATE_BODY_BYTES = 51_200

_TEMPLATE_SOURCES = ("TemplateBody", "TemplateURL", "UsePreviousTemplate", "StackId")


def define(
    request: CreateStackSetInputTypeDef, stacks: Stacks, *, imported_template: str | None
) -> Definition:
    """Read the definition of a new stack set; raises ServiceError if it is invalid."""
    body = _read_template(request, stacks, previous=imported_template)
    template = stacks.inspect(body)
    capabilities = tuple(request.get("Capabilities", ()))
    _require_capabilities(template, capabilities)
    definition = Definition(
        description=request.get("Description"),
        template_body=body,
        parameters=resolve_parameters(request.get("Parameters", ()), template, previous={}),
        concealed=_concealed(template),
        capabilities=capabilities,
        tags=_read_tags(request.get("Tags", ())),
        permission_model=request.get("PermissionModel", "SELF_MANAGED"),
        administration_role_arn=request.get("AdministrationRoleARN"),
        execution_role_name=request.get("ExecutionRoleName"),
        auto_deployment=_as_mapping(request.get("AutoDeployment")),
        managed_execution=request.get("ManagedExecution", {}).get("Active", False),
    )
    _check_permission_model(definition)
    return definition


def redefine(
    definition: Definition, request: UpdateStackSetInputTypeDef, stacks: Stacks
) -> Definition:
    """Read the changes to a stack set; all but the capabilities default to the current values."""
    body = _read_template(request, stacks, previous=definition.template_body)
    template = stacks.inspect(body)
    capabilities = tuple(request.get("Capabilities", ()))
    _require_capabilities(template, capabilities)
    if definition.administration_role_arn and "AdministrationRoleARN" not in request:
        # API UpdateStackSet, AdministrationRoleARN; AWS's own wording is unknown.
        raise validation_error(
            "The stack set has a customized administrator role: specify AdministrationRoleARN"
        )
    parameters = resolve_parameters(
        request.get("Parameters"), template, previous=definition.parameters
    )
    changed = replace(
        definition,
        description=request.get("Description", definition.description),
        template_body=body,
        parameters=parameters,
        concealed=_concealed(template),
        capabilities=capabilities,
        tags=_read_tags(request["Tags"]) if "Tags" in request else definition.tags,
        permission_model=request.get("PermissionModel", definition.permission_model),
        administration_role_arn=request.get(
            "AdministrationRoleARN", definition.administration_role_arn
        ),
        execution_role_name=request.get("ExecutionRoleName", definition.execution_role_name),
        auto_deployment=_as_mapping(request.get("AutoDeployment", definition.auto_deployment)),
        managed_execution=request.get("ManagedExecution", {}).get(
            "Active", definition.managed_execution
        ),
    )
    _check_permission_model(changed)
    return changed


def _read_template(
    request: CreateStackSetInputTypeDef | UpdateStackSetInputTypeDef,
    stacks: Stacks,
    *,
    previous: str | None,
) -> str:
    given = [source for source in _TEMPLATE_SOURCES if request.get(source)]
    if len(given) != 1:
        raise validation_error(
            "Specify exactly one of TemplateBody, TemplateURL, UsePreviousTemplate (update) "
            f"or StackId (create); got {', '.join(given) or 'none'}"
        )
    body = request.get("TemplateBody")
    if body is None and "TemplateURL" in request:
        return stacks.download(request["TemplateURL"])
    if body is None:
        return previous or ""
    size = len(body.encode())
    if size > MAXIMUM_TEMPLATE_BODY_BYTES:
        raise validation_error(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAXIMUM_TEMPLATE_BODY_BYTES}; "
            f"got {size} bytes, pass a larger template by TemplateURL"
        )
    return body


def _require_capabilities(template: Template, given: Sequence[str]) -> None:
    missing = [
        capability
        for capability in template.required_capabilities
        if capability not in given
        # CAPABILITY_NAMED_IAM includes CAPABILITY_IAM.
        and not (capability == "CAPABILITY_IAM" and "CAPABILITY_NAMED_IAM" in given)
    ]
    if missing:
        raise ServiceError(
            "InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(missing)}]"
        )


def _check_permission_model(definition: Definition) -> None:
    if definition.permission_model == "SELF_MANAGED":
        if definition.auto_deployment is not None:
            raise validation_error(
                "AutoDeployment is not used with PermissionModel SELF_MANAGED; leave it out"
            )
        return
    if definition.auto_deployment is None:
        raise validation_error("AutoDeployment is required with PermissionModel SERVICE_MANAGED")
    if definition.administration_role_arn or definition.execution_role_name:
        raise validation_error(
            "AdministrationRoleARN and ExecutionRoleName are valid only with "
            "PermissionModel SELF_MANAGED; leave them out"
        )


def _concealed(template: Template) -> frozenset[str]:
    return frozenset(name for name, entry in template.parameters.items() if entry.concealed)


def _read_tags(tags: Sequence[TagTypeDef]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _as_mapping(value: Mapping[str, object] | None) -> Mapping[str, object] | None:
    return None if value is None else dict(value)
