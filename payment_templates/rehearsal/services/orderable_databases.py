"""Offers every 15.x version of Aurora PostgreSQL in every zone of the region.

ministack's fixed list of versions is older than the template's version.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import add_operations
from payment_templates.rehearsal.wire import ServiceError

_MAJOR = "15."


def install() -> None:
    """Serve the orderable options, and accept these versions for new clusters."""
    add_operations("rds", {"DescribeOrderableDBInstanceOptions": _describe})
    ministack.replace_everywhere(
        f"{ministack.SERVICES}.rds", "_unsupported_aurora_engine_version_error", _with_all_of_15
    )


def _with_all_of_15(original: Callable[..., Any]) -> object:
    def version_error(engine: str, version: str, **current: str) -> Any:  # noqa: ANN401 - ministack's own
        if version and version.startswith(_MAJOR):
            return None
        return original(engine, version, **current)

    return version_error


def _describe(request: dict[str, Any]) -> Mapping[str, Any]:
    engine, version = request["Engine"], request.get("EngineVersion", "")
    if not version.startswith(_MAJOR):
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
