"""Offers the 15.x versions of Aurora PostgreSQL in every zone, and upgrades to later ones.

A retired version is refused for new databases, and no longer listed: as reported for 15.8 in
github.com/aws-samples/sample-apj-sup-sa/pull/163. ministack's fixed list of versions is older than
the template's version, and it accepts downgrades.
"""

from collections.abc import Callable, Mapping
from typing import Any

from payment_templates.facts.database_versions import (
    MINORS,
    is_retired,
)
from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import (
    add_operations,
    amend_operations,
    guard_operations,
)
from payment_templates.rehearsal.services.database_restore import cluster
from payment_templates.rehearsal.wire import ServiceError

_MAJOR = 15
_ENGINE = "aurora-postgresql"
# From the lowest to the highest.
_VERSIONS = tuple(f"{_MAJOR}.{minor}" for minor in MINORS[_MAJOR])


def install() -> None:
    """Serve versions and orderable options, accept the versions, and refuse downgrades."""
    add_operations("rds", {"DescribeOrderableDBInstanceOptions": _describe})
    amend_operations("rds", {"DescribeDBEngineVersions": _with_upgrades})
    guard_operations(
        "rds",
        {
            "CreateDBCluster": _require_creatable,
            "CreateDBInstance": _require_creatable,
            "ModifyDBCluster": _require_upgrade,
        },
    )
    ministack.replace_everywhere(
        f"{ministack.SERVICES}.rds", "_unsupported_aurora_engine_version_error", _with_all_of_15
    )


def _with_all_of_15(original: Callable[..., Any]) -> object:
    def version_error(engine: str, version: str, **current: str) -> Any:  # noqa: ANN401 - ministack's own
        if version in _VERSIONS:
            return None
        return original(engine, version, **current)

    return version_error


def require_creatable(engine: str, version: str) -> None:
    """Refuse a retired version; raises ServiceError."""
    if engine == _ENGINE and is_retired(version):
        raise ServiceError(
            "InvalidParameterCombination", f"Cannot find version {version} for {engine}"
        )


def _require_creatable(request: dict[str, Any]) -> None:
    require_creatable(request.get("Engine", ""), request.get("EngineVersion", ""))


def _with_upgrades(request: dict[str, Any], answer: dict[str, Any]) -> Mapping[str, Any]:
    """Replace the 15.x versions by all that are available, each with the later ones as upgrades.

    With IncludeAll also by the retired ones. RDS leaves out some upgrades: the list of each version
    is its own.
    """
    if request.get("Engine") != _ENGINE:
        return answer
    asked = request.get("EngineVersion", "")
    others = [
        one
        for one in answer["DBEngineVersions"]
        if not one["EngineVersion"].startswith(f"{_MAJOR}.")
        and not is_retired(one["EngineVersion"])
    ]
    own = [
        {
            "Engine": _ENGINE,
            "EngineVersion": version,
            "DBParameterGroupFamily": f"{_ENGINE}{_MAJOR}",
            "Status": "deprecated" if is_retired(version) else "available",
            "ValidUpgradeTarget": [
                {"Engine": _ENGINE, "EngineVersion": later, "IsMajorVersionUpgrade": False}
                for later in _later(version)
            ],
        }
        for version in _VERSIONS
        if asked in {"", str(_MAJOR), version}
        and (request.get("IncludeAll") or not is_retired(version))
    ]
    return {**answer, "DBEngineVersions": [*others, *own]}


def _require_upgrade(request: dict[str, Any]) -> None:
    wanted: str = request.get("EngineVersion", "")
    if not wanted.startswith(f"{_MAJOR}."):
        # An upgrade to another major version is left to ministack.
        return
    current: str = cluster(request["DBClusterIdentifier"])["EngineVersion"]
    if wanted != current and current in _VERSIONS and wanted not in _later(current):
        # The answer of RDS: github.com/ministryofjustice/cloud-platform-environments/pull/7615.
        raise ServiceError(
            "InvalidParameterCombination", f"Cannot upgrade {_ENGINE} from {current} to {wanted}"
        )


def _later(version: str) -> tuple[str, ...]:
    return _VERSIONS[_VERSIONS.index(version) + 1 :]


def _describe(request: dict[str, Any]) -> Mapping[str, Any]:
    engine, version = request["Engine"], request.get("EngineVersion", "")
    if version not in _VERSIONS or is_retired(version):
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
