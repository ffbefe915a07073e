"""Checks that all data at rest is encrypted with a customer managed key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import absent, broken, claim, conditional, kept, unknown
from payment_templates.evidence.security.access_log_buckets import log_buckets_with_own_key
from payment_templates.evidence.security.data_at_rest import (
    clear_problem,
    conditions_of_keys,
    copy_problem,
    own_key_use,
    stores_of,
    unknown_stores,
)
from payment_templates.evidence.security.encryption import key_use, rotation_problem

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.topology import Topology


@claim("Data at rest is encrypted with a customer managed key", "Constraint 5", "Success metric 5")
def encrypted_at_rest(topology: Topology) -> Finding:
    """Check that each resource with data uses a key of the stack whose policy allows that use.

    Load balancers write access logs only to a bucket with S3's own key, so that one which nothing
    else writes to may have it:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    A copy of a secret in another region needs a key there, or else has AWS's own:
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicaRegionType.html
    """
    stack = topology.stack
    lines: list[str] = []
    doubts: list[str] = []
    log_buckets = log_buckets_with_own_key(stack)
    for resource in stores_of(stack):
        if resource in log_buckets:
            continue
        in_clear = clear_problem(stack, resource)
        unusable, doubt = own_key_use(stack, resource)
        if problem := in_clear or unusable or copy_problem(resource):
            return broken(f"{resource.logical_id} {problem}", *lines)
        doubts += [f"{resource.logical_id}: it is not known whether {doubt}"] if doubt else []
        lines.append(f"{resource.logical_id}: customer managed key")
    if not lines:
        return absent("nothing in the template stores data")
    for key in stack.of_type("AWS::KMS::Key"):
        problem, doubt = key_use(stack, key)
        if problem := problem or rotation_problem(key):
            return broken(problem, *lines)
        doubts += [f"it is not known whether {doubt}"] if doubt else []
    if doubts:
        return unknown(doubts[0], *lines)
    lines += [
        f"{parameter.logical_id}: a String, not encrypted; it holds no secret"
        for parameter in stack.of_type("AWS::SSM::Parameter")
    ]
    if conditions := [*conditions_of_keys(stack, log_buckets), *unknown_stores(stack)]:
        return conditional("; ".join(conditions), *lines)
    return kept(
        "database, its insights, logs, topic, secret and the tasks' disks; the key is rotated",
        *lines,
    )
