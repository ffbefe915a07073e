"""AWS::RDS::DBCluster: creates, updates and deletes a cluster as CloudFormation's handler does.

aws-rds-dbcluster of https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds
at 5a410e8: ModelAdapter, Translator and the handlers. ministack's handler bypasses RDS, always uses
PostgreSQL's port, and deletes protected clusters.
"""

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.facts.resource_defaults import default_of
from payment_templates.rehearsal import account, handler_request, wire
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.region_schemas import REFERENCE_REGION
from payment_templates.rehearsal.resources import dynamic_reference
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only
from payment_templates.rehearsal.strictness.coercion import coerced

_TYPE = "AWS::RDS::DBCluster"
_LONGEST_NAME = 63
# ModelAdapter.setDefaults.
_DEFAULTED = ("BackupRetentionPeriod", "Port")
# Translator.modifyDbClusterRequest: sent with every update, which reverts manual changes.
_ALWAYS_SENT = (
    *("BackupRetentionPeriod", "CopyTagsToSnapshot", "DBClusterParameterGroupName"),
    *("DeletionProtection", "AutoMinorVersionUpgrade"),
)
# The same: sent only if the template's value changed. A changed MasterUsername is never sent, and
# causes no error.
_SENT_WHEN_CHANGED = (
    *("EnableIAMDatabaseAuthentication", "MasterUserPassword", "Port"),
    *("PreferredBackupWindow", "PreferredMaintenanceWindow", "ServerlessV2ScalingConfiguration"),
)
_LOG_EXPORTS = "EnableCloudwatchLogsExports"
_GLOBAL = "GlobalClusterIdentifier"
# A state that ends within a second here: services.global_databases.moves.
_WAIT_SECONDS = 0.05


def _create(properties: Properties, name: str) -> Created:
    model = _model({"DBClusterIdentifier": name.lower()[:_LONGEST_NAME], **properties})
    operation = _creating_operation(model)
    identifier = model["DBClusterIdentifier"]
    account.call("rds", operation, **only(model, *_members(operation)))
    if operation != "CreateDBCluster":
        # A restore keeps the master user of its source; the password is set afterwards.
        given = only(model, *_ALWAYS_SENT, "MasterUserPassword", "EnableIAMDatabaseAuthentication")
        _modify(identifier, given)
    return Created(ref=identifier, attributes=_attributes(identifier))


def _update(ref: str, before: Properties, after: Properties) -> Attributes:
    previous, desired = _model(dynamic_reference.read_again(before)), _model(after)
    joined = previous.get(_GLOBAL)
    if previous["Engine"] != desired["Engine"] or desired.get(_GLOBAL) not in {None, joined}:
        # ImmutabilityHelper.isChangeMutable.
        raise handler_request.failure("Resource is immutable", "NotUpdatable")
    if joined and not desired.get(_GLOBAL):
        # UpdateHandler.shouldRemoveFromGlobalCluster.
        _leave(ref, joined)
    changed = {name: value for name, value in desired.items() if previous.get(name) != value}
    version: dict[str, object] = {}
    if "EngineVersion" in changed and not handler_request.is_rollback():
        version = {**only(changed, "EngineVersion"), "AllowMajorVersionUpgrade": True}
    groups: list[str] = changed.get("VpcSecurityGroupIds", [])
    if groups and {*groups} != {*previous.get("VpcSecurityGroupIds", [])}:
        version["VpcSecurityGroupIds"] = groups
    given = {
        **only(desired, *_ALWAYS_SENT),
        **only(changed, *_SENT_WHEN_CHANGED),
        **_log_exports(previous, desired),
        **version,
    }
    _modify(ref, given)
    _change_tags(ref, previous, desired)
    return _attributes(ref)


def _delete(ref: str, properties: Properties) -> None:
    try:
        cluster = _described(ref)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "DBClusterNotFoundFault":
            # CloudFormation treats a missing resource as deleted.
            return
        raise
    if cluster["DeletionProtection"]:
        # DeleteHandler.ensureDeletionProtectionDisabled: reads the cluster, not the template.
        raise handler_request.failure(
            f"Cannot delete protected Cluster {ref}, please disable deletion protection and try "
            "again",
            "NotUpdatable",
        )
    joined = _model(properties).get(_GLOBAL)
    if joined:
        # DeleteHandler.handleRequest: what the template says, not whether the cluster is a member.
        _leave(ref, joined)
    snapshot = handler_request.final_snapshot()
    final = {"FinalDBSnapshotIdentifier": snapshot} if snapshot else {}
    account.call(
        "rds",
        "DeleteDBCluster",
        DBClusterIdentifier=ref,
        SkipFinalSnapshot=snapshot is None,
        **final,
        **only(_model(properties), "DeleteAutomatedBackups"),
    )


def _leave(ref: str, global_database: str) -> None:
    account.call(
        "rds",
        "RemoveFromGlobalCluster",
        GlobalClusterIdentifier=global_database,
        DbClusterIdentifier=_described(ref)["DBClusterArn"],
    )
    # BaseHandlerStd.isDBClusterStabilized.
    while _described(ref)["Status"] != "available":
        time.sleep(_WAIT_SECONDS)


def _model(properties: Properties) -> Properties:
    schema = resource_schema(_TYPE, REFERENCE_REGION)
    document: Mapping[str, Any] = schema.document if schema else {}
    given: Properties = coerced(properties, document, document)
    return {**{name: default_of(_TYPE, name, given) for name in _DEFAULTED}, **given}


def _creating_operation(model: Properties) -> str:
    if "SourceDBClusterIdentifier" in model or "SourceDbClusterResourceId" in model:
        return "RestoreDBClusterToPointInTime"
    return "RestoreDBClusterFromSnapshot" if "SnapshotIdentifier" in model else "CreateDBCluster"


def _members(operation: str) -> Collection[str]:
    # Properties and request members have the same names.
    return wire.members(wire.service_model("rds").operation_model(operation).input_shape)


def _modify(identifier: str, given: Mapping[str, Any]) -> None:
    account.call(
        "rds",
        "ModifyDBCluster",
        DBClusterIdentifier=identifier,
        ApplyImmediately=True,
        **given,
    )


def _log_exports(previous: Properties, desired: Properties) -> dict[str, Any]:
    before, after = ({*model.get(_LOG_EXPORTS, [])} for model in (previous, desired))
    if before == after:
        return {}
    configuration = {
        "EnableLogTypes": sorted(after - before),
        "DisableLogTypes": sorted(before - after),
    }
    return {"CloudwatchLogsExportConfiguration": configuration}


def _change_tags(identifier: str, previous: Properties, desired: Properties) -> None:
    before, after = _tags(previous), _tags(desired)
    arn = _described(identifier)["DBClusterArn"]
    removed = sorted(before.keys() - after.keys())
    if removed:
        account.call("rds", "RemoveTagsFromResource", ResourceName=arn, TagKeys=removed)
    added = [
        {"Key": key, "Value": value} for key, value in after.items() if before.get(key) != value
    ]
    if added:
        account.call("rds", "AddTagsToResource", ResourceName=arn, Tags=added)


def _tags(model: Properties) -> dict[str, str]:
    tags: Iterable[Mapping[str, str]] = model.get("Tags", [])
    return {tag["Key"]: tag["Value"] for tag in tags}


def _described(identifier: str) -> dict[str, Any]:
    found: dict[str, Any] = account.call(
        "rds", "DescribeDBClusters", DBClusterIdentifier=identifier
    )["DBClusters"][0]
    return found


def _attributes(identifier: str) -> Attributes:
    cluster = _described(identifier)
    return {
        "DBClusterArn": cluster["DBClusterArn"],
        "DBClusterResourceId": cluster["DbClusterResourceId"],
        # A secondary of a global database has none: Fn::GetAtt fails.
        **({"Endpoint.Address": cluster["Endpoint"]} if "Endpoint" in cluster else {}),
        "Endpoint.Port": str(cluster["Port"]),
        "ReadEndpoint.Address": cluster["ReaderEndpoint"],
    }


DATABASE_CLUSTER = ResourceType(
    name=_TYPE, create=_create, update=_update, delete=_delete, tag_property="Tags"
)
