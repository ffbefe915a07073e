"""No parameter but those of name and place replaces anything that holds state."""

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

# The name and the zones of a stack never change: the specification and the template say so.
_NEVER_CHANGED = {"EnvironmentSuffix", "AvailabilityZones"}


@claim("No update replaces a stateful resource", "Issue: deployment")
def no_update_replaces_state(topology: Topology) -> Finding:
    """Find the parameters behind create-only properties of database, key, secret and logs.

    A secret that is replaced together with the password that it holds loses nothing: the same
    update gives the new one to the database.
    """
    if not any(topology.stack.of_type(kind) for kind in CREATE_ONLY):
        return absent("nothing in the template holds state")
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
        return broken(f"a change of {', '.join(free)} replaces {behind[free[0]][0]}", *lines)
    if behind or maybe:
        names = ", ".join(sorted({*behind, *maybe}))
        return conditional(f"as long as {names} is unchanged", *lines)
    return kept("no parameter decides a create-only property", *lines)
