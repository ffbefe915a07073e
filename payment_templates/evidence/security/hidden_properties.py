"""Knows the properties that receive a secret and that AWS never shows."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from payment_templates.cloudformation.schemas import resource_schema, schemas_installed
from payment_templates.evidence.security.secret_values import exposure_of_name

if TYPE_CHECKING:
    from payment_templates.cloudformation import Template
    from payment_templates.evidence.security.written_texts import Text

TAKERS = {"AuthToken", "ClientSecret", "MasterUserPassword", "MasterUsername", "SecretString"}
# Not write-only in the schemas of cfn-lint 1.58, but no operation of botocore's ds returns one.
_PASSWORDS = {
    "AWS::DirectoryService::MicrosoftAD": ("Password",),
    "AWS::DirectoryService::SimpleAD": ("Password",),
}

# botocore ec2, TunnelOption: DescribeVpnConnections returns it.
_SHOWN = {"PreSharedKey"}


def is_hidden(template: Template, text: Text) -> bool:
    """Return whether a value is a secret of a property that AWS never shows."""
    taken = text.name in TAKERS or (text.name not in _SHOWN and is_write_only(template, text))
    return text.is_property and taken


def is_write_only(template: Template, text: Text) -> bool:
    """Return whether the schema of AWS says that a property for a secret is never returned."""
    section, _, rest = text.place.partition(".")
    logical_id, _, path = rest.partition(".Properties.")
    resource = template.resources.get(logical_id) if section == "Resources" and path else None
    if resource is None or not text.is_property or not exposure_of_name(text.name):
        return False
    names = path.split(".")
    holders = {"/".join(names[:end]) for end in range(1, len(names) + 1)}
    return not holders.isdisjoint(_write_only(resource.type))


@cache
def _write_only(resource_type: str) -> frozenset[str]:
    schema = resource_schema(resource_type) if schemas_installed() else None
    found = schema.write_only if schema else frozenset[str]()
    # Users/*/Password is the password of each user.
    return frozenset(it.replace("/*", "") for it in found) | {*_PASSWORDS.get(resource_type, ())}
