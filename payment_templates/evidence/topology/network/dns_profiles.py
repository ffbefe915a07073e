"""Reads the Route 53 Profiles of a VPC: the firewalls, private zones and rules that they share.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from payment_templates.cloudformation import Reference, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Stack, StackResource

_PROFILE = "AWS::Route53Profiles::Profile"
PROFILE_ASSOCIATION = "AWS::Route53Profiles::ProfileAssociation"
_SHARED = "AWS::Route53Profiles::ProfileResourceAssociation"
# The resource types that profiles are read from.
PROFILE_TYPES = (_PROFILE, PROFILE_ASSOCIATION, _SHARED)


@dataclass(frozen=True, kw_only=True)
class SharedResource:
    """A resource that a profile shares with its VPCs; None if the template does not show it."""

    # The association of the resource with the profile, or that of the profile with the VPC.
    association: str
    resource: StackResource | None
    # Of a rule group of the DNS firewall; None if the template does not show it.
    priority: float | None = None


def shared_resources(stack: Stack, vpc: str) -> Iterator[SharedResource]:
    """Yield what the profiles of a VPC share; a profile outside the stack may share anything."""
    for association in stack.of_type(PROFILE_ASSOCIATION):
        fields = association.properties
        associated = fields.identity_if_known("ResourceId")
        if associated not in {vpc, None}:
            continue
        profile = stack.of(fields.identity_if_known("ProfileId") or "", _PROFILE)
        if profile is None or associated is None:
            yield SharedResource(association=association.logical_id, resource=None)
            continue
        for shared in stack.of_type(_SHARED):
            owner = shared.properties.identity_if_known("ProfileId")
            if owner == profile.logical_id:
                yield _shared(stack, shared)
            elif owner is None:
                yield SharedResource(association=shared.logical_id, resource=None)


def _shared(stack: Stack, shared: StackResource) -> SharedResource:
    arn = shared.properties.get("ResourceArn")
    parts = arn.parts if isinstance(arn, Text) else (arn,)
    named = (part.logical_id for part in parts if isinstance(part, Reference))
    found = (stack.resources.get(name) for name in named)
    return SharedResource(
        association=shared.logical_id,
        resource=next(filter(None, found), None),
        priority=_priority(shared.properties.identity_if_known("ResourceProperties")),
    )


def _priority(properties: str | None) -> float | None:
    if properties is None:
        return None
    try:
        options: Any = json.loads(properties)
        return float(options["priority"])
    except (KeyError, TypeError, ValueError):
        return 0
