"""Reads the parameter values that apply to one region instead of the whole stack set."""

import re
from collections.abc import Mapping, Sequence

from payment_templates.cloudformation import Template
from payment_templates.quantity import ordinal
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.values import (
    check_value,
    parameter_named,
    require_not_suffix,
    variable_of,
)

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]")


def read_overrides(
    template: Template, assignments: Sequence[str], regions: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Read REGION:KEY=VALUE pairs; raises RolloutError."""
    found: dict[str, dict[str, str]] = {}
    for number, assignment in enumerate(assignments, start=1):
        region, colon, pair = assignment.partition(":")
        name, equals, value = pair.partition("=")
        if not (_REGION.fullmatch(region) and colon and name and equals):
            # The text is not shown: without a region, it may be meant as a secret.
            raise wrong_use(
                f"the {ordinal(number)} --override is not REGION:KEY=VALUE",
                f"use REGION:KEY=VALUE with one of {', '.join(regions)}",
            )
        if region not in regions:
            raise wrong_use(
                f"--override {region}: not a region of this command",
                f"use one of {', '.join(regions)}, or add it with --region",
            )
        if name in found.get(region, {}):
            raise wrong_use(f"--override {region}:{name} is given twice", "pass it once")
        require_not_suffix(name)
        parameter = parameter_named(template, name)
        if parameter.no_echo:
            raise wrong_use(
                f"--override cannot set {name!r}: it holds a secret",
                f"set the environment variable {variable_of(name)}, for all regions",
            )
        check_value(parameter, value)
        found.setdefault(region, {})[name] = value
    return found
