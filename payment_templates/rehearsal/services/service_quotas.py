"""Emulates Service Quotas with AWS's default quotas."""

from collections.abc import Mapping
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services import add_operations
from payment_templates.rehearsal.wire import ServiceError

SERVICE = "service-quotas"
# Defaults by service and code. VPCs and elastic IP addresses: Amazon VPC User Guide, "Amazon VPC
# quotas"; stacks: CloudFormation User Guide, "CloudFormation quotas"; Fargate vCPUs: as listed
# by Service Quotas.
_QUOTAS: Mapping[tuple[str, str], tuple[str, float]] = {
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5),
    ("cloudformation", "L-0485CB21"): ("Stack count", 2000),
    ("fargate", "L-3032A538"): ("Fargate On-Demand vCPU resource count", 4000),
}


def install() -> None:
    """Serve GetServiceQuota."""
    ministack.add_route("servicequotas", target_prefix="ServiceQuotasV20190624")
    add_operations(SERVICE, {"GetServiceQuota": _get})


def _get(request: dict[str, Any]) -> Mapping[str, Any]:
    key = (request["ServiceCode"], request["QuotaCode"])
    if key not in _QUOTAS:
        raise ServiceError("NoSuchResourceException", f"no quota {key[1]} of {key[0]}")
    name, value = _QUOTAS[key]
    return {
        "Quota": {
            "ServiceCode": key[0],
            "QuotaCode": key[1],
            "QuotaName": name,
            "Value": value,
            "Adjustable": True,
        }
    }
