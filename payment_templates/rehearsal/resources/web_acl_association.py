"""AWS::WAFv2::WebACLAssociation: attaches a web ACL to a load balancer."""

from payment_templates.rehearsal import account
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType, only


def _create(properties: Properties, _name: str) -> Created:
    account.call("wafv2", "AssociateWebACL", **only(properties, "WebACLArn", "ResourceArn"))
    # CloudFormation joins both parts of the primary identifier like this.
    ref = f"{properties['ResourceArn']}|{properties['WebACLArn']}"
    return Created(ref=ref, attributes={})


def _update(_ref: str, _before: Properties, _after: Properties) -> Attributes:
    # Both properties are create-only, so there is nothing to update.
    return {}


def _delete(_ref: str, properties: Properties) -> None:
    account.call("wafv2", "DisassociateWebACL", ResourceArn=properties["ResourceArn"])


WEB_ACL_ASSOCIATION = ResourceType(
    name="AWS::WAFv2::WebACLAssociation", create=_create, update=_update, delete=_delete
)
