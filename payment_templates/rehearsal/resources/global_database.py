"""AWS::RDS::GlobalCluster: one database with clusters in several regions.

Creates, updates, deletes and reads it as aws-rds-globalcluster of
https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-rds at 5a410e8 does.
"""

import time
from typing import Any

from botocore.exceptions import ClientError

from payment_templates.cloudformation.schemas import resource_schema
from payment_templates.rehearsal import account, handler_request, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.region_schemas import REFERENCE_REGION
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only
from payment_templates.rehearsal.strictness.coercion import coerced

_TYPE = "AWS::RDS::GlobalCluster"
_LONGEST_NAME = 63
_WAIT_SECONDS = 0.05
# Translator.createGlobalClusterRequest.
_CREATED_WITH = (
    *("Engine", "EngineVersion", "DeletionProtection", "GlobalClusterIdentifier"),
    *("SourceDBClusterIdentifier", "StorageEncrypted", "EngineLifecycleSupport", "Tags"),
)
# ReadHandler.toResourceModel: the tags of the template are not among them.
_READ = (
    *("GlobalClusterIdentifier", "Engine", "EngineVersion", "StorageEncrypted"),
    *("DeletionProtection", "EngineLifecycleSupport"),
)


def install() -> None:
    """Detect drift of a global database, and refuse to replace one."""
    ministack.drift_readers()[_TYPE] = (
        _read,
        frozenset({*_READ, "SourceDBClusterIdentifier", "Tags"}),
    )
    ministack.refuse_replacement(_TYPE, "GlobalClusterIdentifier")


def _create(properties: Properties, name: str) -> Created:
    model = _model(properties)
    identifier = str(model.get("GlobalClusterIdentifier", name[:_LONGEST_NAME])).lower()
    source = model.get("SourceDBClusterIdentifier", "")
    if source and not source.startswith("arn:"):
        # CreateHandler.validateSourceDBClusterIdentifier: a name is looked up first.
        model["SourceDBClusterIdentifier"] = account.call(
            "rds", "DescribeDBClusters", DBClusterIdentifier=source
        )["DBClusters"][0]["DBClusterArn"]
    model["GlobalClusterIdentifier"] = identifier
    account.call("rds", "CreateGlobalCluster", **only(model, *_CREATED_WITH))
    return Created(ref=identifier, attributes=_attributes(identifier))


def _update(ref: str, before: Properties, after: Properties) -> Attributes:
    previous, desired = _model(before), _model(after)
    if previous.get("EngineLifecycleSupport") != desired.get("EngineLifecycleSupport"):
        raise handler_request.failure(
            "EngineLifecycleSupport cannot be modified.", "InvalidRequest"
        )
    version: dict[str, Any] = {}
    changed = previous.get("EngineVersion") != desired.get("EngineVersion")
    if changed and not handler_request.is_rollback():
        # Translator.modifyGlobalClusterRequest.
        version = {**only(desired, "EngineVersion"), "AllowMajorVersionUpgrade": True}
    account.call(
        "rds",
        "ModifyGlobalCluster",
        GlobalClusterIdentifier=ref,
        **only(desired, "DeletionProtection"),
        **version,
    )
    return _attributes(ref)


def _delete(ref: str, properties: Properties) -> None:
    record = _found(ref)
    if record is None:
        return
    source = _model(properties).get("SourceDBClusterIdentifier")
    if len(record["GlobalClusterMembers"]) == 1:
        # BaseHandlerStd.removeFromGlobalCluster: without a source in the template, the first
        # cluster of the region, whichever it is.
        given = {"DBClusterIdentifier": source} if source else {}
        cluster = account.call("rds", "DescribeDBClusters", **given)["DBClusters"][0]
        account.call(
            "rds",
            "RemoveFromGlobalCluster",
            GlobalClusterIdentifier=ref,
            DbClusterIdentifier=cluster["DBClusterArn"],
        )
    while source and not _is_available(source):
        time.sleep(_WAIT_SECONDS)
    account.call("rds", "DeleteGlobalCluster", GlobalClusterIdentifier=ref)


def _is_available(cluster: str) -> bool:
    described = account.call("rds", "DescribeDBClusters", DBClusterIdentifier=cluster)
    return bool(described["DBClusters"][0]["Status"] == "available")


def _read(ref: str, _properties: Properties) -> Properties | None:
    record = _found(ref)
    if record is None:
        return None
    # The source is the current writer: after a switchover, drift that is none
    # (aws-cloudformation/cloudformation-coverage-roadmap 1856). Tags are never read: 2275.
    writers = (one["DBClusterArn"] for one in record["GlobalClusterMembers"] if one["IsWriter"])
    source = next(writers, None)
    return {**only(record, *_READ), **({"SourceDBClusterIdentifier": source} if source else {})}


def _found(ref: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = account.call(
            "rds", "DescribeGlobalClusters", GlobalClusterIdentifier=ref
        )["GlobalClusters"][0]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "GlobalClusterNotFoundFault":
            return None
        raise
    return found


def _attributes(ref: str) -> Attributes:
    record = _found(ref) or {}
    return {"GlobalEndpoint.Address": record.get("Endpoint", "")}


def _model(properties: Properties) -> Properties:
    schema = resource_schema(_TYPE, REFERENCE_REGION)
    document: Properties = dict(schema.document) if schema else {}
    model: Properties = coerced(properties, document, document)
    return model


GLOBAL_DATABASE = ResourceType(
    name=_TYPE, create=_create, update=_update, delete=_delete, tag_property="Tags"
)
