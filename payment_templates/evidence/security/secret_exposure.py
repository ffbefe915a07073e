"""Finds secrets that can be read in the template, in the stack or in a running task."""

from __future__ import annotations

import json
import re
from itertools import islice, product
from typing import TYPE_CHECKING, Any, cast

from payment_templates.cloudformation.references import attributes_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.cloudformation import Json, Template

# Properties that receive a secret and never show it.
TAKERS = {"AuthToken", "ClientSecret", "MasterUserPassword", "MasterUsername", "SecretString"}
_HIDING = {"AuthToken", "ClientSecret", "MasterUserPassword"}
_NAMED_SECRET = re.compile(
    r"(password|passwd|pwd|token|(api|private|secret)[_-]?key|secret)$", re.IGNORECASE
)
# A number is a secret only under the name of one: "password_version" and others count something.
_IN_SECRET = re.compile(
    r'"\w*(?:password|secret|token|key)\w*"\s*:\s*"([^"]+)"'
    r'|"\w*(?:password|passwd|pwd|secret|token|key)"\s*:\s*(-?\d[\d.]*)',
    re.IGNORECASE,
)
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
_PSEUDO_PARAMETER = re.compile(r"\$\{AWS::(\w+)\}")
# ${Name} in Fn::Sub, or ${!Name}, which is the text ${Name}.
_SUBSTITUTED = re.compile(r"\$\{(!?)([^}]*)\}")
# An access key of AWS, or a private key in PEM.
_CREDENTIAL = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----")
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
# Of a value with several conditions or mappings; more are not looked at.
_MOST_TEXTS = 1024
_UNITS = {"seconds", "minutes", "hours", "days"}


def leaks_of(template: Template, secrets: list[str]) -> Iterator[str]:
    """Yield a sentence for each place that shows a secret or a reference to one.

    `secrets` are the names of parameters and resources with a secret value.
    """
    if found := _CREDENTIAL.search(template.text):
        yield f"the template holds the credential {found[0][:8]}..."
    mappings = cast("Json", template.document.get("Mappings") or {})
    for section in ("Resources", "Outputs", "Metadata"):
        for place, text in _texts(template.document.get(section) or {}, section, mappings):
            key = place.rsplit(".", 1)[-1]
            shown = any(f"${{{name}}}" in text for name in secrets)
            if (shown or _SECRET_REFERENCE.search(text)) and key not in TAKERS:
                yield f"{place} shows a secret"
            if _is_literal(key, text):
                yield f"{place} has a secret in plain text"


def _is_literal(key: str, text: str) -> bool:
    """Return whether a property for a secret has its value as plain text in the template."""
    if key in _HIDING or not key.lower().endswith("secret"):
        # Who sees the stack sees the values of pseudo parameters too; DB_SECRET may be the name of
        # a secret, which often has them.
        text = _PSEUDO_PARAMETER.sub(lambda it: "" if it[1] == "NoValue" else "x", text)
    if key in _HIDING or (key == "SecretString" and "${" not in text):
        return _is_readable(text)
    if key == "SecretString":
        values = ["".join(either) for either in _IN_SECRET.findall(text)]
    else:
        values = [text] if _NAMED_SECRET.search(key) else []
    return any(_is_readable(it) and not _is_no_secret(key, it) for it in values)


def _is_readable(value: str) -> bool:
    return bool(value) and "${" not in value and not _SECRET_REFERENCE.search(value)


def _is_no_secret(key: str, value: str) -> bool:
    return (
        bool(_NO_SECRET.fullmatch(value))
        or (key in _COUNTED and value in _UNITS)
        or (key.lower().endswith("token") and bool(_DURATION.fullmatch(value)))
    )


def _texts(value: object, place: str, mappings: Json) -> Iterator[tuple[str, str]]:
    """Yield the place and each text of every value, with what is not known as ${...}."""
    match _function(value):
        case "", _ if isinstance(value, dict):
            for key, entry in (table := cast("Json", value)).items():
                yield from _texts(entry, f"{place}.{_named(key, table, mappings)}", mappings)
        case "", _ if isinstance(value, list):
            for entry in cast("list[object]", value):
                yield from _texts(entry, place, mappings)
        case "Fn::If", [_, then, otherwise]:
            yield from _texts(then, place, mappings)
            yield from _texts(otherwise, place, mappings)
        case _:
            for text in _written(value, mappings):
                yield place, text


def _function(value: object) -> tuple[str, Any]:
    """Return the name and the operand of a function, or "" and the value itself."""
    found: tuple[str, object] = ("", value)
    table = cast("Json", value) if isinstance(value, dict) else {}
    for name, operand in table.items() if len(table) == 1 else ():
        if name == "Ref" or name.startswith("Fn::"):
            found = (name, operand)
    return found


def _named(key: str, table: Json, mappings: Json) -> str:
    """Return the key of a value, or its Name in a list of named values such as Environment."""
    names = _written(table.get("Name", ""), mappings) if key == "Value" else []
    return next(filter(_NAMED_SECRET.search, names), key)


def _written(value: object, mappings: Json) -> list[str]:
    """Return each text that a value may have, with what is not known as ${...}.

    It has one for each branch of Fn::If, and for each entry of a mapping that may be chosen.
    """
    match _function(value):
        case "", str(_) | int(_) | float(_) if not isinstance(value, bool):
            found = [str(value)]
        case "Ref", str(name):
            found = [f"${{{name}}}"]
        case "Fn::Base64", text:
            found = _written(text, mappings)
        case "Fn::If", [_, *branches]:
            found = [text for branch in branches for text in _written(branch, mappings)]
        case "Fn::FindInMap", [str(name), first, second, *default]:
            levels = _chosen(mappings.get(name), first)
            entries = [entry for level in levels for entry in _chosen(level, second)]
            found = [text for each in (*entries, *default) for text in _written(each, mappings)]
        case "Fn::Sub", str(text):
            found = [_substituted(text, {})]
        case "Fn::Sub", [str(text), variables] if isinstance(variables, dict):
            names = [*(given := cast("Json", variables))]
            texts = _each_of([*given.values()], mappings)
            found = [_substituted(text, dict(zip(names, it, strict=True))) for it in texts]
        case "Fn::Join", [str(separator), parts]:
            listed = cast("list[object]", parts) if isinstance(parts, list) else [parts]
            found = [separator.join(it) for it in _each_of(listed, mappings)]
        case _:
            # What Fn::Select, Fn::Split or Fn::ToJsonString returns may be any part of it.
            references = (
                f"${{{name}.{attribute}}}" if attribute else f"${{{name}}}"
                for name, attribute in attributes_in(value)
            )
            found = ["".join(("${" + json.dumps(value) + "}", *references))]
    return found


def _each_of(values: list[object], mappings: Json) -> Iterator[tuple[str, ...]]:
    """Yield the texts of several values in every combination, up to a limit."""
    return islice(product(*(_written(each, mappings) for each in values)), _MOST_TEXTS)


def _chosen(level: object, key: object) -> list[object]:
    """Return the entries of one level of a mapping that a key may choose."""
    entries = cast("Json", level) if isinstance(level, dict) else {}
    if isinstance(key, str):
        return [entries[key]] if key in entries else []
    return [*entries.values()]


def _substituted(text: str, values: Mapping[str, str]) -> str:
    def part(found: re.Match[str]) -> str:
        escaped, name = found.groups()
        return f"{{{name}}}" if escaped else values.get(name, found[0])

    return _SUBSTITUTED.sub(part, text)
