"""Reads the texts of event rules: placeholders that nothing fills, and what chat channels show."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties

_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.-]+)>")
# EventBridge fills these itself:
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
_PREDEFINED = "aws.events."


def unfilled_placeholders(target: Properties) -> Iterator[str]:
    """Yield the placeholders of a target's text that its map of paths does not have.

    "Placeholders that will be filled with the values of the keys from InputPathsMap": botocore
    events, InputTransformer.
    """
    transformer = target.child("InputTransformer")
    paths = transformer.child("InputPathsMap").entries
    for name in _PLACEHOLDER.findall(transformer.text("InputTemplate")):
        if name not in paths and not name.startswith(_PREDEFINED):
            yield name


def is_shown_in_chat(target: Properties) -> bool:
    """Return whether chat channels show the messages of a target.

    Of a text that a rule makes, only those in the format of custom notifications:
    https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
    """
    text = target.child("InputTransformer").text("InputTemplate") or target.text("Input")
    if not text:
        return True
    whole = re.sub(rf"(?<=[:,\[]){_PLACEHOLDER.pattern}", '"value"', text)
    try:
        message = json.loads(_PLACEHOLDER.sub("value", whole))
    except ValueError:
        return False
    match message:
        case {"version": "1.0", "source": "custom", "content": {"description": str()}}:
            return True
        case _:
            return False
