"""The RDS Data API logs in with the user and the password of a secret; no SQL runs here.

BeginTransaction shows whether a secret opens a cluster. ministack would connect to a database.
"""

from types import SimpleNamespace
from typing import Any

from payment_templates.rehearsal import ministack

_DATA_API = f"{ministack.SERVICES}.rds_data"


class LoginError(Exception):
    """The cluster does not know the user, or the password is another one."""


def install() -> None:
    """Compare what the secret says with what the cluster was given."""
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
    # ministack keeps a connection for the transaction: this one leads nowhere.
    return SimpleNamespace()
