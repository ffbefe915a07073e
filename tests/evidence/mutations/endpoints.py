"""The product without a NAT gateway: its tasks start by endpoints alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.evidence.changes import drop, put

if TYPE_CHECKING:
    from tests.evidence.changes import Change, Json

_SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager")
_TASKS = {"Ref": "ApplicationSecurityGroup"}
_HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


def endpoints_alone(properties: Json) -> tuple[Change, ...]:
    """Put an endpoint in the place of the NAT gateway for each service, with these properties."""
    return (
        *(drop(f"PrivateRoute{zone}") for zone in "ABC"),
        drop("NatGatewayA"),
        put(
            "Parameters.ContainerImage.Default",
            "111122223333.dkr.ecr.us-east-1.amazonaws.com/payment:1",
        ),
        put(
            "Parameters.ContainerRepositoryArn.Default",
            "arn:aws:ecr:us-east-1:111122223333:repository/payment",
        ),
        put(
            "EndpointSecurityGroup",
            {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {
                    "VpcId": {"Ref": "Vpc"},
                    "SecurityGroupIngress": [{**_HTTPS, "SourceSecurityGroupId": _TASKS}],
                },
            },
        ),
        *(
            put(f"Endpoint{index}", _endpoint(service, properties))
            for index, service in enumerate(_SERVICES)
        ),
    )


def _endpoint(service: str, properties: Json) -> Json:
    return {
        "Type": "AWS::EC2::VPCEndpoint",
        "Properties": {
            "VpcEndpointType": "Interface",
            "VpcId": {"Ref": "Vpc"},
            "ServiceName": {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
            "SubnetIds": [{"Ref": f"PrivateSubnet{zone}"} for zone in "ABC"],
            "SecurityGroupIds": [{"Ref": "EndpointSecurityGroup"}],
            "PrivateDnsEnabled": True,
            **properties,
        },
    }


# It takes the name of the service over, and lets no one in.
SHUT_ENDPOINT = _endpoint(
    "secretsmanager", {"SecurityGroupIds": [{"Ref": "DatabaseSecurityGroup"}]}
)
