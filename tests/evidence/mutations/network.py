"""Ways to break routes, gateways, endpoints and security groups."""

from __future__ import annotations

from tests.evidence.changes import Change, cut, drop, put
from tests.evidence.mutations.endpoints import SHUT_ENDPOINT, endpoints_alone
from tests.evidence.mutations.mutation import mutation

_GROUP_OF_TASKS = "ApplicationSecurityGroup.Properties"
_GROUP_OF_DATABASE = "DatabaseSecurityGroup.Properties"
_GROUP_OF_BALANCER = "LoadBalancerSecurityGroup.Properties"
_DENY = {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}


def _access_list(subnet: str) -> tuple[Change, ...]:
    """Give a subnet an access list without entries, which lets nothing through."""
    association = {"NetworkAclId": {"Ref": "AccessList"}, "SubnetId": {"Ref": subnet}}
    return (
        put("AccessList", {"Type": "AWS::EC2::NetworkAcl"}),
        put(
            "Association",
            {"Type": "AWS::EC2::SubnetNetworkAclAssociation", "Properties": association},
        ),
    )


def _route(table: str, block: str, **target: object) -> dict[str, object]:
    version = "DestinationIpv6CidrBlock" if ":" in block else "DestinationCidrBlock"
    properties = {"RouteTableId": {"Ref": table}, version: block, **target}
    return {"Type": "AWS::EC2::Route", "Properties": properties}


NETWORK = (
    mutation(
        "the load balancer of HTTP requests is one for TCP",
        "neighbours-can-connect",
        put("LoadBalancer.Properties.Type", "network"),
    ),
    mutation(
        "the subnets are outside their network",
        "neighbours-can-connect",
        put("Vpc.Properties.CidrBlock", "10.9.0.0/16"),
    ),
    mutation("the Internet gateway is detached", "tasks-can-start", drop("GatewayAttachment")),
    mutation(
        "the Internet gateway is attached to another network",
        "tasks-can-start",
        put("GatewayAttachment.Properties.VpcId", "vpc-0example"),
    ),
    mutation(
        "a public subnet has no route table",
        "neighbours-can-connect",
        drop("PublicAssociationB"),
    ),
    mutation(
        "the NAT gateway is private",
        "tasks-can-start",
        put("NatGatewayA.Properties.ConnectivityType", "private"),
    ),
    mutation(
        "a private subnet is in another network",
        "tasks-can-start",
        put("PrivateSubnetC.Properties.VpcId", "vpc-0example"),
    ),
    mutation("a private subnet is shut off", "tasks-can-start", *_access_list("PrivateSubnetC")),
    mutation(
        "a public subnet is shut off", "neighbours-can-connect", *_access_list("PublicSubnetC")
    ),
    mutation(
        "the network resolves no names",
        "tasks-can-start",
        put("Vpc.Properties.EnableDnsSupport", value=False),
    ),
    mutation(
        "halves of the Internet go around the NAT gateway",
        "database-is-private",
        *(
            put(
                f"Half{index}",
                _route("PrivateRouteTableA", block, GatewayId={"Ref": "InternetGateway"}),
            )
            for index, block in enumerate(("0.0.0.0/1", "128.0.0.0/1"))
        ),
    ),
    mutation(
        "IPv6 goes around the NAT gateway",
        "database-is-private",
        put(
            "Ipv6Route",
            _route("PrivateRouteTableA", "::/0", GatewayId={"Ref": "InternetGateway"}),
        ),
    ),
    mutation(
        "endpoints let no task in",
        "tasks-can-start",
        *endpoints_alone({"SecurityGroupIds": [{"Ref": "DatabaseSecurityGroup"}]}),
    ),
    mutation(
        "endpoints are in the default group",
        "tasks-can-start",
        *endpoints_alone({"SecurityGroupIds": []}),
    ),
    mutation(
        "endpoints have no private names",
        "tasks-can-start",
        *endpoints_alone({"PrivateDnsEnabled": False}),
    ),
    mutation(
        "endpoints deny everything",
        "tasks-can-start",
        *endpoints_alone({"PolicyDocument": _DENY}),
    ),
    mutation(
        "an endpoint beside the NAT gateway lets no task in",
        "tasks-can-start",
        put("SecretEndpoint", SHUT_ENDPOINT),
    ),
    mutation(
        "the image's layers are denied",
        "tasks-can-start",
        *endpoints_alone({}),
        put("S3Endpoint.Properties.PolicyDocument", _DENY),
    ),
    mutation(
        "the tasks' egress is for UDP",
        "tasks-can-start",
        put(f"{_GROUP_OF_TASKS}.SecurityGroupEgress.0.IpProtocol", "udp"),
    ),
    mutation(
        "requests are let in by UDP",
        "neighbours-can-connect",
        put("RequestsIngress.Properties.IpProtocol", "udp"),
    ),
    mutation(
        "queries are let in by UDP",
        "neighbours-can-connect",
        put(f"{_GROUP_OF_DATABASE}.SecurityGroupIngress.0.IpProtocol", "udp"),
    ),
    mutation(
        "clients are let in by UDP",
        "neighbours-can-connect",
        put(f"{_GROUP_OF_BALANCER}.SecurityGroupIngress.0.IpProtocol", "udp"),
    ),
    mutation(
        "no client is let in",
        "neighbours-can-connect",
        put(f"{_GROUP_OF_BALANCER}.SecurityGroupIngress", []),
    ),
    mutation(
        "one office alone is let in",
        "neighbours-can-connect",
        put(f"{_GROUP_OF_BALANCER}.SecurityGroupIngress.0.CidrIp", "203.0.113.0/24"),
    ),
    mutation(
        "the database is in the default group",
        "neighbours-can-connect",
        cut("DatabaseCluster.Properties.VpcSecurityGroupIds"),
    ),
    mutation(
        "the load balancer is internal",
        "neighbours-can-connect",
        put("LoadBalancer.Properties.Scheme", "internal"),
    ),
    mutation(
        "the load balancer is in private subnets",
        "neighbours-can-connect",
        put("LoadBalancer.Properties.Subnets.0", {"Ref": "PrivateSubnetA"}),
    ),
    mutation(
        "the load balancer leaves a zone out",
        "tasks-in-three-zones",
        cut("LoadBalancer.Properties.Subnets.2"),
    ),
)
