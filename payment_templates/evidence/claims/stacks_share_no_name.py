"""Checks that two stacks of the template can exist in one region of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnknownValueError, unknown_in
from payment_templates.evidence.claim import absent, broken, claim, conditional, kept
from payment_templates.evidence.deployment.parameter_probes import MARK, with_markers
from payment_templates.evidence.deployment.regional_copies import taken_names
from payment_templates.evidence.example_values import ACCOUNT
from payment_templates.evidence.physical_names import NAMING
from payment_templates.facts.custom_names import CUSTOM_NAMES, ONCE_IN_REGION, SHAREABLE
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology

_SUFFIX = "EnvironmentSuffix"


@claim(
    "Two stacks in one region share no name",
    "Critical implementation notes: resource naming",
    "Ideal response: parallel deployments",
)
def stacks_share_no_name(topology: Topology) -> Finding:
    """Check that every custom name and export contains a value that differs between two stacks.

    These values are the stack name and the environment suffix, or all String parameters if there is
    no suffix. A copy in another region takes its name there too. "Export names must be unique
    within a Region":
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
    """
    stack = topology.stack
    marks = _marks(stack)
    lines: list[str] = []
    for place, name, is_own in (*_names(stack, marks), *_exports(stack, marks)):
        lines.append(f"{place}: {name}")
        if not is_own:
            return broken(f"{name} of {place} is the same in every stack", *lines)
    for resource in stack.of_type(*ONCE_IN_REGION):
        where = f"{resource.logical_id}, {resource.type}"
        return broken(f"an account can have only one per region: {where}", *lines)
    if not lines:
        return absent("the template sets no name")
    if taken := [f"{name} in {region}" for _, name, region in taken_names(topology)]:
        return conditional(f"if no other stack uses {', '.join(dict.fromkeys(taken))}", *lines)
    return kept(f"{quantity(len(lines), 'name')}, each unique to its stack", *lines)


def _marks(stack: Stack) -> dict[str, str]:
    parameters = stack.template.parameters
    texts = [name for name, parameter in parameters.items() if parameter.type == "String"]
    differing = [_SUFFIX] if _SUFFIX in parameters else texts
    # arn:aws:cloudformation:region:account:stack/name/UUID; names often contain a part of it.
    uuid = "-".join([MARK] * 5)
    own_id = f"arn:aws:cloudformation:{stack.region}:{ACCOUNT}:stack/{MARK}/{uuid}"
    return {**dict.fromkeys((*differing, "AWS::StackName"), MARK), "AWS::StackId": own_id}


def _names(stack: Stack, marks: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Yield each resource with a custom name, the name, and whether it differs between stacks."""
    for resource in stack.resources.values():
        naming = CUSTOM_NAMES.get(resource.type)
        if naming is None or resource.type in SHAREABLE or naming not in resource.properties:
            continue
        memo = resource.properties.memo
        if (found := memo.get("own name")) is None:
            marked = with_markers(stack, resource, NAMING, marks).properties.text(naming)
            name, is_own = resource.properties.text(naming), MARK in marked
            found = memo["own name"] = (resource.logical_id, name, is_own)
        yield found


def _exports(stack: Stack, marks: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Yield each export in the same form as `_names`."""
    if not stack.exports:
        return
    marked = stack.with_values(marks).exports
    for output, name in stack.exports.items():
        own = MARK in str(marked[output])
        if not own and (unknown := unknown_in(name)):
            raise UnknownValueError(f"Outputs.{output}.Export.Name", unknown)
        yield f"the output {output}", str(name), own
