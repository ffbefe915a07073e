"""Lists access for other accounts that a resource grants without a usual policy document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Properties
from payment_templates.evidence.permissions.policies import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Json, StackResource
    from payment_templates.evidence.permissions.policies import Statement

# The property that names accounts or their principals: botocore events, PutPermission; lambda,
# AddPermission and AddLayerVersionPermission; signer, AddProfilePermission; redshift,
# AuthorizeEndpointAccess.
_PERMISSIONS = {
    "AWS::Events::EventBusPolicy": "Principal",
    "AWS::Lambda::LayerVersionPermission": "Principal",
    "AWS::Lambda::Permission": "Principal",
    "AWS::Redshift::EndpointAuthorization": "Account",
    "AWS::Signer::ProfilePermission": "Principal",
}
# The same, of accounts to which a resource is offered: botocore ram, CreateResourceShare; ec2,
# ModifyVpcEndpointServicePermissions; servicecatalog, CreatePortfolioShare.
_OFFERS = {
    "AWS::EC2::VPCEndpointServicePermissions": "AllowedPrincipals",
    "AWS::RAM::ResourceShare": "Principals",
    "AWS::ServiceCatalog::PortfolioShare": "AccountId",
}
# What limits the permission of any principal to an organization, or to what uses the resource.
_ORGANIZATIONS = ("PrincipalOrgID", "OrganizationId")
_SOURCES = ("SourceAccount", "SourceArn")
# Policy documents under other names, some as JSON, in the resource schemas of cfn-lint 1.58.
_DOCUMENTS = (
    *("AccessPolicy", "DestinationPolicy", "DeliveryDestinationPolicy", "ResourcePolicyDocument"),
    *("PermissionsPolicyDocument", "PolicyText", "NamespaceResourcePolicy", "Policy"),
)
_ORGANIZATION_KEY = "aws:PrincipalOrgID"


@dataclass(frozen=True, kw_only=True)
class Grant:
    """Access for a principal, as the template writes it: an account, an ARN, or "*" for anyone."""

    place: str
    principal: str
    # The organization whose accounts are meant, if anyone is; otherwise "".
    organization: str = ""
    # Whether the account or ARN that a service acts for is stated.
    has_source: bool = False
    # Whether the principal is only offered the resource, as by AWS RAM.
    is_offer: bool = False


def grants_of(resource: StackResource) -> Iterator[Grant]:
    """Yield the grants of a resource that are no statements."""
    properties = resource.properties
    offered = _OFFERS.get(resource.type)
    name = offered or _PERMISSIONS.get(resource.type)
    for principal in properties.texts(name) if name else ():
        yield Grant(
            place=f"{properties.place}.{name}",
            principal=principal,
            organization=_organization(properties),
            has_source=any(it in properties for it in _SOURCES),
            is_offer=bool(offered),
        )


def further_statements(resource: StackResource) -> tuple[Statement, ...]:
    """Return the statements of policies that are not in the usual properties."""
    return resource.derived(_statements)


def _statements(resource: StackResource) -> tuple[Statement, ...]:
    properties = resource.properties
    found: list[Statement] = []
    if resource.type == "AWS::Events::EventBusPolicy" and "Statement" in properties:
        found += read_statements(properties)
    for name in _DOCUMENTS:
        if name in properties:
            found += _in_document(properties, name)
    return tuple(found)


def _in_document(properties: Properties, name: str) -> tuple[Statement, ...]:
    place = f"{properties.place}.{name}"
    if isinstance(properties.get(name), Mapping):
        document = properties.child(name)
    else:
        document = Properties(place=place, entries=_parsed(properties.text(name)))
    # Without statements: another kind of policy, such as that of OpenSearch Serverless.
    return read_statements(document) if "Statement" in document else ()


def _parsed(text: str) -> Json:
    try:
        found: object = json.loads(text)
    except ValueError:
        found = None
    return cast("Json", found) if isinstance(found, dict) else {}


def _organization(properties: Properties) -> str:
    for name in _ORGANIZATIONS:
        if name in properties:
            return properties.text(name)
    # EventBridge: {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890"}.
    condition = properties.child("Condition")
    return condition.text("Value") if condition.text("Key") == _ORGANIZATION_KEY else ""
