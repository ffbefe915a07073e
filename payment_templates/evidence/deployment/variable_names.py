"""Reads what the name of a variable, a parameter or an output says about a database."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

Kind = Literal["host", "port", "name", "user", "password"]
# Words of a name, in DB_READER_HOST, dbReaderHost and /payment/reader-endpoint alike.
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# PGHOST, DBNAME, dbuser: two words without anything between them.
_RUN_TOGETHER = re.compile(
    r"(pg|postgres|postgresql|mysql|rds|db|database)"
    r"(host|hostname|address|endpoint|server|port|name|user|username|password|database|db|url|uri)"
)
DATABASE_WORDS = frozenset(
    {
        *("db", "database", "datasource", "pg", "postgres", "postgresql", "mysql", "mariadb"),
        *("rds", "aurora", "jdbc"),
    }
)
# Data stores other than databases of RDS.
_OTHER_STORES = {
    *("redis", "valkey", "cache", "elasticache", "memcached", "memorydb", "mongo", "mongodb"),
    *("docdb", "documentdb", "dynamo", "dynamodb", "neptune", "opensearch", "elasticsearch"),
    *("redshift", "cassandra", "keyspaces", "influx", "influxdb", "timestream", "kafka"),
}
_ADDRESSES = {"host", "hosts", "hostname", "hostnames", "address", "server", "servers"}
_ENDPOINTS = {"endpoint", "endpoints", "url", "uri", "dsn"}
_USERS = {"user", "username"}
_PASSWORDS = {"password", "passwd", "pwd"}
READER_WORDS = frozenset(
    {
        *("read", "reader", "readers", "readonly", "ro", "replica", "replicas"),
        *("secondary", "follower", "slave"),
    }
)
WRITER_WORDS = frozenset({"write", "writer", "primary", "rw", "master", "leader"})
# Work that only reads: either endpoint serves it.
READING_WORDS = frozenset(
    {
        *("report", "reports", "reporting", "analytics", "bi", "statistics", "stats", "query"),
        *("queries", "search", "export", "exports", "standby"),
    }
)
INSTANCE_WORDS = frozenset({"instance", "instances", "member", "members", "node", "nodes"})
# Words that do not tell one database of a stack from another.
_NEUTRAL = {
    *("app", "application", "service", "api", "web", "backend", "server", "main", "default"),
    *("spring", "django", "rails", "quarkus", "env", "config", "initial", "connection"),
}


@cache
def ordered_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case."""
    words: list[str] = []
    for word in _WORD.findall(name):
        together = _RUN_TOGETHER.fullmatch(word.lower())
        words += together.groups() if together else [word.lower()]
    return tuple(words)


@cache
def words_of(name: str) -> frozenset[str]:
    """Return the words of a name in lower case, without their order."""
    return frozenset(ordered_words(name))


def names_host(name: str) -> bool:
    """Return whether a name is that of a host, a URL or an endpoint."""
    words = _without_role(name)
    return bool(words) and words[-1] in _ADDRESSES | _ENDPOINTS


@cache
def kind_of(name: str) -> Kind | None:
    """Return what a variable says about a database of RDS; None if it is about something else.

    A name such as DB_POOL_NAME or DATABASE_TYPE is about none of these.
    """
    words = _without_role(name)
    if not {*words} & DATABASE_WORDS or {*words} & _OTHER_STORES:
        return None
    before, last = ["", "", *words][-2:]
    if names_host(name):
        return "host"
    if last == "port":
        return "port"
    if kind := login_kind(name):
        return kind
    named = last == "name" and before in DATABASE_WORDS - {"datasource", "jdbc"}
    return "name" if named or last == "database" or (last == "db" and before) else None


def login_kind(name: str) -> Literal["user", "password"] | None:
    """Return whether a variable is a user name or a password, for any service."""
    words = ordered_words(name)
    last = words[-1] if words else ""
    return "user" if last in _USERS else "password" if last in _PASSWORDS else None


def stem_of(name: str) -> tuple[str, ...]:
    """Return the words before the last: DB_USER and DB_PASSWORD have the same."""
    return ordered_words(name)[:-1]


def is_of_another_database(name: str) -> bool:
    """Return whether a name has a word that tells one database from another: LEDGER_DB_NAME."""
    known = DATABASE_WORDS | WRITER_WORDS | READER_WORDS | _NEUTRAL | _ADDRESSES | _ENDPOINTS
    return bool(words_of(name) - known - {"name"})


def _without_role(name: str) -> tuple[str, ...]:
    """Return the words of a name without a role at its end: DB_HOST_READER."""
    words = list(ordered_words(name))
    while words and words[-1] in READER_WORDS | WRITER_WORDS | {"only"}:
        words.pop()
    return tuple(words)
