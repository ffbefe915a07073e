"""Checks that no parameter change replaces a stateful resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.replacement import (
    parameters_behind,
    renewed_secrets,
)
from payment_templates.facts.create_only import CREATE_ONLY, MAYBE_CREATE_ONLY

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The specification and the parameter descriptions say that these must not change.
_NEVER_CHANGED = {"EnvironmentSuffix", "AvailabilityZones"}


@claim("No update replaces a stateful resource", "Issue: deployment")
def no_update_replaces_state(topology: Topology) -> Finding:
    """Check that no parameter decides a create-only property of a database, key, secret or log.

    A secret may be replaced if the same update sends the new password to the database. The suffix
    and the zones only make the verdict conditional, because they must not change.
    """
    if not any(topology.stack.of_type(kind) for kind in CREATE_ONLY):
        return absent("the template has no stateful resource")
    template = topology.stack.template
    renewed = {f"{secret}.Name": parameter for secret, parameter in renewed_secrets(template)}
    behind = {
        parameter: lost
        for parameter, places in parameters_behind(template, CREATE_ONLY).items()
        if (lost := tuple(place for place in places if renewed.get(place) != parameter))
    }
    maybe = parameters_behind(template, MAYBE_CREATE_ONLY)
    lines = [
        f"{parameter}: {', '.join(places)}"
        for table in (behind, maybe)
        for parameter, places in sorted(table.items())
    ]
    free = sorted(set(behind) - _NEVER_CHANGED)
    if free:
        return broken(f"changing {' or '.join(free)} replaces {behind[free[0]][0]}", *lines)
    if behind or maybe:
        names = " or ".join(sorted({*behind, *maybe}))
        return conditional(f"as long as you do not change {names}", *lines)
    return kept("no parameter decides a create-only property", *lines)
