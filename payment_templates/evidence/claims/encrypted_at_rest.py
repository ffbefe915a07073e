"""Everything at rest is encrypted with the customer's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.claim import broken, claim, kept

if TYPE_CHECKING:
    from payment_templates.evidence.claim import Finding
    from payment_templates.evidence.resolve.stack import Resource, Stack
    from payment_templates.evidence.topology import Topology

# Where each type names its key; a cluster needs StorageEncrypted as well.
_KEYS = {
    "AWS::Logs::LogGroup": "KmsKeyId",
    "AWS::RDS::DBCluster": "KmsKeyId",
    "AWS::SNS::Topic": "KmsMasterKeyId",
    "AWS::SecretsManager::Secret": "KmsKeyId",
}


@claim("Data at rest is encrypted with a customer managed key", "Constraint 5", "Success metric 5")
def encrypted_at_rest(topology: Topology) -> Finding:
    """Follow the key of database, insights, logs, topic and secret to a key of the stack."""
    lines: list[str] = []
    for resource in topology.stack.of_type(*_KEYS, "AWS::RDS::DBInstance"):
        if problem := _problem(topology.stack, resource):
            return broken(f"{resource.logical_id} {problem}", *lines)
        lines.append(f"{resource.logical_id}: customer managed key")
    if not lines:
        return broken("nothing in the template holds data")
    for key in topology.stack.of_type("AWS::KMS::Key"):
        if not key.fields.flag("EnableKeyRotation"):
            return broken(f"{key.logical_id} is not rotated", *lines)
    lines += [
        f"{parameter.logical_id}: a String, not encrypted; it holds no secret"
        for parameter in topology.stack.of_type("AWS::SSM::Parameter")
    ]
    return kept("database, its insights, logs, topic and secret, and the key is rotated", *lines)


def _problem(stack: Stack, resource: Resource) -> str:
    fields = resource.fields
    if resource.type == "AWS::RDS::DBInstance":
        if not fields.flag("EnablePerformanceInsights"):
            return ""
        name = "PerformanceInsightsKMSKeyId"
    else:
        name = _KEYS[resource.type]
    if resource.type == "AWS::RDS::DBCluster" and not fields.flag("StorageEncrypted"):
        return "is not encrypted"
    if stack.of(fields.target(name), "AWS::KMS::Key") is None:
        return f"uses no key of the stack: {name} is {fields.text(name) or 'absent'}"
    return ""
