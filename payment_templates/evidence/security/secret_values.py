"""Judges by its name and value whether a text in a template is a secret in plain text."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class Exposure(IntEnum):
    """Whether a text is a secret in plain text."""

    HARMLESS = 0
    DOUBTFUL = 1
    EXPOSED = 2


# Names as words: DB_PASSWORD, db-password, db.password and DbPassword are all db_password.
_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+")
# Which of several secrets it is.
_WHICH = re.compile(
    r"(_?\d+|_(current|dev|new|old|previous|primary|prod|production|secondary|staging|test|value))+$"
)
# The first row that matches a name decides.
_NAMES = (
    # The working directory: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
    (r"(old_?)?pwd", Exposure.HARMLESS),
    # Switches, addresses of pages, and names of headers.
    (r"proxy_pass|(.+_)?(continuation|idempotency|next)_token", Exposure.HARMLESS),
    # MetadataOptions of EC2, and limits of language models.
    (r"http_tokens|((.+_)?(count|limit|max|min|num|total)_)(.+_)?tokens?", Exposure.HARMLESS),
    (r"(.+_)?client_token", Exposure.DOUBTFUL),
    (r"(.+_)?(csrf|xsrf)_token", Exposure.DOUBTFUL),
    (r".*password(s|_?(plain_?text|plain|string|text))?", Exposure.EXPOSED),
    (r".*(passwd|pswd|passphrase|passcode)|(.+_)?pw", Exposure.EXPOSED),
    (r".+_pwd|.+[a-z]pwd", Exposure.EXPOSED),
    (
        (
            r"(.+_)?(admin|database|db|ftp|ldap|mail|mongo|mysql|pg|postgres|rabbitmq|redis|root|smtp"
            r"|user)_?pass"
        ),
        Exposure.EXPOSED,
    ),
    (r"(.+_)?(secret|token|secret_key_base|secret_access_key|bearer)", Exposure.EXPOSED),
    (r"(.+_)?(api|pre_?shared|private|secret)_?key", Exposure.EXPOSED),
    (r".*(secret|token)", Exposure.EXPOSED),
    (r"(.+_)?(pass|secrets|tokens|credentials?|creds?|psk|pat)", Exposure.DOUBTFUL),
    # The options of Redis: https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/
    (r"(.+_)?(require_?pass|master_?auth)", Exposure.DOUBTFUL),
    # Keys of applications, or the ID of a key in KMS.
    (
        (
            r"(.+_)?(access|account|app|application|auth|cipher|deploy|encryption|hmac|integration|jwt"
            r"|license|master|session|shared|signing|ssh|webhook)_?keys?"
        ),
        Exposure.DOUBTFUL,
    ),
)
_COMPILED_NAMES = tuple((re.compile(pattern), exposure) for pattern, exposure in _NAMES)
_ACTIONS = re.compile(
    r"(allow|ask|change|create|disable|enable|forgot|forgotten|generate|has|hide|ignore|is|manage"
    r"|mask|needs?|no|require|requires|reset|rotate|show|skip|use|uses|with)_.*"
)
# Credentials that show by themselves, under any name. The prefixes are those of the issuers:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
# https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
# https://docs.stripe.com/keys, https://docs.slack.dev/authentication/tokens
CREDENTIAL = re.compile(
    r"\b(?:(?:AKIA|ASIA)[A-Z0-9]{16}\b|gh[opusr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}"
    r"|[sr]k_live_[A-Za-z0-9]{10,}|xox[abeoprs]-[0-9]{4,}-[\w-]{4,})"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
# The beginning of such a credential: it may be an example, or cut off.
LIKE_CREDENTIAL = re.compile(
    r"\b(?:gh[opusr]_[A-Za-z0-9]{8,}|[sr]k_live_\w{4,}|xox[abeoprs]-[\w-]{6,}|glpat-[\w-]{12,}"
    # As https://github.com/gitleaks/gitleaks knows them: Google, OpenAI, Anthropic, SendGrid, npm.
    r"|AIza[\w-]{35}\b|sk-(?:admin|ant|proj|svcacct)-[\w-]{20,}|sk-\w{20}T3BlbkFJ\w{20}"
    r"|SG\.[\w-]{16,32}\.[\w-]{16,64}|npm_[A-Za-z0-9]{36}\b"
    r"|https://hooks\.slack\.com/services/\w+/\w+/\w+"
    # https://oneuptime.com/blog/post/2026-02-12-cloudwatch-alarms-pagerduty/view
    r"|https://events\.(?:eu\.)?pagerduty\.com/integration/[0-9a-zA-Z]{20,}"
    r"|https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}"
    # RFC 7519, section 3.1; RFC 6750, section 2.1; RFC 7617, section 2.
    r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.|(?:Bearer|Basic) (?=[^\s\"']*[0-9=])[\w.~+/=-]{12,})"
)
# The first row that matches a value decides, under the name of a secret.
_VALUES = (
    # Secrets that are named are ARNs, keys have aliases, and switches have names like passwords.
    (
        (
            r"arn:[a-z-]+:[a-z0-9-]+:.*|alias/.*|mrk-[0-9a-f]{32}"
            r"|(context|integration|method|stagevariables)\.[\w.-]+"
            r"|true|false|yes|no|on|off|none|null|enabled|disabled|[01]"
        ),
        Exposure.HARMLESS,
    ),
    # What a program may put in.
    (r"(?s)[$`<%].*|\{(?!\{).*\}|\[.*\]|\*+", Exposure.DOUBTFUL),
    # The path of a file, or the name of a secret or a parameter, or an address.
    (r"/[\w./-]*|file:.*|[a-z0-9_.-]+(/[a-z0-9_.-]+)+|https?://[^\s@]+", Exposure.DOUBTFUL),
)
_COMPILED_VALUES = tuple(
    (re.compile(pattern, re.IGNORECASE if not place else 0), exposure)
    for place, (pattern, exposure) in enumerate(_VALUES)
)
_NAME_OF_SECRET = re.compile(r"[a-z]+([-_.:][a-z0-9]+)+")
_HEADER = re.compile(r"_?[A-Za-z]+([-_][A-Za-z]+)*")
_URL = re.compile(r"(https?:/)?/[^\s@]*")
# How long a token is valid.
_DURATION = re.compile(r"\d{1,7}")
_SHORTEST_PIN = 3
# What a parameter or property says about a secret, by its last word.
_ABOUT = re.compile(
    r".*_(alias|algorithm|alphabet|arns?|attempts|bucket|characters|count|days|description|enabled"
    r"|endpoint|env|expiration|expiry|file|format|header|hours|ids?|issuer|key_arn|key_id|kms_key"
    r"|length|lifetime|manager|minutes|mode|names?|parameter|path|period|policy|prefix|provider"
    r"|public_key|region|rotation|schedule|seconds|size|source|stack|suffix|tags?|timeout|ttl|type|units?"
    r"|uri|url|user|username|validity|version|vault)"
)
_PASSWORD = re.compile(r".*(password|passwd|passphrase)")
_PATH_TO = re.compile(r"(arn|id|name|path)_(for|of|to)_.*")
_INSIDE = re.compile(r"password|passwd|passphrase|secret|token|api_?key|private_?key")


@lru_cache(maxsize=4096)
def exposure_of_name(name: str) -> Exposure:
    """Return what a readable text with such a name is, before its value is known."""
    words = _as_words(name)
    for pattern, exposure in _COMPILED_NAMES:
        if pattern.fullmatch(words):
            return exposure
    return Exposure.HARMLESS


@lru_cache(maxsize=1024)
def exposure_of_parameter(name: str) -> Exposure:
    """Return what a text is that comes from a parameter with such a name."""
    words = _as_words(name)
    if any(it.fullmatch(words) for it in (_ABOUT, _ACTIONS, _PATH_TO)):
        return Exposure.HARMLESS
    for pattern, exposure in _COMPILED_NAMES:
        if pattern.fullmatch(words):
            return exposure
    return Exposure.DOUBTFUL if _INSIDE.search(words) else Exposure.HARMLESS


def is_password(name: str) -> bool:
    """Return whether nothing but a password has such a name."""
    return bool(_PASSWORD.fullmatch(_as_words(name)))


def is_about_secret(name: str) -> bool:
    """Return whether a parameter has what describes a secret, such as its name or length."""
    return bool(_ABOUT.fullmatch(_as_words(f"x_{name}")))


def exposure_of(name: str, value: str) -> Exposure:
    """Return what a readable text with such a name is."""
    words = _as_words(name)
    most = exposure_of_name(name)
    if not value or not most or _is_short_number(words, value):
        return Exposure.HARMLESS
    if _ACTIONS.fullmatch(words):
        most = Exposure.HARMLESS if _URL.fullmatch(value) else Exposure.DOUBTFUL
    if "csrf" in words or "xsrf" in words:
        most = Exposure.HARMLESS if _HEADER.fullmatch(value) else Exposure.DOUBTFUL
    if words.endswith("secret") and _NAME_OF_SECRET.fullmatch(value):
        most = min(most, Exposure.DOUBTFUL)
    for pattern, exposure in _COMPILED_VALUES:
        if pattern.fullmatch(value):
            return min(most, exposure)
    return most


def _is_short_number(words: str, value: str) -> bool:
    return bool(_DURATION.fullmatch(value)) and (
        words.endswith("token") or len(value) < _SHORTEST_PIN
    )


@lru_cache(maxsize=4096)
def _as_words(name: str) -> str:
    words = "_".join(_WORDS.findall(name)).lower()
    return _WHICH.sub("", words)
