"""Finds named secrets in configuration files, code, SQL and sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.security.embedded_secrets import is_placeholder
from payment_templates.evidence.security.secret_values import Exposure, exposure_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Most texts have none of these words.
_LIKE_NAME = re.compile(r"pass|pwd|pswd|secret|token|bearer|key|pw\b|identified", re.IGNORECASE)
# A quoted value of TOML, Python, JavaScript and others, of a name with or without quotes.
_QUOTED = re.compile(r"""(?<![\w.-])(["']?)([A-Za-z][\w.-]*)\1\s*[:=]\s*(["'])([^"'\n]+)\3""")
# A line of an INI file. In code, what has no quotes is a variable.
_LINE = re.compile(
    r"^[ \t]*([A-Za-z][\w.-]*)[ \t]*=[ \t]*([^\s\"'#;]+)[ \t]*;?[ \t]*$", re.MULTILINE
)
_CODE = re.compile(
    r"^\s*(async|class|const|def|exports|from|function|import|let|return|var)\b|=>", re.MULTILINE
)
_ELEMENT = re.compile(r"<([A-Za-z][\w.-]*)>\s*([^<>\s]+)\s*</\1>")
# PostgreSQL's CREATE ROLE and MySQL's CREATE USER.
_SQL = re.compile(r"\b(?:password|identified\s+by)\s+'([^']+)'", re.IGNORECASE)
# Connection strings of ADO.NET and ODBC, where PWD is no working directory:
# https://learn.microsoft.com/en-us/sql/connect/odbc/dsn-connection-string-attribute
_CONNECTION = re.compile(r"\b(?:data source|dsn|server|uid|user id)\s*=", re.IGNORECASE)
_PWD = re.compile(r"(?:^|;)\s*pwd\s*=\s*([^;\s]+)", re.IGNORECASE)
# In a sentence, only what has a letter and a digit is no ordinary word.
_IN_SENTENCE = re.compile(
    r"\b(?:passcode|passphrase|passw(?:or)?d)\s*[:=]\s*[\"']?(?!base64|sha\d|md5|\d+-?char)"
    r"((?=[^\s\"']*\d)(?=[^\s\"']*[a-z])[^\s\"'(){}\[\]<>$,;:]{8,})(?=[\s\"',;.)]|$)",
    re.IGNORECASE,
)
# The secret of an access key, of which no part says so:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
_ACCESS_KEY_SECRET = re.compile(
    r"(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?=[^0-9]*[0-9])[A-Za-z0-9/+]{40}"
)
_PASSWORD = "password"  # noqa: S105 - a name.


def assigned_secrets(text: str) -> Iterator[str]:
    """Yield each value that may be a secret by the name before it."""
    if not _LIKE_NAME.search(text):
        return
    for name, value in _assignments(text):
        # A program often has fields called like their columns, as in "password": "password".
        same = value.lower() == name.lower()
        if not same and not is_placeholder(value) and exposure_of(name, value) is Exposure.EXPOSED:
            yield value
    yield from secrets_in_sentences(text)


def secrets_in_sentences(text: str) -> Iterator[str]:
    """Yield what a description calls a password."""
    yield from _IN_SENTENCE.findall(text)


def access_key_secrets(text: str) -> Iterator[str]:
    """Yield the text if it looks as the secret of an access key does."""
    if _ACCESS_KEY_SECRET.fullmatch(text):
        yield text


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    is_json = text.lstrip().startswith(("{", "["))
    for quote, name, _, value in _QUOTED.findall(text):
        # Entries of JSON are read as such.
        if not (is_json and quote == '"'):
            yield name, value
    if not _CODE.search(text):
        yield from _LINE.findall(text)
    yield from _ELEMENT.findall(text)
    for value in _SQL.findall(text):
        yield _PASSWORD, value
    if _CONNECTION.search(text):
        for value in _PWD.findall(text):
            yield _PASSWORD, value
