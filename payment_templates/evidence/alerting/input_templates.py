"""Finds the placeholders of an event rule's text that nothing fills."""

from __future__ import annotations

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
