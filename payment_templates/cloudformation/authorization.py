"""Reads AWS's service authorization reference, as cfn-lint ships it: actions and their resources.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation.schemas import schema_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

_OTHER_PLACEHOLDER = re.compile(r"\$\{(?!(?:Partition|Region|Account)\})[^}]*\}")


def arn_formats(action: str) -> tuple[str, ...] | None:
    """Return the ARN formats of the resources that a policy can name for an action.

    They contain ${Partition}, ${Region}, ${Account} and "*", which also replaces AWS's other
    placeholders, such as the service of a recovery point. Empty if the action accepts only "*";
    None if the reference does not have the action. Raises TemplateError if cfn-lint is not
    installed.
    """
    service, _, name = action.partition(":")
    entry = _reference().get(service, {})
    found = entry.get("Actions", {}).get(name.lower())
    if found is None:
        return None
    # The two parts of the reference differ in their spelling of the kinds.
    kinds = (kind.lower() for kind in found.get("Resources", ()))
    resources = entry.get("Resources", {})
    formats = (form for kind in kinds for form in resources.get(kind, {}).get("ARNFormats", ()))
    return tuple(
        dict.fromkeys(_OTHER_PLACEHOLDER.sub("*", form.replace(".*", "*")) for form in formats)
    )


def actions_named(action: str) -> tuple[str, ...]:
    """Return the actions that a name covers: itself, or those that its "*" matches.

    Those are in lower case, which IAM does not distinguish:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    Empty if the reference has none. Raises TemplateError if cfn-lint is not installed.
    """
    service, _, name = action.partition(":")
    known = _reference().get(service, {}).get("Actions", {})
    if "*" not in name:
        return (action,) if name.lower() in known else ()
    return tuple(f"{service}:{one}" for one in known if fnmatchcase(one, name.lower()))


def has_service(action: str) -> bool:
    """Return whether the reference has the service of an action."""
    return action.partition(":")[0] in _reference()


@cache
def _reference() -> Mapping[str, Any]:
    path = schema_folder().parent / "AdditionalSpecs" / "Policies.json"
    return cast("Mapping[str, Any]", json.loads(path.read_text(encoding="utf-8")))
