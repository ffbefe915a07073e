"""Checks that no parameter change replaces or deletes a stateful resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.parameter_changes import (
    changes_of,
    deciding_presence,
    is_refused,
)
from payment_templates.evidence.deployment.replacement import (
    parameters_behind,
    renewed_secrets,
)
from payment_templates.facts.create_only import CREATE_ONLY, MAYBE_CREATE_ONLY

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# The specification and the parameter descriptions say that these must not change.
_NEVER_CHANGED = {"EnvironmentSuffix", "AvailabilityZones"}
# Must not change either, and CloudFormation must refuse it: the other databases would be lost.
_REFUSED = {"DatabaseHomeRegion"}


@claim("No update replaces or deletes a stateful resource", "Issue: deployment")
def no_update_replaces_state(topology: Topology) -> Finding:
    """Check that no parameter decides a create-only property of a database, key, secret or log.

    Nor may it decide whether one exists. A secret may be replaced if the same update sends the new
    password to the database. The suffix and the zones only make the verdict conditional, because
    they must not change. CloudFormation must refuse every change of the region in which a global
    database was made: an update that would replace a resource with a fixed name fails before
    anything is deleted.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
    """
    if not any(topology.stack.of_type(kind) for kind in CREATE_ONLY):
        return absent("the template has no stateful resource")
    template = topology.stack.template
    behind, maybe = _deciding(template), parameters_behind(template, MAYBE_CREATE_ONLY)
    refused = {
        parameter
        for parameter in behind.keys() & _REFUSED
        if is_refused(changes_of(topology.stack, parameter))
    }
    lines = [
        f"{parameter}: {', '.join(places)}"
        for table in (behind, maybe)
        for parameter, places in sorted(table.items())
    ]
    lines += [
        f"CloudFormation refuses to change {parameter}: {change.refused_by} has a fixed name and "
        f"would be replaced ({', '.join(change.replaced)})"
        for parameter in sorted(refused)
        for change in changes_of(topology.stack, parameter)[:1]
    ]
    if free := sorted(behind.keys() - _NEVER_CHANGED - refused):
        return broken(_what_is_lost(topology, behind, free), *lines)
    names = " or ".join(sorted({*behind, *maybe} - refused))
    if names:
        also = f"; CloudFormation refuses to change {', '.join(sorted(refused))}" if refused else ""
        return conditional(f"as long as you do not change {names}{also}", *lines)
    if refused:
        return kept(f"CloudFormation refuses to change {', '.join(sorted(refused))}", *lines)
    return kept("no parameter decides a create-only property", *lines)


def _deciding(template: Template) -> dict[str, tuple[str, ...]]:
    """Return the parameters that decide a create-only property or the presence of a resource."""
    renewed = {f"{secret}.Name": parameter for secret, parameter in renewed_secrets(template)}
    found = {
        parameter: lost
        for parameter, places in parameters_behind(template, CREATE_ONLY).items()
        if (lost := tuple(place for place in places if renewed.get(place) != parameter))
    }
    for parameter, names in deciding_presence(template).items():
        found[parameter] = (*found.get(parameter, ()), *names)
    return found


def _what_is_lost(topology: Topology, behind: dict[str, tuple[str, ...]], free: list[str]) -> str:
    for change in changes_of(topology.stack, free[0]):
        if change.deleted and not change.refused_by:
            return f"changing {free[0]} deletes {change.deleted[0]}"
    return f"changing {' or '.join(free)} replaces {behind[free[0]][0]}"
