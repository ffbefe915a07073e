"""Finds the stack of a suffix in CloudFormation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

_SUFFIX = "EnvironmentSuffix"


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A deployed stack, created directly or by a stack set."""

    region: str
    name: str
    resources: int


def stack_of(aws: EmbeddedAws, region: str, suffix: str) -> Stack:
    """Find the stack of a suffix in a region, by its parameter: stack sets generate names."""
    client = aws.client("cloudformation", region)
    (name,) = (
        stack["StackName"]
        for page in client.get_paginator("describe_stacks").paginate()
        for stack in page["Stacks"]
        if {"ParameterKey": _SUFFIX, "ParameterValue": suffix} in stack.get("Parameters", ())
    )
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = sum(len(page["StackResourceSummaries"]) for page in pages)
    return Stack(region=region, name=name, resources=resources)
