"""Rejects a subnet in a zone that its region does not have.

AWS's wording: github.com/aws-samples/saas-reference-architecture-ecs/issues/12.
"""

from collections.abc import Iterator

from payment_templates.rehearsal import account
from payment_templates.rehearsal.strictness.desired import Desired


def check(desired: Desired) -> Iterator[str]:
    """Reject a zone of another region, or one that does not exist."""
    zone = desired.properties.get("AvailabilityZone")
    if desired.resource_type != "AWS::EC2::Subnet" or zone is None:
        return
    described = account.call("ec2", "DescribeAvailabilityZones")["AvailabilityZones"]
    zones = [entry["ZoneName"] for entry in described]
    if zone not in zones:
        yield (
            f"Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only "
            f"be created in the following availability zones: {', '.join(zones)}."
        )
