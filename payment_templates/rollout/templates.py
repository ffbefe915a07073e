"""Reads the templates that AWS returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from payment_templates.cloudformation import TemplateError, parse_template
from payment_templates.rollout.errors import is_expired

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.cloudformation import Json


def document_of(body: object) -> Json:
    """Return the TemplateBody of GetTemplate as plain JSON; empty if it cannot be read.

    botocore parses JSON but returns YAML as text.
    """
    if not isinstance(body, str):
        return cast("Json", body) if isinstance(body, dict) else {}
    try:
        return parse_template(body).document
    except TemplateError:
        return {}


def template_of_stack(client: CloudFormationClient, stack_id: str) -> Json | None:
    """Return the template of a stack; None if AWS denies access to it."""
    try:
        body: object = client.get_template(StackName=stack_id)["TemplateBody"]
    except ClientError as error:
        if is_expired(error):
            raise
        return None
    return document_of(body)


def resources_of(body: object) -> Mapping[str, Json]:
    """Return the declared resources in a TemplateBody of GetTemplate."""
    return cast("Mapping[str, Json]", document_of(body).get("Resources", {}))
