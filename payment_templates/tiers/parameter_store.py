"""Adds the database endpoints and the secret's ARN to the parameter store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ssm

from payment_templates import naming

if TYPE_CHECKING:
    from troposphere import GetAtt, Join, Ref

    from payment_templates.conditions import Conditions
    from payment_templates.scope import Scope

    from .database import Database


# Under /payment/<suffix>/database/.
WRITER_ENDPOINT = "writer-endpoint"
READER_ENDPOINT = "reader-endpoint"
SECRET_ARN = "secret-arn"  # noqa: S105 - the name of a reference, not a password.


def add_parameter_store(scope: Scope, *, conditions: Conditions, database: Database) -> None:
    """Add the endpoints, and the secret's ARN instead of the password."""
    _add_parameter(scope, "WriterParameter", WRITER_ENDPOINT, database.writer_endpoint)
    _add_parameter(scope, "ReaderParameter", READER_ENDPOINT, database.reader_endpoint)
    # CloudFormation cannot create a SecureString, and the secret is safer.
    secret = _add_parameter(scope, "SecretParameter", SECRET_ARN, database.secret.ref())
    if conditions.is_database_home:
        secret.Condition = conditions.is_database_home


def _add_parameter(
    scope: Scope, logical_id: str, leaf: str, value: GetAtt | Join | Ref
) -> ssm.Parameter:
    return scope.add(
        ssm.Parameter(
            logical_id,
            Name=naming.database_parameter(leaf),
            Type="String",
            Value=value,
            Tags=naming.tag_map(leaf),
        )
    )
