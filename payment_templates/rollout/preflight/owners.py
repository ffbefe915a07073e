"""Finds the stacks that own a name, so that no check advises deleting their resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.errors import is_expired
from payment_templates.rollout.existing_stacks import list_members
from payment_templates.rollout.ownership import OF_A_SET
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from boto3 import Session

# A resource type and a name.
Name = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A stack that owns some of the names."""

    stack: str
    status: str
    suffix: str
    names: tuple[Name, ...]

    def remediation(self, suffix: str) -> str:
        """Return what to do instead of deleting what the stack owns."""
        if self.suffix != suffix:
            return "choose another --suffix"
        if self.stack.startswith(OF_A_SET):
            return "use rollout with its home region as the first --region; status shows the region"
        return f"use deploy --stack-name {self.stack}, or choose another --suffix"


def find_owners(
    session: Session, region: str, names: Sequence[Name], suffix: str
) -> Iterator[Owner]:
    """Find the stacks that own these names, those of the suffix first."""
    left = list(names)
    for stack, status in _stacks_of(session, region, suffix):
        members = list_members(session, region, stack) or ()
        owned = tuple(
            (kind, name)
            for kind, name in left
            if any(
                member.resource_type == kind and _is_named(member.physical_id, name)
                for member in members
            )
        )
        if owned:
            left = [one for one in left if one not in owned]
            yield Owner(stack=stack, status=status, suffix=suffix, names=owned)
    others: dict[str, list[Name]] = {}
    for kind, name in left:
        if stack := _stack_with(session, region, name):
            others.setdefault(stack, []).append((kind, name))
    for stack, owned_names in others.items():
        yield Owner(stack=stack, status="", suffix="", names=tuple(owned_names))


def _stacks_of(session: Session, region: str, suffix: str) -> Iterator[tuple[str, str]]:
    pages = clients.cloudformation(session, region).get_paginator("describe_stacks").paginate()
    given = {"ParameterKey": SUFFIX, "ParameterValue": suffix}
    for page in pages:
        for stack in page["Stacks"]:
            if given in stack.get("Parameters", ()):
                yield stack["StackName"], stack["StackStatus"]


def _is_named(physical_id: str, name: str) -> bool:
    # arn:…:topic, arn:…:loadbalancer/app/name/id, arn:…:secret:name-id
    return (
        physical_id == name
        or physical_id.endswith(f":{name}")
        or f"/{name}/" in physical_id
        or f":secret:{name}-" in physical_id
    )


def _stack_with(session: Session, region: str, name: str) -> str:
    client = clients.cloudformation(session, region)
    try:
        # DescribeStackResources, PhysicalResourceId: of any stack of the region.
        found = client.describe_stack_resources(PhysicalResourceId=name)["StackResources"]
    except ClientError as error:
        if is_expired(error):
            raise
        return ""
    return found[0].get("StackName", "") if found else ""
