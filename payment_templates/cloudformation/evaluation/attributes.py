"""Finds the property whose value an attribute returns: GetAtt Vpc.CidrBlock is Vpc's CidrBlock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation.evaluation.resource_names import kind_of

if TYPE_CHECKING:
    from payment_templates.cloudformation.template import Resource

_INSTANCE, _PORT = "AWS::RDS::DBInstance", "Port"
# The property of an instance of a cluster, whose own port does not apply: botocore rds,
# CreateDBInstance, Port.
_CLUSTER = "DBClusterIdentifier"
# Attributes with the value of a property of another name: botocore rds, DBCluster.Port is "the port
# that the database engine is listening on", CreateDBCluster.Port the one to listen on.
_PROPERTIES = {
    ("AWS::RDS::DBCluster", "Endpoint.Port"): _PORT,
    (_INSTANCE, "Endpoint.Port"): _PORT,
}
# The handler of a custom resource returns any value under any name.
_OPAQUE = ("AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack")
# A name or an ARN identifies its resource, also where the template states it.
_IDENTIFYING = {"arn", "name"}
# Readers follow the zone of a subnet themselves, and show which subnet it is of.
_FOLLOWED = "AvailabilityZone"
# Properties that AWS chooses if the template does not state them: from an IPAM pool.
CHOSEN = frozenset({"CidrBlock"})


def property_behind(resource: Resource, attribute: str) -> str:
    """Return the property that an attribute of a resource of AWS has the value of, or "".

    Only attributes of a property's own name, or of the table above, return a property:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html
    """
    if not resource.type.startswith("AWS::") or resource.type in _OPAQUE:
        return ""
    if attribute == _FOLLOWED or kind_of(resource.type, attribute) in _IDENTIFYING:
        return ""
    name = _PROPERTIES.get((resource.type, attribute), attribute)
    written = resource.properties
    if not isinstance(written, dict):
        return ""
    if resource.type == _INSTANCE and name == _PORT and _CLUSTER in written:
        return ""
    return name if name in written or name in CHOSEN else ""
