"""AWS::FIS::ExperimentTemplate: an experiment that breaks a part of the stack once started."""

from typing import Any
from uuid import uuid4

from payment_templates.rehearsal import account
from payment_templates.rehearsal.document import is_list, is_object
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType
from payment_templates.rehearsal.services.fault_injection import SERVICE

# Their keys are names that the template chooses.
_MAPS = ("Actions", "Targets", "Tags")
_NOT_UPDATED = ("tags",)


def _create(properties: Properties, _name: str) -> Created:
    created = account.call(
        SERVICE, "CreateExperimentTemplate", clientToken=str(uuid4()), **_request(properties)
    )
    template_id = created["experimentTemplate"]["id"]
    return Created(ref=template_id, attributes={"Id": template_id})


def _update(ref: str, _before: Properties, after: Properties) -> Attributes:
    given = {name: value for name, value in _request(after).items() if name not in _NOT_UPDATED}
    # UpdateExperimentTemplate takes no account targeting.
    given.get("experimentOptions", {}).pop("accountTargeting", None)
    account.call(SERVICE, "UpdateExperimentTemplate", id=ref, **given)
    return {"Id": ref}


def _delete(ref: str, _properties: Properties) -> None:
    account.call(SERVICE, "DeleteExperimentTemplate", id=ref)


def _request(properties: Properties) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in properties.items():
        member = _member(name)
        if name == "Tags":
            found[member] = value
        elif name in _MAPS:
            found[member] = {key: _members(entry) for key, entry in value.items()}
        else:
            found[member] = _members(value)
    return found


def _members(value: Any) -> Any:  # noqa: ANN401 - AWS's own shapes.
    """Convert template properties to API members; the keys of a map are left as they are."""
    if is_list(value):
        return [_members(entry) for entry in value]
    if not is_object(value):
        return value
    return {
        _member(name): entry
        if name in {"Parameters", "Targets", "ResourceTags"}
        else _members(entry)
        for name, entry in value.items()
    }


def _member(name: str) -> str:
    return name[0].lower() + name[1:]


EXPERIMENT_TEMPLATE = ResourceType(
    name="AWS::FIS::ExperimentTemplate",
    create=_create,
    update=_update,
    delete=_delete,
    tag_property="Tags",
)
