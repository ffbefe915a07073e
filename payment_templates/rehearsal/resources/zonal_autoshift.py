"""AWS::ARCZonalShift::ZonalAutoshiftConfiguration: moves traffic out of a failing zone."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.document import is_list, is_object
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType
from payment_templates.rehearsal.services.zonal_autoshift import SERVICE

_PRACTICE = "PracticeRunConfiguration"
_STATUS = "ZonalAutoshiftStatus"


def _create(properties: Properties, _name: str) -> Created:
    resource = properties["ResourceIdentifier"]
    _change(resource, {}, properties)
    return Created(ref=resource, attributes={})


def _update(ref: str, before: Properties, after: Properties) -> Attributes:
    _change(ref, before, after)
    return {}


def _delete(ref: str, properties: Properties) -> None:
    _change(ref, properties, {})


def _change(resource: str, before: Properties, after: Properties) -> None:
    if before.get(_STATUS) and not after.get(_STATUS):
        # First, because an enabled autoshift needs its practice runs.
        _set_status(resource, "DISABLED")
    practice = _as_members(after.get(_PRACTICE))
    if practice and before.get(_PRACTICE):
        _call("UpdatePracticeRunConfiguration", resource, **practice)
    elif practice:
        _call("CreatePracticeRunConfiguration", resource, **practice)
    elif before.get(_PRACTICE):
        _call("DeletePracticeRunConfiguration", resource)
    if after.get(_STATUS):
        _set_status(resource, after[_STATUS])


def _set_status(resource: str, status: str) -> None:
    _call("UpdateZonalAutoshiftConfiguration", resource, zonalAutoshiftStatus=status)


def _call(operation: str, resource: str, **request: Any) -> None:  # noqa: ANN401 - AWS's own shapes
    account.call(SERVICE, operation, resourceIdentifier=resource, **request)


def _as_members(value: Any) -> Any:  # noqa: ANN401 - as above
    """Convert template properties to API members, such as OutcomeAlarms to outcomeAlarms."""
    if is_object(value):
        return {name[0].lower() + name[1:]: _as_members(entry) for name, entry in value.items()}
    return [_as_members(entry) for entry in value] if is_list(value) else value


ZONAL_AUTOSHIFT = ResourceType(
    name="AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
    create=_create,
    update=_update,
    delete=_delete,
)
