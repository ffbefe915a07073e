"""Reads template files, and the templates that AWS returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from payment_templates.cloudformation import TemplateError, parse_template, read_template
from payment_templates.rollout.errors import is_expired, wrong_use

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mypy_boto3_cloudformation import CloudFormationClient

    from payment_templates.cloudformation import Json, Template

_WRITE_ONE = "name a CloudFormation template in JSON or YAML, such as make template writes"


def load_template(path: Path) -> Template:
    """Read a template in JSON or YAML; raises RolloutError if the file does not contain one."""
    try:
        return read_template(path)
    except TemplateError as error:
        raise wrong_use(str(error), error.hint or _WRITE_ONE) from None


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
