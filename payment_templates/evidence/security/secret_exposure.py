"""Finds secrets that can be read in the template, in the stack or in a running task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from payment_templates.evidence.security.written_texts import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Json, Parameter, Template

# Properties that receive a secret and never show it.
TAKERS = {"AuthToken", "ClientSecret", "MasterUserPassword", "MasterUsername", "SecretString"}
_HIDING = {"AuthToken", "ClientSecret", "MasterUserPassword"}
_STRING, _STRING_TEMPLATE = "SecretString", "SecretStringTemplate"
# Attributes with a secret, among the read-only ones of the resource schemas in cfn-lint 1.58.
_SECRET_ATTRIBUTES = {
    "AWS::AppSync::ApiKey": ("ApiKey",),
    "AWS::Cognito::UserPoolClient": ("ClientSecret",),
    "AWS::IAM::AccessKey": ("SecretAccessKey",),
    "AWS::IVS::StreamKey": ("Value",),
    "AWS::Route53GlobalResolver::AccessToken": ("Value",),
}
_NAMED_SECRET = re.compile(
    r"(passwords?|passwd|pwd|token|(api|private|secret)[_-]?key|secret)$", re.IGNORECASE
)
# The entries of a JSON object: a name, and a text or a number.
_ENTRY = re.compile(r'"(\w*)"\s*:\s*(?:"([^"]+)"|(-?\d[\d.]*))')
_LIKE_SECRET = re.compile(r"password|secret|token|key", re.IGNORECASE)
# A number is a secret only under the name of one: "password_version" and others count something.
_SECRET_NUMBER = re.compile(r"(password|passwd|pwd|secret|token|key)$", re.IGNORECASE)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
_PSEUDO_PARAMETER = re.compile(r"\$\{AWS::(\w+)\}")
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")
# An access key of AWS, or a private key in PEM.
_CREDENTIAL = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----")
# The password of a user in a URL: https://datatracker.ietf.org/doc/html/rfc3986#section-3.2.1
_IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://[^/\s:@\"']*:([^/\s@\"']+)@", re.IGNORECASE)
# An argument of a program or of a connection: --password=x, --password x, ?password=x.
_ARGUMENT = re.compile(
    r"(?:password|passwd|pwd|(?:api|private|secret)[_-]?key|client[_-]?secret)"
    r"(?:=|(?<=--password) )[\"']?([^\s&;,\"']+)",
    re.IGNORECASE,
)
# What a shell or a program puts in, or a path.
_PLACEHOLDER = re.compile(r"[$`<%{\[*@/]|true$|false$|file:", re.IGNORECASE)
# ssm-secure and secretsmanager return secrets; ssm, which reads a String parameter, does not:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
_SECRET_REFERENCE = re.compile(r"\{\{resolve:(secretsmanager|ssm-secure):")
# What properties with such a name hold besides secrets: the ServiceToken of a custom resource and
# secrets that are named are ARNs, keys have aliases, ManageMasterUserPassword and others are
# switches, and a short number is how long a token is valid.
_NO_SECRET = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:.*|alias/.*|true|false", re.IGNORECASE)
_DURATION = re.compile(r"\d{1,7}")
# TokenValidityUnits of AWS::Cognito::UserPoolClient.
_COUNTED = {"AccessToken", "IdToken", "RefreshToken"}
_UNITS = {"seconds", "minutes", "hours", "days"}
# The ARN of the function that answers for a custom resource:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html
_SERVICE_TOKEN = "ServiceToken"  # noqa: S105 - a name.
# The name, ARN or length of a secret is not a secret.
ABOUT_SECRET = re.compile(r"(Stack|Arn|ARN|Name|Id|ID|Path|Prefix|Version|Length|Enabled|Key)$")


@dataclass(frozen=True, kw_only=True)
class Leak:
    """A sentence about a place that shows a secret, or that may show one."""

    why: str
    surely: bool = True


def leaks_of(template: Template, secrets: list[str]) -> Iterator[Leak]:
    """Yield each place that shows a secret or a reference to one, or that may do so.

    `secrets` are the names of parameters and resources with a secret value. A parameter without
    NoEcho shows its value: botocore cloudformation, Parameter, ResolvedValue.
    """
    if found := _CREDENTIAL.search(template.text):
        yield Leak(why=f"the template holds the credential {found[0][:8]}...")
    hidden = [*secrets, *_secret_attributes(template)]
    echoed = {name: _example(it) for name, it in template.parameters.items() if not it.no_echo}
    mappings = cast("Json", template.document.get("Mappings") or {})
    for section in ("Resources", "Outputs", "Metadata"):
        nodes = cast("object", template.document.get(section))
        for place, text in texts_of(nodes, section, mappings, _NAMED_SECRET.search):
            key = place.rsplit(".", 1)[-1]
            shown = any(f"${{{name}}}" in text for name in hidden)
            if (shown or _SECRET_REFERENCE.search(text)) and key not in TAKERS:
                yield Leak(why=f"{place} shows a secret")
            if _is_literal(key, text, echoed) or _is_in_url(text, echoed):
                yield Leak(why=f"{place} has a secret in plain text")
            elif doubt := _doubt(key, text, echoed):
                yield Leak(why=f"{place} {doubt}", surely=False)


def _secret_attributes(template: Template) -> Iterator[str]:
    for name, resource in template.resources.items():
        for attribute in _SECRET_ATTRIBUTES.get(resource.type, ()):
            yield f"{name}.{attribute}"


def _example(parameter: Parameter) -> str:
    """Return a value of a parameter, by which it may turn out to be no secret."""
    if parameter.type.startswith("AWS::") and not parameter.is_stored:
        # The name or ID of something, such as a key pair.
        return "arn:aws:any:"
    given = parameter.default if not parameter.is_stored else ""
    return given or next(iter(parameter.allowed_values), "1" if parameter.is_number else "x")


def _is_literal(key: str, text: str, echoed: Mapping[str, str]) -> bool:
    """Return whether a property for a secret has its value as plain text.

    In the template, or in a parameter that everyone who sees the stack also sees.
    """
    if not _may_be_name(key):
        text = _without_pseudo(text)
    if key in {_STRING, _STRING_TEMPLATE} and _has_literal_entry(key, text, echoed):
        return True
    if not _may_be_name(key) and not (key.lower().endswith("token") and key not in _HIDING):
        text = _filled(text, echoed)
    if key in _HIDING or key == _STRING:
        return _is_readable(text)
    named = key != _SERVICE_TOKEN and _NAMED_SECRET.search(key)
    return bool(named) and _is_readable(text) and not _is_no_secret(key, text)


def _has_literal_entry(key: str, text: str, echoed: Mapping[str, str]) -> bool:
    """Return whether the JSON object of a secret has an entry with a secret in plain text."""
    for name, word, number in _ENTRY.findall(text):
        value = _filled(word or number, echoed)
        if number:
            pattern = _SECRET_NUMBER
        else:
            # A parameter, or what goes with a generated password, is often a name.
            pattern = _LIKE_SECRET if key == _STRING and value == word else _NAMED_SECRET
        if pattern.search(name) and _is_readable(value) and not _is_no_secret(key, value):
            return True
    return False


def _is_in_url(text: str, echoed: Mapping[str, str]) -> bool:
    return "://" in text and any(
        _is_readable(it) and not _PLACEHOLDER.match(it)
        for it in _IN_URL.findall(_filled(_without_pseudo(text), echoed))
    )


def _doubt(key: str, text: str, echoed: Mapping[str, str]) -> str:
    """Return why a text may be a secret in plain text, or ""."""
    if not ("=" in text or "--" in text or text.startswith("${")):
        return ""
    filled = _filled(_without_pseudo(text), echoed)
    if any(_is_readable(it) and not _PLACEHOLDER.match(it) for it in _ARGUMENT.findall(filled)):
        return "has an argument that may be a secret in plain text"
    alone = _REFERENCE.fullmatch(text)
    if alone is None or alone[1] not in echoed or ABOUT_SECRET.search(alone[1]):
        return ""
    may_be = key != _SERVICE_TOKEN and _NAMED_SECRET.search(key)
    if may_be and key not in TAKERS and not _is_no_secret(key, filled):
        return f"is {alone[1]}, which is echoed: it may be a secret or the name of one"
    return ""


def _may_be_name(key: str) -> bool:
    """Return whether a property may have the name of a secret, as DB_SECRET."""
    # Who sees the stack sees the values of pseudo parameters too, which names often have.
    return key not in _HIDING and key.lower().endswith("secret")


def _without_pseudo(text: str) -> str:
    return _PSEUDO_PARAMETER.sub(lambda it: "" if it[1] == "NoValue" else "x", text)


def _filled(text: str, echoed: Mapping[str, str]) -> str:
    """Return a text with an example in place of each parameter that is echoed."""
    return _REFERENCE.sub(lambda it: echoed.get(it[1], it[0]), text)


def _is_readable(value: str) -> bool:
    return bool(value) and "${" not in value and not _SECRET_REFERENCE.search(value)


def _is_no_secret(key: str, value: str) -> bool:
    return (
        bool(_NO_SECRET.fullmatch(value))
        or (key in _COUNTED and value in _UNITS)
        or (key.lower().endswith("token") and bool(_DURATION.fullmatch(value)))
    )
