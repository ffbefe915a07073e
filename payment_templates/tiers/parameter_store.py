"""Where an application finds its database without knowing the stack."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, kw_only=True)
class ParameterStore:
    """The parameters under this stack's path."""

    writer_endpoint: ssm.Parameter
    reader_endpoint: ssm.Parameter
    secret_arn: ssm.Parameter


def add_parameter_store(scope: Scope, *, database: Database) -> ParameterStore:
    """Add the endpoints, and a reference to the secret in place of the password."""
    writer = database.cluster.get_att("Endpoint.Address")
    reader = database.cluster.get_att("ReadEndpoint.Address")
    return ParameterStore(
        writer_endpoint=_add_parameter(scope, "WriterParameter", WRITER_ENDPOINT, writer),
        reader_endpoint=_add_parameter(scope, "ReaderParameter", READER_ENDPOINT, reader),
        # CloudFormation cannot make a SecureString, and the secret is the safer place anyway.
        secret_arn=_add_parameter(scope, "SecretParameter", SECRET_ARN, database.secret.ref()),
    )


def _add_parameter(scope: Scope, logical_id: str, leaf: str, value: GetAtt | Ref) -> ssm.Parameter:
    return scope.add(
        ssm.Parameter(
            logical_id,
            Name=naming.database_parameter(leaf),
            Type="String",
            Value=value,
            Tags=naming.tag_map(leaf),
        )
    )
