"""Rejects a database whose subnets and security groups are in different VPCs.

RDS's wording: github.com/terraform-aws-modules/terraform-aws-rds/issues/451.
"""

from collections.abc import Iterator

from payment_templates.rehearsal import account
from payment_templates.rehearsal.strictness.desired import Desired

_DATABASES = {
    "AWS::RDS::DBCluster": "VpcSecurityGroupIds",
    "AWS::RDS::DBInstance": "VPCSecurityGroups",
}


def check(desired: Desired) -> Iterator[str]:
    """Reject a security group outside the subnet group's VPC."""
    groups = desired.properties.get(_DATABASES.get(desired.resource_type, ""), [])
    name = desired.properties.get("DBSubnetGroupName")
    if not groups or name is None:
        return
    subnet_groups = account.call("rds", "DescribeDBSubnetGroups")["DBSubnetGroups"]
    vpc_id = next((g["VpcId"] for g in subnet_groups if g["DBSubnetGroupName"] == name), None)
    if vpc_id is None:
        yield f"DB subnet group '{name}' does not exist."
        return
    described = account.call("ec2", "DescribeSecurityGroups", GroupIds=groups)["SecurityGroups"]
    for group in described:
        if group["VpcId"] != vpc_id:
            yield (
                "The DB instance and EC2 security group are in different VPCs. The DB instance is "
                f"in {vpc_id} and the EC2 security group is in {group['VpcId']}"
            )
