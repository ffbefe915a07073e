"""Lists how each database engine of RDS requires encrypted connections."""

from __future__ import annotations

import re
from dataclasses import dataclass

_AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide"
_RDS = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide"
# From 10 on, a major version of PostgreSQL is one number:
# https://www.postgresql.org/support/versioning/
_FIRST_OF_ONE_NUMBER = 10


@dataclass(frozen=True, kw_only=True)
class TlsParameter:
    """The parameter by which an engine requires TLS, and its default by major version."""

    name: str
    # In lower case.
    on: tuple[str, ...]
    # The first major version that requires TLS by default, and the last that does not, each None
    # where AWS's documentation names none; of versions between them the default is not known.
    on_from: tuple[int, ...] | None = None
    off_until: tuple[int, ...] | None = None
    source: str

    def default(self, version: tuple[int, ...]) -> bool | None:
        """Return whether a major version requires TLS by default; None where that is not known."""
        if self.on_from is None and self.off_until is None:
            return False
        if not version:
            return None
        if self.on_from and version >= self.on_from:
            return True
        return False if self.off_until is None or version <= self.off_until else None


# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
EXPIRED_AUTHORITIES = {
    "rds-ca-2015": "expired on 2020-03-05",
    "rds-ca-2019": "expired on 2024-08-22",
}
# What a master password may not contain, and its length in a cluster: botocore rds, CreateDBCluster
# and CreateDBInstance, MasterUserPassword.
PASSWORD_REFUSES = ("/", '"', "@")
CLUSTER_PASSWORD_LENGTHS = range(8, 42)
# The oldest version of TLS that PostgreSQL accepts, and the versions that RFC 8996 deprecates:
# https://www.postgresql.org/docs/current/runtime-config-connection.html
MINIMUM_VERSION = "ssl_min_protocol_version"
OLD_VERSIONS = frozenset({"TLSv1", "TLSv1.0", "TLSv1.1"})
_POSTGRESQL, _MYSQL = "rds.force_ssl", "require_secure_transport"
_ON = ("1", "on", "true")

# By engine. Oracle and Db2 require TLS by option groups and certificates: not listed.
TLS_PARAMETERS = {
    # AWS's guides state 0 without a version; whether 17 differs could not be confirmed.
    "aurora-postgresql": TlsParameter(
        name=_POSTGRESQL,
        on=_ON,
        off_until=(16,),
        source=f"{_AURORA}/ssl-certificate-rotation-aurora-postgresql.html",
    ),
    "aurora-mysql": TlsParameter(
        name=_MYSQL, on=_ON, source=f"{_AURORA}/AuroraMySQL.Security.html"
    ),
    "postgres": TlsParameter(
        name=_POSTGRESQL,
        on=_ON,
        on_from=(15,),
        source=f"{_RDS}/PostgreSQL.Concepts.General.SSL.html",
    ),
    "mysql": TlsParameter(
        name=_MYSQL, on=_ON, source=f"{_RDS}/mysql-ssl-connections.require-ssl.html"
    ),
    "mariadb": TlsParameter(
        name=_MYSQL,
        on=_ON,
        on_from=(11, 8),
        off_until=(11, 4),
        source=f"{_RDS}/mariadb-ssl-connections.require-ssl.html",
    ),
}


# The port of a database instance that states none, by the start of its engine's name: botocore rds,
# CreateDBInstance, Port.
_PORTS = {
    "db2": 50000,
    "mariadb": 3306,
    "mysql": 3306,
    "oracle": 1521,
    "postgres": 5432,
    "sqlserver": 1433,
}


def default_port(engine: str) -> int:
    """Return the port that RDS gives an instance outside a cluster; 0 for an unknown engine."""
    return _PORTS.get(engine.lower().partition("-")[0], 0)


def major_version(engine: str, version: str) -> tuple[int, ...]:
    """Return the major version that a family of parameter groups is for; empty when not known.

    15.4 is of aurora-postgresql15, 8.0.mysql_aurora.3.04.0 of aurora-mysql8.0, 9.6.24 of
    postgres9.6: CreateDBParameterGroup, DBParameterGroupFamily.
    """
    found = re.match(r"(\d+)(?:\.(\d+))?", version)
    if found is None:
        return ()
    first = int(found[1])
    if engine.endswith(("postgres", "postgresql")) and first >= _FIRST_OF_ONE_NUMBER:
        return (first,)
    return (first, int(found[2])) if found[2] else ()


def family_of(engine: str, version: str) -> str:
    """Return the family of the parameter groups of a database; empty when it is not known."""
    major = major_version(engine, version)
    return f"{engine}{'.'.join(map(str, major))}" if major and engine in TLS_PARAMETERS else ""
