"""Reads what a secret of the stack holds: its JSON object, and what an attachment adds to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.reuse import reused
from payment_templates.facts.creation_order import ATTACHED_KEYS

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack, StackResource

# Its Ref is the ARN of the secret, as that of the secret itself:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secrettargetattachment.html
ATTACHMENT = "AWS::SecretsManager::SecretTargetAttachment"


def keys_in(stack: Stack, secret: StackResource) -> frozenset[str] | None:
    """Return the keys of a secret's JSON object; None if the template does not show them."""
    values = values_in(stack, secret)
    return None if values is None else frozenset(values)


def values_in(stack: Stack, secret: StackResource) -> dict[str, str] | None:
    """Return a secret's JSON object; None if the template does not show it.

    A generated password is written as `${Secret:key}`. An attachment adds the database's keys.
    """
    return reused(stack, lambda: _values(stack, secret), secret)


def _values(stack: Stack, secret: StackResource) -> dict[str, str] | None:
    fields = secret.properties
    generated = fields.child("GenerateSecretString")
    text = fields.text("SecretString") or generated.text("SecretStringTemplate")
    try:
        content: object = json.loads(text)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    values = {str(key): str(value) for key, value in cast("dict[object, object]", content).items()}
    if key := generated.text("GenerateStringKey"):
        values[key] = f"${{{secret.logical_id}:{key}}}"
    return {**values, **_attached_values(stack, secret)}


def _attached_values(stack: Stack, secret: StackResource) -> dict[str, str]:
    """Return what the attachment of a secret to a database of the stack writes into it."""
    for attachment in stack.of_type(ATTACHMENT):
        if attachment.properties.target("SecretId") != secret.logical_id:
            continue
        database = stack.resources.get(attachment.properties.target("TargetId"))
        if database is None:
            continue
        fields, name = database.properties, database.logical_id
        values = dict.fromkeys(ATTACHED_KEYS, f"${{{name}}}")
        return {
            **values,
            "dbname": fields.text("DatabaseName") or fields.text("DBName"),
            "engine": fields.text("Engine"),
            "host": f"${{{name}.Endpoint.Address}}",
            "port": f"${{{name}.Endpoint.Port}}",
        }
    return {}
