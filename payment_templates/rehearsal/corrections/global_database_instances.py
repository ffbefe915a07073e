"""Lets CloudFormation's handler of instances fail where RDS refuses a member's instance.

ministack's handler writes its records without asking RDS.
"""

from typing import Any

from payment_templates.rehearsal import handler_request, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.services.global_databases import instances
from payment_templates.rehearsal.wire import ServiceError

_INSTANCE = "AWS::RDS::DBInstance"


def install() -> None:
    """Check each instance before it is created, changed or deleted."""
    handlers = ministack.resource_handlers()[_INSTANCE]
    create, update, delete = (handlers[step] for step in ("create", "update", "delete"))

    def checked_create(logical_id: str, properties: Properties, stack: str) -> Any:  # noqa: ANN401 - ministack's own result
        _require_class(properties)
        return create(logical_id, properties, stack)

    def checked_update(ref: str, before: Properties, after: Properties, *more: object) -> Any:  # noqa: ANN401 - as above
        _require_class(after)
        result: tuple[str, Attributes] = update(ref, before, after, *more)
        return result

    def checked_delete(ref: str, properties: Properties) -> None:
        try:
            instances.require_deletable(ref)
        except ServiceError as error:
            raise handler_request.failure(error.message, "InvalidRequest") from None
        delete(ref, properties)

    handlers.update(create=checked_create, update=checked_update, delete=checked_delete)


def _require_class(properties: Properties) -> None:
    cluster = properties.get("DBClusterIdentifier")
    if not cluster:
        return
    try:
        instances.require_class(cluster, properties.get("DBInstanceClass", ""))
    except ServiceError as error:
        raise handler_request.failure(error.message, "InvalidRequest") from None
