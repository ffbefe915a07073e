"""Adds the database endpoints and the secret's ARN to the parameter store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import ssm

from payment_templates import naming

if TYPE_CHECKING:
    from troposphere import GetAtt, Ref

    from payment_templates.scope import Scope

    from .database import Database


# Under /payment/<suffix>/database/.
WRITER_ENDPOINT = "writer-endpoint"
READER_ENDPOINT = "reader-endpoint"
SECRET_ARN = "secret-arn"  # noqa: S105 - the name of a reference, not a password.


def add_parameter_store(scope: Scope, *, database: Database) -> None:
    """Add the endpoints, and the secret's ARN instead of the password."""
    writer = database.cluster.get_att("Endpoint.Address")
    reader = database.cluster.get_att("ReadEndpoint.Address")
    _add_parameter(scope, "WriterParameter", WRITER_ENDPOINT, writer)
    _add_parameter(scope, "ReaderParameter", READER_ENDPOINT, reader)
    # CloudFormation cannot create a SecureString, and the secret is safer.
    _add_parameter(scope, "SecretParameter", SECRET_ARN, database.secret.ref())


def _add_parameter(scope: Scope, logical_id: str, leaf: str, value: GetAtt | Ref) -> None:
    scope.add(
        ssm.Parameter(
            logical_id,
            Name=naming.database_parameter(leaf),
            Type="String",
            Value=value,
            Tags=naming.tag_map(leaf),
        )
    )
