"""Checks that the template has no known fault and is within CloudFormation's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import MOST_BYTES_INLINE
from payment_templates.cloudformation.schemas import missing_types, schemas_installed
from payment_templates.evidence.claim import broken, claim, conditional, kept
from payment_templates.evidence.deployment.lint_findings import lint_findings
from payment_templates.evidence.deployment.refusals import refusals
from payment_templates.evidence.deployment.refused.zones import zone_conditions
from payment_templates.evidence.examined_stacks import refused_combinations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
_LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}


@claim(
    "The template has no known fault and is within CloudFormation's limits",
    "Success metric 9",
    "Requirement 10",
)
def valid_template(topology: Topology) -> Finding:
    """Check the template's size, the number of entries per section, and values that AWS refuses.

    All references resolve, otherwise the template could not be examined. Refused values are checked
    only where other promises depend on them, and resource types by AWS's schemas; --lint runs
    cfn-lint for the rest, whose errors count.
    """
    template = topology.stack.template
    found = lint_findings(template)
    lines = [f"{template.bytes:,} of {MOST_BYTES_INLINE:,} bytes that CreateStack accepts inline"]
    lines += [
        f"{len(template.document.get(section) or {})} of {limit} {section}"
        for section, limit in _LIMITS.items()
    ]
    if problem := next(_problems(topology), ""):
        return broken(problem, *lines, *refused_combinations(template))
    if found is None:
        lines.append("not linted: run with --lint")
    else:
        lines += map(str, found) if found else ["cfn-lint finds nothing"]
    if found and found[0].is_error:
        return broken(f"cfn-lint: {found[0]}", *lines)
    conditions = tuple(_conditions(topology))
    if conditions:
        return conditional("; ".join(conditions), *lines)
    return kept(f"{template.bytes:,} bytes, every reference resolves", *lines)


def _conditions(topology: Topology) -> Iterator[str]:
    template, region = topology.stack.template, topology.stack.region
    # A macro may turn types of its own into AWS's, as AWS::Serverless does.
    if schemas_installed() and not template.macros:
        used = (resource.type for resource in template.resources.values())
        for name in missing_types(used, region):
            yield f"if {region} has the resource type {name}: AWS's schemas in cfn-lint do not"
    yield from zone_conditions(topology)
    if not template.fits_inline:
        yield f"if it is deployed from S3: CreateStack accepts {MOST_BYTES_INLINE:,} bytes inline"
    subnets = topology.network.subnets.values()
    unread = [
        each.logical_id
        for each in subnets
        if not each.block and "CidrBlock" in topology.stack.resources[each.logical_id].properties
    ]
    if unread:
        blocks = f"the CIDR blocks of {', '.join(unread)}, which the template does not give,"
        yield f"if {blocks} are in their VPC and overlap no other"


def _problems(topology: Topology) -> Iterator[str]:
    """Yield what CloudFormation or AWS refuses."""
    template = topology.stack.template
    for refused in refused_combinations(template):
        yield f"CloudFormation refuses {refused}"
    for section, limit in _LIMITS.items():
        count = len(template.document.get(section) or {})
        if count > limit:
            yield f"{count} {section}, CloudFormation accepts {limit}"
    for resource in topology.stack.resources.values():
        for name in resource.depends_on:
            if name not in template.resources:
                yield f"{resource.logical_id} depends on {name}, which does not exist"
    yield from refusals(topology)
