"""Finds secrets that can be read in the template, in the stack or in a running task."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from payment_templates.evidence.security.assigned_secrets import secrets_in_sentences
from payment_templates.evidence.security.compared_secrets import compared_secrets
from payment_templates.evidence.security.embedded_secrets import (
    entries_of,
    is_placeholder,
    passwords_in_urls,
)
from payment_templates.evidence.security.hidden_properties import is_hidden, is_write_only
from payment_templates.evidence.security.readable_texts import (
    SECRET_REFERENCE,
    STORED_TEXT,
    example_of,
    filled,
    is_readable,
    without_pseudo,
)
from payment_templates.evidence.security.secret_doubts import SERVICE_TOKEN, doubt_of
from payment_templates.evidence.security.secret_values import (
    CREDENTIAL,
    LIKE_CREDENTIAL,
    Exposure,
    exposure_of,
    exposure_of_name,
    is_about_secret,
)
from payment_templates.evidence.security.written_texts import (
    MAPPINGS,
    descriptions_of,
    texts_of_template,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Template
    from payment_templates.evidence.security.written_texts import Text

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
# Properties with a secret whose name does not say so. botocore apigateway, GetApiKeys,
# includeValues: the key itself; datasync, CreateLocationHdfs and CreateLocationSmb: the key table.
_SECRET_PROPERTIES = {
    ("AWS::ApiGateway::ApiKey", "Value"),
    ("AWS::DataSync::LocationHDFS", "KerberosKeytab"),
    ("AWS::DataSync::LocationSMB", "KerberosKeytab"),
}
_STACKS = {"AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet"}
# What goes with a password in a secret:
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
_BESIDE_PASSWORD = re.compile(
    r"user(name)?|host(name)?|port|engine|db(name|_name|ClusterIdentifier|InstanceIdentifier)?"
    r"|database|region|masterarn|schema|ssl",
    re.IGNORECASE,
)
# Where an entry may have the name of a secret, to which something else belongs.
_MAY_NAME = re.compile(r"Tags\.|^Mappings\.")
_HOST = re.compile(r"https://[^/]+/")
_LIKE_SECRET = re.compile(r"password|secret|token|key", re.IGNORECASE)
# TokenValidityUnits of AWS::Cognito::UserPoolClient.
_COUNTED = {"AccessToken", "IdToken", "RefreshToken"}
_UNITS = {"seconds", "minutes", "hours", "days"}


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
    yield from _credentials(template)
    for place, words in descriptions_of(template):
        if any(map(is_readable, secrets_in_sentences(words))):
            yield Leak(why=f"{place} may have a secret in plain text", surely=False)
    for section, name in compared_secrets(template, secrets):
        why = f"an entry of {section} compares {name} with a text that may be the secret"
        yield Leak(why=why, surely=False)
    hidden = [*secrets, *_secret_attributes(template)]
    echoed = {name: example_of(it) for name, it in template.parameters.items() if not it.no_echo}
    for text in texts_of_template(template):
        yield from _shown(template, text, hidden)
        exposure = max(
            _exposure(template, text, echoed),
            _exposure_of_property(template, text, echoed),
            _exposure_in(text, echoed),
        )
        if exposure is Exposure.EXPOSED:
            yield Leak(why=f"{text.place} has a secret in plain text")
        elif doubt := doubt_of(template, text, exposure, echoed):
            yield Leak(why=f"{text.place} {doubt}", surely=False)


def _credentials(template: Template) -> Iterator[Leak]:
    if found := CREDENTIAL.search(template.text):
        yield Leak(why=f"the template holds the credential {found[0][:8]}...")
    elif found := LIKE_CREDENTIAL.search(template.text):
        start = _HOST.match(found[0])
        word = start[0] if start else found[0][:8]
        yield Leak(why=f"the template has {word}..., as credentials do", surely=False)


def _shown(template: Template, text: Text, hidden: list[str]) -> Iterator[Leak]:
    """Yield whether a text shows a secret that it refers to."""
    shown = any(f"${{{name}}}" in text.text for name in hidden)
    # What uses the entry of a mapping shows it.
    resolved = SECRET_REFERENCE.search(text.text) and not text.place.startswith(MAPPINGS)
    if not (shown or resolved) or is_hidden(template, text):
        return
    if _is_passed_on(template, text):
        why = f"{text.place} is a secret for a template that may show it"
        yield Leak(why=why, surely=False)
    else:
        yield Leak(why=f"{text.place} shows a secret")


def _secret_attributes(template: Template) -> Iterator[str]:
    for name, resource in template.resources.items():
        for attribute in _SECRET_ATTRIBUTES.get(resource.type, ()):
            yield f"{name}.{attribute}"


def _exposure(template: Template, text: Text, echoed: Mapping[str, str]) -> Exposure:
    """Return whether a value is a secret in plain text.

    In the template, or in a parameter that everyone who sees the stack also sees.
    """
    key, value = text.name, text.text
    if not exposure_of_name(key) and key not in {*_HIDING, _STRING}:
        return Exposure.HARMLESS
    if not _may_be_name(text):
        value = without_pseudo(value)
        if (text.is_property and key in _HIDING) or not key.lower().endswith("token"):
            value = filled(value, echoed)
    if not is_readable(value) or key == SERVICE_TOKEN:
        return Exposure.HARMLESS
    if text.is_property and key in _HIDING:
        return Exposure.EXPOSED
    if key == _STRING:
        return _exposure_of_string(value)
    if key in _COUNTED and value in _UNITS:
        return Exposure.HARMLESS
    found = exposure_of(key, value)
    if _MAY_NAME.search(text.place) and key.lower().endswith(("secret", "token")):
        # A tag may name the secret that belongs to the resource, and a mapping one to read.
        found = min(found, Exposure.DOUBTFUL)
    # AWS's own properties with such names have the IDs of keys, unless AWS never returns them.
    sure = exposure_of_name(key) is Exposure.EXPOSED or not text.is_property
    return found if sure or is_write_only(template, text) else Exposure.HARMLESS


def _is_passed_on(template: Template, text: Text) -> bool:
    """Return whether a text is the value of a parameter of another template.

    NoEcho hides it, if that template sets it:
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    resource, path = _property(template, text)
    return resource in _STACKS and path.startswith("Parameters.")


def _property(template: Template, text: Text) -> tuple[str, str]:
    """Return the resource type and the path of a property; "" for another text."""
    section, _, rest = text.place.partition(".")
    logical_id, _, path = rest.partition(".Properties.")
    resource = template.resources.get(logical_id) if section == "Resources" and path else None
    return (resource.type, path) if resource else ("", "")


def _exposure_of_property(template: Template, text: Text, echoed: Mapping[str, str]) -> Exposure:
    """Return whether a property in plain text is a secret, although its name does not say so."""
    if _property(template, text) not in _SECRET_PROPERTIES:
        return Exposure.HARMLESS
    readable = is_readable(filled(without_pseudo(text.text), echoed))
    return Exposure.EXPOSED if readable else Exposure.HARMLESS


def _exposure_of_string(value: str) -> Exposure:
    """Return whether a SecretString that can be read has a secret, besides entries named so."""
    if STORED_TEXT.fullmatch(value):
        return Exposure.DOUBTFUL
    names = [name for name, _, _ in entries_of(value)]
    if not value.lstrip().startswith("{") or not names:
        return Exposure.EXPOSED
    known = all(map(_BESIDE_PASSWORD.fullmatch, names))
    return Exposure.HARMLESS if known else Exposure.DOUBTFUL


def _exposure_in(text: Text, echoed: Mapping[str, str]) -> Exposure:
    """Return whether a part of a text is a secret in plain text: an entry of JSON, or in a URL."""
    value = without_pseudo(text.text)
    found = Exposure.HARMLESS
    # Of several parts: the text of the template does not have it in one.
    if CREDENTIAL.search(value) or any(
        is_readable(it) and not is_placeholder(it) and not it.startswith("/")
        for it in passwords_in_urls(filled(value, echoed))
    ):
        found = Exposure.EXPOSED
    for name, word, number in entries_of(value):
        part = filled(word or number, echoed)
        if is_readable(part):
            if text.name in {_STRING, _STRING_TEMPLATE} or not is_placeholder(part):
                # A negative number is a secret as well as another one.
                bare = part.removeprefix("-") if number else part
                found = max(found, _exposure_of_part(text, name, bare))
            if part == word and text.name == _STRING and _LIKE_SECRET.search(name):
                found = max(found, _exposure_of_entry(name, part))
    return found


def _exposure_of_part(text: Text, name: str, value: str) -> Exposure:
    found = exposure_of(name, value)
    stored = text.name == _STRING and STORED_TEXT.fullmatch(value)
    return min(found, Exposure.DOUBTFUL) if stored else found


def _exposure_of_entry(name: str, value: str) -> Exposure:
    """Return what an entry of a secret is whose name only has such a word in it."""
    may_be = not is_about_secret(name) and exposure_of(_STRING.removesuffix("String"), value)
    return Exposure.DOUBTFUL if may_be else Exposure.HARMLESS


def _may_be_name(text: Text) -> bool:
    """Return whether a value may have the name of a secret, as DB_SECRET."""
    # Who sees the stack sees the values of pseudo parameters too, which names often have.
    hiding = text.is_property and text.name in _HIDING
    return not hiding and text.name.lower().endswith("secret")
