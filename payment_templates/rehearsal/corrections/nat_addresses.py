"""Shows the addresses of NAT gateways; ministack discards the allocation."""

from secrets import token_hex
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import amend_operations


def install() -> None:
    """Record the address of each gateway, and add it to every description."""
    addresses = ministack.regional_store()

    def created(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        gateway = answer["NatGateway"]
        if "AllocationId" in request:
            addresses[gateway["NatGatewayId"]] = [_associated(request["AllocationId"])]
        return {"NatGateway": shown(gateway)}

    def described(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        return {**answer, "NatGateways": [shown(gateway) for gateway in answer["NatGateways"]]}

    def deleted(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        for address in addresses.pop(request["NatGatewayId"], []):
            account.call("ec2", "DisassociateAddress", AssociationId=address["AssociationId"])
        return answer

    def shown(gateway: dict[str, Any]) -> dict[str, Any]:
        known = addresses.get(gateway["NatGatewayId"], [])
        return {**gateway, "NatGatewayAddresses": known}

    amend_operations(
        "ec2",
        {
            "CreateNatGateway": created,
            "DescribeNatGateways": described,
            "DeleteNatGateway": deleted,
        },
    )


def _associated(allocation_id: str) -> dict[str, Any]:
    listed = account.call("ec2", "DescribeAddresses", AllocationIds=[allocation_id])["Addresses"]
    associated = account.call("ec2", "AssociateAddress", AllocationId=allocation_id)
    return {
        "AllocationId": allocation_id,
        "AssociationId": associated["AssociationId"],
        "PublicIp": listed[0]["PublicIp"] if listed else "",
        "NetworkInterfaceId": f"eni-{token_hex(8)}0",
        "IsPrimary": True,
        "Status": "succeeded",
    }
