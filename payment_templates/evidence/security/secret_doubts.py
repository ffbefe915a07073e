"""Says why a text may be a secret in plain text, where that is not sure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.security.assigned_secrets import (
    access_key_secrets,
    assigned_secrets,
)
from payment_templates.evidence.security.embedded_secrets import arguments_of, tokens_in_urls
from payment_templates.evidence.security.hidden_properties import TAKERS
from payment_templates.evidence.security.readable_texts import (
    REFERENCE,
    STORED_TEXT,
    filled,
    is_readable,
    without_pseudo,
)
from payment_templates.evidence.security.secret_values import (
    Exposure,
    exposure_of,
    exposure_of_name,
    is_about_secret,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.evidence.security.written_texts import Text

# The ARN of the function that answers for a custom resource:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html
SERVICE_TOKEN = "ServiceToken"  # noqa: S105 - a name.
# How texts_returned writes a function whose value is not known, up to the end of its last name.
_FUNCTION = re.compile(
    r'\$\{\{"(Fn::GetStackOutput|Fn::ImportValue|Fn::Transform)": (.*)\}\}', re.DOTALL
)
_END = re.compile(r"\W+$")
_ATTRIBUTE = re.compile(r"\$\{([A-Za-z0-9]+)\.([^}]+)\}")
_GIVEN_BY_OTHERS = {"AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack"}
# A part of a pseudo parameter, such as of the ID of the stack.
_PREDICTABLE = re.compile(r'\$\{\{"Fn::(?:Select|Split)".*\}(?:\$\{AWS::\w+\})+', re.DOTALL)

_FINDERS = (
    (arguments_of, "has an argument that may be a secret in plain text"),
    (assigned_secrets, "has an entry that may be a secret in plain text"),
    (tokens_in_urls, "has a URL whose user may be a token in plain text"),
    (access_key_secrets, "may be the secret of an access key"),
)


def doubt_of(template: Template, text: Text, exposure: Exposure, echoed: Mapping[str, str]) -> str:
    """Return why a text may be a secret in plain text, or ""."""
    if exposure and STORED_TEXT.search(text.text):
        return "has a text of Systems Manager, which is not encrypted there if it is a secret"
    if exposure:
        return "may be a secret in plain text"
    value = filled(without_pseudo(text.text), echoed)
    for find, why in _FINDERS:
        if any(map(is_readable, find(value))):
            return why
    is_fine = text.name == SERVICE_TOKEN or (text.is_property and text.name in TAKERS)
    return "" if is_fine else _doubt_of_source(template, text, echoed)


def source_elsewhere(template: Template, text: str) -> str:
    """Return what another template or a function gives, if a text is nothing else; or "".

    Not if its name says that it only describes a secret, as the ARN of one.
    """
    if found := _FUNCTION.match(text):
        function, operand = found.groups()
        return "" if is_about_secret(_END.sub("", operand)) else function
    found = _ATTRIBUTE.fullmatch(text)
    resource = template.resources.get(found[1]) if found else None
    # Custom resources, also of third parties, and nested stacks.
    if found is None or resource is None or is_about_secret(found[2]):
        return ""
    given = not resource.type.startswith("AWS::") or resource.type in _GIVEN_BY_OTHERS
    return f"{found[1]}.{found[2]}" if given else ""


def _doubt_of_source(template: Template, text: Text, echoed: Mapping[str, str]) -> str:
    """Return why a text may be a secret that comes from a parameter or from elsewhere, or ""."""
    sure = exposure_of_name(text.name) is Exposure.EXPOSED
    if text.is_property and not sure:
        return ""
    alone = REFERENCE.fullmatch(text.text)
    if alone and alone[1] in echoed and not is_about_secret(alone[1]):
        if exposure_of(text.name, echoed[alone[1]]):
            return f"is {alone[1]}, which is echoed: it may be a secret or the name of one"
    elif not text.is_property and sure:
        if source := source_elsewhere(template, text.text):
            return f"comes from {source}: it may be a secret or the name of one"
        if _PREDICTABLE.fullmatch(text.text):
            return "is computed from what everyone who sees the stack knows"
    return ""
