"""Checks that every resource is deleted with the stack."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


_HOLD_DATA = {"AWS::KMS::Key", "AWS::Logs::LogGroup", "AWS::RDS::DBCluster"}


@claim("Every resource has DeletionPolicy: Delete", "Constraint 10", "Success metric 8")
def deletion_policies(topology: Topology) -> Finding:
    """Check that DeletionPolicy and UpdateReplacePolicy of every resource are Delete.

    The default for a database cluster is Snapshot:

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """
    left = [
        resource
        for resource in topology.stack.resources.values()
        if {resource.deletion_policy, resource.update_replace_policy} != {"Delete"}
    ]
    if left:
        lines = [
            f"{resource.logical_id}: {resource.deletion_policy} / {resource.update_replace_policy}"
            for resource in left
        ]
        # Only resources with data may be retained, so only their number can be accepted.
        measured = all(resource.type in _HOLD_DATA for resource in left)
        amount = len(left) if measured else math.inf
        found = quantity(len(left), "resource is", "resources are")
        return broken(f"{found} not deleted", *lines, amount=amount)
    count = len(topology.stack.resources)
    return kept(f"{quantity(count, 'resource')}, all deleted", f"{count} x DeletionPolicy: Delete")
