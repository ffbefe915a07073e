"""AWS::WAFv2::LoggingConfiguration: the logs of a web ACL."""

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only
from payment_templates.rehearsal.services.web_acl_logs import SERVICE


def _create(properties: Properties, _name: str) -> Created:
    _put(properties)
    return Created(ref=properties["ResourceArn"], attributes={})


def _update(_ref: str, _before: Properties, after: Properties) -> Attributes:
    _put(after)
    return {}


def _delete(ref: str, _properties: Properties) -> None:
    account.call(SERVICE, "DeleteLoggingConfiguration", ResourceArn=ref)


def _put(properties: Properties) -> None:
    configuration = only(
        properties, "ResourceArn", "LogDestinationConfigs", "LoggingFilter", "RedactedFields"
    )
    account.call(SERVICE, "PutLoggingConfiguration", LoggingConfiguration=configuration)


WEB_ACL_LOGS = ResourceType(
    name="AWS::WAFv2::LoggingConfiguration", create=_create, update=_update, delete=_delete
)
