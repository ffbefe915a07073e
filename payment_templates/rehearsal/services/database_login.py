"""Emulates the login of the RDS Data API: checks a secret's user and password, runs no SQL.

BeginTransaction then shows whether the secret matches the cluster. ministack connects to a real
database instead.
"""

from types import SimpleNamespace
from typing import Any

from payment_templates.rehearsal import ministack

_DATA_API = f"{ministack.SERVICES}.rds_data"


class LoginError(Exception):
    """The user or the password is not that of the cluster."""


def install() -> None:
    """Compare the login in the secret with that of the cluster."""
    ministack.replace_everywhere(_DATA_API, "_connect", lambda _original: _log_in)


def _log_in(
    instance: dict[str, Any],
    _engine: str,
    _database: str | None = None,
    password: str | None = None,
    username: str | None = None,
) -> SimpleNamespace:
    cluster = ministack.database_cluster(instance["DBClusterIdentifier"])
    if (username, password) != (cluster["MasterUsername"], cluster["_MasterUserPassword"]):
        # github.com/ArsenyYankovsky/typeorm-aurora-data-api-driver/issues/86
        raise LoginError(f'FATAL: password authentication failed for user "{username}"')
    # ministack stores a connection for the transaction: this is a placeholder.
    return SimpleNamespace()
