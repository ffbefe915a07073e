"""Provides example values of parameters: typical ones, and ones that may break a promise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.cloudformation import partition_of
from payment_templates.evidence.regions import other_region, zones_of
from payment_templates.facts.client_connections import LESS_STRICT, OLD_POLICIES, POLICY_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from payment_templates.cloudformation import Parameter

# The account ID in AWS's own examples.
ACCOUNT = "111122223333"
_VERSION = re.compile(r"(\d+)\.(\d+)")
# root as a container user: by name, by ID, and with a group.
_ROOT = ("root", "0", "0:0")
_USER_AND_GROUP = re.compile(r"\d+:.*")
# The TLS policy of a listener, or the end of its name if the template adds the prefix.
_POLICY = re.compile(rf"({POLICY_PREFIX})?(TLS|FS)[A-Z0-9]*-.*")
# Of a longer list of allowed values only these are tried, and those that conditions compare with.
_MOST_VALUES = 64
# The type of a parameter with the name of one zone.
ZONE_TYPE = "AWS::EC2::AvailabilityZone::Name"
# More than any number of the specification.
_MANY = 1000


def examples(parameter: Parameter, region: str, compared_with: Iterable[str] = ()) -> Iterator[str]:
    """Yield example values that the parameter accepts, the most likely first."""
    entries = _entries(parameter)
    blank = "," * (entries - 1)
    candidates = (
        *parameter.allowed_values[:_MOST_VALUES],
        *(zones_of(region) if parameter.type == ZONE_TYPE else ()),
        *("dev-001", "on-call@example.com", "Example-password-1", "8080", "pay.example.com"),
        *("Example-password-2", "second@example.com"),
        *("Z0EXAMPLE", region, other_region(region) or "us-east-1"),
        ",".join(zones_of(region)[:entries]),
        _arn(region, "acm", "certificate/example"),
        _arn(region, "ecr", "repository/payments"),
        *(text or blank for text in compared_with),
    )
    return (text for text in candidates if not parameter.problem(text))


def limits(parameter: Parameter, region: str) -> Iterator[str]:
    """Yield values that the parameter accepts and that are most likely to break a promise.

    These are other allowed values, the opposite of a switch, a less strict protocol, one zone
    several times, an older version, and numbers close to and far from the default (or from an
    example, if there is no default).
    """
    default = parameter.default
    if default is None:
        default = next(examples(parameter, region), "")
    zones = zones_of(region)[:2]
    candidates = list(parameter.allowed_values[:_MOST_VALUES])
    if not default or _USER_AND_GROUP.fullmatch(default):
        candidates += _ROOT
    if default in {"true", "false"}:
        candidates += ["true", "false"]
    if parameter.is_list:
        candidates.append(",".join([zones[0]] * _entries(parameter)))
    elif default in {"", *zones_of(region)}:
        candidates += zones
    if version := _VERSION.fullmatch(default):
        candidates.append(f"{version[1]}.{int(version[2]) // 2}")
    if default in LESS_STRICT:
        candidates.append(LESS_STRICT[default])
    if policy := _POLICY.fullmatch(default):
        candidates += (f"{policy[1] or ''}{name}" for name in OLD_POLICIES)
    if default.isdigit():
        candidates += map(str, (0, int(default) - 1, int(default) + 1, _MANY))
        bounds = (parameter.min_value, parameter.max_value)
        candidates += (
            str(int(bound) if bound.is_integer() else bound)
            for bound in bounds
            if bound is not None
        )
    return (text for text in candidates if text != default and not parameter.problem(text))


def _entries(parameter: Parameter) -> int:
    """Return the number of entries in a list parameter's default: templates select by index."""
    return (parameter.default or "").count(",") + 1 if parameter.is_list else 1


def _arn(region: str, service: str, thing: str) -> str:
    return f"arn:{partition_of(region)[0]}:{service}:{region}:{ACCOUNT}:{thing}"
