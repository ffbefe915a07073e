"""Completes the descriptions of Aurora clusters, and of instances with their cluster's settings.

ministack omits some members, and gives instances their own port.
"""

from collections.abc import Callable
from typing import Any

from payment_templates.rehearsal import account, keys, ministack
from payment_templates.rehearsal.document import is_object
from payment_templates.rehearsal.ministack import Attributes
from payment_templates.rehearsal.services import amend_operations

_INSTANCE = "AWS::RDS::DBInstance"
_EXPORTS = "EnabledCloudwatchLogsExports"
_NO_KEY = "inaccessible-encryption-credentials-recoverable"
# Members of an instance that have the cluster's value.
_SHARED = ("StorageEncrypted", "KmsKeyId", "EngineVersion", "VpcSecurityGroups")


def install() -> None:
    """Complete the descriptions, and the attributes that templates read from an instance."""
    amend_operations(
        "rds",
        {
            "CreateDBCluster": _created,
            "ModifyDBCluster": _modified,
            "DescribeDBClusters": _clusters,
            "DescribeDBInstances": _instances,
        },
    )
    handlers = ministack.resource_handlers()[_INSTANCE]
    handlers.update({step: _with_cluster_port(handlers[step]) for step in ("create", "update")})


def _created(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    cluster = ministack.database_cluster(request["DBClusterIdentifier"])
    cluster[_EXPORTS] = request.get("EnableCloudwatchLogsExports", [])
    return answer


def _modified(request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    cluster = ministack.database_cluster(request["DBClusterIdentifier"])
    change = request.get("CloudwatchLogsExportConfiguration", {})
    remaining = {*cluster.get(_EXPORTS, [])} - {*change.get("DisableLogTypes", [])}
    cluster[_EXPORTS] = sorted(remaining | {*change.get("EnableLogTypes", [])})
    return answer


def _clusters(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    shown = [
        {
            **cluster,
            **_key_status(cluster),
            _EXPORTS: ministack.database_cluster(cluster["DBClusterIdentifier"]).get(_EXPORTS),
            # Whether the writer can fail over to another instance.
            "MultiAZ": len(cluster.get("DBClusterMembers", [])) > 1,
        }
        for cluster in answer["DBClusters"]
    ]
    return {**answer, "DBClusters": shown}


def _key_status(cluster: dict[str, Any]) -> dict[str, str]:
    # "Encrypting Amazon Aurora resources", Amazon Aurora User Guide; botocore, DBCluster.Status.
    key = cluster.get("KmsKeyId")
    return {"Status": _NO_KEY} if key and keys.usage_error("rds", key) else {}


def _instances(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {**answer, "DBInstances": [_instance(entry) for entry in answer["DBInstances"]]}


def _instance(entry: dict[str, Any]) -> dict[str, Any]:
    name = entry.get("DBClusterIdentifier")
    if not name:
        return entry
    cluster = account.call("rds", "DescribeDBClusters", DBClusterIdentifier=name)["DBClusters"][0]
    groups = account.call("rds", "DescribeDBSubnetGroups")["DBSubnetGroups"]
    own = [group for group in groups if group["DBSubnetGroupName"] == cluster["DBSubnetGroup"]]
    return {
        **entry,
        **{member: cluster[member] for member in _SHARED if member in cluster},
        **({"DBSubnetGroup": own[0]} if own else {}),
        "Endpoint": {**entry.get("Endpoint", {}), "Port": cluster["Port"]},
    }


def _with_cluster_port(
    original: Callable[..., tuple[str, Attributes]],
) -> Callable[..., tuple[str, Attributes]]:
    def changed(*request: Any) -> tuple[str, Attributes]:  # noqa: ANN401 - ministack's own arguments
        ref, attributes = original(*request)
        # An update passes the previous properties first, the new ones last.
        properties = [one for one in request if is_object(one)][-1]
        cluster = ministack.database_cluster(properties.get("DBClusterIdentifier", ""))
        if not cluster:
            return ref, attributes
        return ref, {**attributes, "Endpoint.Port": str(cluster["Port"])}

    return changed
