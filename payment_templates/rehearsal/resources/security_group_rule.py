"""AWS::EC2::SecurityGroupIngress and Egress: one security group rule each."""

from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType

# The peer of a rule: template property, list and key in IpPermissions, key in SecurityGroupRules.
_PEERS = (
    ("CidrIp", "IpRanges", "CidrIp", "CidrIpv4"),
    ("CidrIpv6", "Ipv6Ranges", "CidrIpv6", "CidrIpv6"),
    ("SourceSecurityGroupId", "UserIdGroupPairs", "GroupId", "ReferencedGroupId"),
    ("DestinationSecurityGroupId", "UserIdGroupPairs", "GroupId", "ReferencedGroupId"),
    ("SourcePrefixListId", "PrefixListIds", "PrefixListId", "PrefixListId"),
    ("DestinationPrefixListId", "PrefixListIds", "PrefixListId", "PrefixListId"),
)


def _resource_type(direction: str) -> ResourceType:
    def create(properties: Properties, _name: str) -> Created:
        made = account.call(
            "ec2",
            f"AuthorizeSecurityGroup{direction}",
            GroupId=properties["GroupId"],
            IpPermissions=[_permission(properties)],
        )
        rule_id = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return Created(ref=rule_id, attributes={"Id": rule_id})

    def update(ref: str, _before: Properties, after: Properties) -> Attributes:
        account.call(
            "ec2",
            "ModifySecurityGroupRules",
            GroupId=after["GroupId"],
            SecurityGroupRules=[{"SecurityGroupRuleId": ref, "SecurityGroupRule": _rule(after)}],
        )
        return {"Id": ref}

    def delete(_ref: str, properties: Properties) -> None:
        account.call(
            "ec2",
            f"RevokeSecurityGroup{direction}",
            GroupId=properties["GroupId"],
            IpPermissions=[_permission(properties)],
        )

    return ResourceType(
        name=f"AWS::EC2::SecurityGroup{direction}", create=create, update=update, delete=delete
    )


def _permission(properties: Properties) -> dict[str, Any]:
    description = properties.get("Description")
    peers: dict[str, Any] = {
        ranges: [{key: properties[name]} | ({"Description": description} if description else {})]
        for name, ranges, key, _ in _PEERS
        if name in properties
    }
    return {"IpProtocol": str(properties["IpProtocol"]), **_ports(properties), **peers}


def _rule(properties: Properties) -> dict[str, Any]:
    # Only the description can change, but an update must repeat the whole rule.
    peers = {member: properties[name] for name, _, _, member in _PEERS if name in properties}
    return {
        "IpProtocol": str(properties["IpProtocol"]),
        "Description": properties.get("Description", ""),
        **_ports(properties),
        **peers,
    }


def _ports(properties: Properties) -> dict[str, int]:
    return {name: int(properties[name]) for name in ("FromPort", "ToPort") if name in properties}


SECURITY_GROUP_INGRESS = _resource_type("Ingress")
SECURITY_GROUP_EGRESS = _resource_type("Egress")
