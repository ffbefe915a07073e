"""Reads the parameter values that apply to one region instead of the whole stack set."""

import re
from collections.abc import Mapping, Sequence

from payment_templates.cloudformation import Template
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.values import check_value, require_not_suffix

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]")


def read_overrides(
    template: Template, assignments: Sequence[str], regions: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Read REGION:KEY=VALUE pairs; raises RolloutError."""
    found: dict[str, dict[str, str]] = {}
    for assignment in assignments:
        region, colon, pair = assignment.partition(":")
        name, equals, value = pair.partition("=")
        if not colon or not equals or region not in regions:
            # Without a region, it may be meant as a secret.
            known = colon and _REGION.fullmatch(region)
            shown = f" for {region!r}" if known else ": its text is not shown"
            raise wrong_use(
                f"invalid --override{shown}",
                f"use REGION:KEY=VALUE with one of {', '.join(regions)}",
            )
        require_not_suffix(name)
        if name not in template.parameters:
            raise wrong_use(f"--override: the template has no parameter {name!r}")
        if template.parameters[name].no_echo:
            raise wrong_use(f"--override cannot set {name!r}: it holds a secret")
        check_value(template.parameters[name], value)
        found.setdefault(region, {})[name] = value
    return found
