"""Lists access for other accounts that a resource grants without a usual policy document."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from payment_templates.cloudformation import Properties, listed
from payment_templates.evidence.permissions.documents import READ_AS_DOCUMENTS
from payment_templates.evidence.permissions.policies import read_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import StackResource, Value
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
    for name, value in properties.entries.items():
        if name not in READ_AS_DOCUMENTS:
            found += _within(value, f"{properties.place}.{name}")
    if resource.type == "AWS::Events::EventBusPolicy" and "Statement" in properties:
        found += read_statements(properties)
    # As of the table and the stream of AWS::DynamoDB::Table.
    if "ResourcePolicy" in properties and "PolicyDocument" in properties.child("ResourcePolicy"):
        found += _within(properties.get("ResourcePolicy"), f"{properties.place}.ResourcePolicy")
    return tuple(found)


def _within(value: Value, place: str) -> Iterator[Statement]:
    """Yield the statements of each policy document in a value, also of one that is JSON."""
    if isinstance(value, str) and value.lstrip().startswith("{") and '"Statement"' in value:
        value = _parsed(value)
    if isinstance(value, Mapping):
        if _is_document(value):
            yield from read_statements(Properties(place=place, entries=value))
        else:
            for name, entry in value.items():
                yield from _within(entry, f"{place}.{name}")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for entry in value:
            yield from _within(entry, place)


def _is_document(value: Mapping[str, Value]) -> bool:
    """Return whether a value is a policy document; rules of a web ACL have a Statement too."""
    statements = listed(value.get("Statement"))
    return any(isinstance(it, Mapping) and "Effect" in it for it in statements)


def _parsed(text: str) -> Value:
    try:
        return cast("Value", json.loads(text))
    except ValueError:
        return None


def _organization(properties: Properties) -> str:
    for name in _ORGANIZATIONS:
        if name in properties:
            return properties.text(name)
    # EventBridge: {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890"}.
    condition = properties.child("Condition")
    return condition.text("Value") if condition.text("Key") == _ORGANIZATION_KEY else ""
