"""Checks a policy against the grammar of identity-based policies, and IAM's size limit.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html: a principal is for
resource-based policies only.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 6144
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z*?]+[A-Za-z0-9*?]*")
# The ARN's partition and service cannot be a wildcard: "Resource" in the IAM user guide.
_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9*-]*:([0-9]{12}|\*)?:[\x21-\x7e]+")
_OPERATORS = {"StringEquals", "StringLike"}
_KEY = re.compile(r"[a-z0-9-]+:[A-Za-z]+")


def require_policy(text: str) -> None:
    """Raise AssertionError for a text that is no policy."""
    policy = json.loads(text)
    assert len(re.sub(r"\s", "", text)) <= LIMIT
    assert policy.keys() == {"Version", "Statement"}
    assert policy["Version"] == "2012-10-17"
    assert policy["Statement"]
    for statement in policy["Statement"]:
        _require_statement(statement)


def _require_statement(statement: dict[str, Any]) -> None:
    assert statement.keys() - {"Condition"} == {"Effect", "Action", "Resource"}
    assert statement["Effect"] == "Allow"
    for action in _strings(statement["Action"]):
        assert _ACTION.fullmatch(action), action
    for resource in _strings(statement["Resource"]):
        assert resource == "*" or _ARN.fullmatch(resource), resource
    for operator, entries in statement.get("Condition", {}).items():
        assert operator in _OPERATORS
        for key, values in entries.items():
            assert _KEY.fullmatch(key), key
            assert _strings(values)


def _strings(value: Any) -> list[str]:  # noqa: ANN401 - JSON of any shape.
    found = cast("Sequence[Any]", value) if isinstance(value, list) else (value,)
    assert found
    assert all(isinstance(each, str) and each for each in found)
    return [*found]
