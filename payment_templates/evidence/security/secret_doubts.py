"""Says why a text may be a secret in plain text, where that is not sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.security.embedded_secrets import arguments_of
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

    from payment_templates.evidence.security.written_texts import Text

# The ARN of the function that answers for a custom resource:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html
SERVICE_TOKEN = "ServiceToken"  # noqa: S105 - a name.


def doubt_of(text: Text, exposure: Exposure, echoed: Mapping[str, str]) -> str:
    """Return why a text may be a secret in plain text, or ""."""
    if exposure and STORED_TEXT.search(text.text):
        return "has a text of Systems Manager, which is not encrypted there if it is a secret"
    if exposure:
        return "may be a secret in plain text"
    if any(map(is_readable, arguments_of(filled(without_pseudo(text.text), echoed)))):
        return "has an argument that may be a secret in plain text"
    alone = REFERENCE.fullmatch(text.text) if text.text.startswith("${") else None
    if alone is None or alone[1] not in echoed or is_about_secret(alone[1]):
        return ""
    if text.name != SERVICE_TOKEN and not (text.is_property and text.name in TAKERS):
        sure = exposure_of_name(text.name) is Exposure.EXPOSED
        if (sure or not text.is_property) and exposure_of(text.name, echoed[alone[1]]):
            return f"is {alone[1]}, which is echoed: it may be a secret or the name of one"
    return ""
