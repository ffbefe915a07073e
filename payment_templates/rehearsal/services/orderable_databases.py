"""Which database can be ordered where: every version of 15, in every zone of the region.

ministack knows a fixed list of versions, older than the template's.
"""

from collections.abc import Mapping
from typing import Any

from payment_templates.rehearsal import account
from payment_templates.rehearsal.services import add_operations
from payment_templates.rehearsal.wire import ServiceError


def install() -> None:
    """Answer what can be ordered."""
    add_operations("rds", {"DescribeOrderableDBInstanceOptions": _describe})


def _describe(request: dict[str, Any]) -> Mapping[str, Any]:
    engine, version = request["Engine"], request.get("EngineVersion", "")
    if not version.startswith("15."):
        raise ServiceError(
            "InvalidParameterCombination", f"Cannot find version {version} for {engine}"
        )
    zones = account.call("ec2", "DescribeAvailabilityZones")["AvailabilityZones"]
    option = {
        "Engine": engine,
        "EngineVersion": version,
        "DBInstanceClass": request.get("DBInstanceClass", ""),
        "AvailabilityZones": [{"Name": zone["ZoneName"]} for zone in zones],
        "Vpc": True,
    }
    return {"OrderableDBInstanceOptions": [option]}
