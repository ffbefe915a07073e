"""Decides whether reported drift is a false positive, and returns a repair command."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, cast

from payment_templates.facts.false_drift import FALSE_DRIFT, FalseDrift
from payment_templates.rollout.stack.drift_repairs import REPAIRS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from payment_templates.facts.false_drift import Sameness
    from payment_templates.rollout.stack.drift import Drift


def explain(drift: Drift) -> FalseDrift | None:
    """Return why reported drift is a false positive; None if it is real."""
    return next((one for one in FALSE_DRIFT if _matches(one, drift)), None)


def repair_for(drift: Drift) -> str:
    """Return the command that reverts a change; empty if none is known.

    An update with the same template reverts nothing: CloudFormation sends only differences between
    templates.
    """
    for repair in REPAIRS:
        if repair.resource_type == drift.resource_type and re.fullmatch(repair.path, drift.path):
            off = _read(drift.expected) in (False, "DISABLED")
            command = repair.otherwise if off else repair.command
            # A value that is only in AWS has no expected value to restore.
            if drift.is_added and "{expected}" in command:
                return ""
            return command.format(
                id=drift.physical_id,
                expected=_in_shell(drift.expected),
                name=drift.path.rpartition("/")[2],
                region=drift.region,
            )
    return ""


def _matches(false: FalseDrift, drift: Drift) -> bool:
    return (
        # A deleted resource has no path.
        bool(drift.path)
        and false.resource_type in {"", drift.resource_type}
        and re.fullmatch(false.path, drift.path) is not None
        and _is_same(false.sameness, drift)
    )


def _is_same(sameness: Sameness, drift: Drift) -> bool:
    expected, actual = _read(drift.expected), _read(drift.actual)
    if sameness == "same value":
        return _canonical(expected) == _canonical(actual)
    if sameness == "same members":
        return bool(members := _members(expected)) and members == _members(actual)
    if sameness == "ARN of the ID":
        return str(actual).startswith("arn:") and str(actual).endswith(f"/{expected}")
    if sameness in _OF_TEXTS:
        return _OF_TEXTS[sameness](str(expected), "" if actual is None else str(actual))
    # PropertyDifference, DifferenceType ADD: the template does not have it.
    if not drift.is_added:
        return False
    return sameness == "not stated" or str(actual) == drift.account


def _same_in_lower_case(expected: str, actual: str) -> bool:
    return expected.lower() == actual.lower()


def _differ_in_region(expected: str, actual: str) -> bool:
    return expected.startswith("arn:") and _anywhere(expected) == _anywhere(actual)


def _anywhere(arn: str) -> str:
    """Return an ARN without its region, which the name of a cluster may have at its end too."""
    parts = arn.split(":", _ARN_PARTS)
    region = parts[3] if len(parts) > _ARN_PARTS else ""
    return arn.replace(region, "*") if region else arn


def _is_not_returned(expected: str, actual: str) -> bool:
    return bool(expected) and actual in {"", "null"}


# arn:partition:service:region:account:resource
_ARN_PARTS = 5
_OF_TEXTS: Mapping[str, Callable[[str, str], bool]] = {
    "same in lower case": _same_in_lower_case,
    "another region": _differ_in_region,
    "not returned": _is_not_returned,
}


def _read(text: str) -> object:
    try:
        found: object = json.loads(text)
    except ValueError:
        return text
    # An account ID is a string of digits, and a policy a string of JSON.
    return _read(found) if isinstance(found, str) else found


def _members(value: object) -> list[str]:
    return sorted(map(_canonical, cast("list[object]", value))) if isinstance(value, list) else []


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def _in_shell(expected: str) -> str:
    value = _read(expected)
    members = cast("list[object]", value) if isinstance(value, list) else [value]
    return " ".join(map(str, members))
