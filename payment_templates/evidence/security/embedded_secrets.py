"""Finds named values within a text: entries of JSON, arguments of programs, passwords in URLs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from payment_templates.evidence.security.secret_values import Exposure, exposure_of_name

if TYPE_CHECKING:
    from collections.abc import Iterator

# The entries of a JSON object: a name, and a text or a number, or the first one of a list. JSON
# within JSON has backslashes. A lookahead, because a text may be JSON itself.
_ENTRY = re.compile(
    r'(?=\\*"([\w./ -]+)\\*"\s*:\s*(?:\[\s*)?(?:\\*"([^"\\]+)|(-?\d[\d.]*)))',
)
# Each entry of a list of texts.
_LIST = re.compile(r'\\*"([\w./ -]+)\\*"\s*:\s*\[\s*(\\*"[^\]]*)\]')
_TEXT = re.compile(r'\\*"([^"\\]+)\\*"')
# A variable in a list, which may be a reference to a secret:
# https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
_VARIABLE = re.compile(
    r'"name"\s*:\s*"([^"]+)"\s*,\s*(?:"type"\s*:\s*"PLAINTEXT"\s*,\s*)?"value"\s*:\s*"([^"]+)"'
    r'(?!\s*,\s*"type"\s*:\s*"(?:SECRETS_MANAGER|PARAMETER_STORE)")',
    re.IGNORECASE,
)
# The password of a user in a URL, which ends before the path, the query and the fragment:
# https://datatracker.ietf.org/doc/html/rfc3986#section-3.2
_IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^/?#\s:@\"']*:([^/?#\s@\"']+)@", re.IGNORECASE)
# A token in place of a user, as of GitHub. The key in the address of Sentry is public:
# https://docs.sentry.io/concepts/key-terms/dsn-explainer/
_TOKEN_IN_URL = re.compile(
    r"\b[a-z][a-z0-9+.-]*://(?=[^/?#\s:@\"']*\d)([A-Za-z0-9_-]{20,})@(?![^/\s]*sentry)",
    re.IGNORECASE,
)
# An option of a program: --password=x, --password x, -Dpassword=x.
_OPTION = re.compile(r"(?:^|(?<=[\s\"']))--?([A-Za-z][\w.-]*)(?:=|\s+)[\"']?([^\s\"'&;|]+)")
# An assignment or an argument of a connection: PASSWORD=x, ?password=x.
_ASSIGNMENT = re.compile(r"(?:^|(?<=[\s?&;,\"']))([A-Za-z][\w.-]*)=[\"']?([^\s&;,\"']+)")
# A line of YAML or of a properties file.
_LINE = re.compile(r"^[ \t-]*([A-Za-z][\w.-]*):[ \t]+[\"']?([^\s\"'#]+)", re.MULTILINE)
# Programs with a short option for a password:
# https://curl.se/docs/manpage.html, https://dev.mysql.com/doc/refman/8.4/en/connecting.html,
# https://redis.io/docs/latest/develop/tools/cli/
_SHORT_OPTION = re.compile(
    r"\bcurl\b[^|;\n]*?\s(?:-u|--user)[\s=]?[\"']?[^\s:\"'$]+:([^\s\"']+)"
    r"|\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^|;\n]*?\s-p([^\s\"']+)"
    r"|\bredis-cli\b[^|;\n]*?\s-a\s+[\"']?([^\s\"']+)"
)
# What a shell or a program puts in, a call, or the next option.
_PLACEHOLDER = re.compile(
    r"[$`<%{\[*]|--|-[A-Za-z]|(true|false)$|id=|[A-Za-z_][\w.]*[(\[]", re.IGNORECASE
)
_MOST_DIGITS_OF_A_COUNT = 3


def entries_of(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the text and the number of each entry of a JSON text; one value is ""."""
    if text.lstrip().startswith(("{", "[")):
        for name, word, number in _ENTRY.findall(text):
            yield name, word, number
        for name, words in _LIST.findall(text):
            # The first one is found as that of an entry.
            for word in _TEXT.findall(words)[1:]:
                yield name, word, ""
        for name, word in _VARIABLE.findall(text):
            yield name, word, ""


def passwords_in_urls(text: str) -> Iterator[str]:
    """Yield the password of each URL."""
    if "://" in text:
        yield from _IN_URL.findall(text)


def tokens_in_urls(text: str) -> Iterator[str]:
    """Yield the token of each URL that has one in place of a user."""
    if "://" in text:
        yield from _TOKEN_IN_URL.findall(text)


def arguments_of(text: str) -> Iterator[str]:
    """Yield what may be a secret among the arguments of programs and connections."""
    if "=" in text or " -" in text or text.startswith("-"):
        for name, value in (*_OPTION.findall(text), *_ASSIGNMENT.findall(text)):
            count = value.isdigit() and len(value) <= _MOST_DIGITS_OF_A_COUNT
            # As a function passes on its variable of the same name.
            passed_on = value.rstrip(")") == name and "(" in text
            if exposure_of_name(name) and not (is_placeholder(value) or count or passed_on):
                yield value
        for values in _SHORT_OPTION.findall(text):
            yield from (it for it in values if it and not is_placeholder(it))
    for name, value in _LINE.findall(text) if ": " in text else ():
        if exposure_of_name(name) is Exposure.EXPOSED and not (
            is_placeholder(value) or value.startswith(("!", "&", "|", ">", "arn:", "/"))
        ):
            yield value


def is_placeholder(value: str) -> bool:
    """Return whether a program puts the value in."""
    return bool(_PLACEHOLDER.match(value))
