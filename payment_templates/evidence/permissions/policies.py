"""Reads policy statements: who may do what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.cloudformation import Properties

if TYPE_CHECKING:
    from payment_templates.cloudformation import Value

# An account principal; the account ID alone means the same:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
_ROOT_ARN = re.compile(r"^arn:[^:]+:iam::(\d+):root$")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition of a statement: an operator, a condition key in lower case, and values."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A policy statement; `place` is its position in the template."""

    place: str
    allows: bool
    services: tuple[str, ...]
    # The AWS principals: account IDs, and ARNs of roles and users.
    accounts: tuple[str, ...]
    anyone: bool
    # The providers of identities outside IAM, such as OpenID Connect providers.
    federated: tuple[str, ...]
    # Whether the statement has NotPrincipal, NotAction or NotResource.
    but_principals: bool
    but_actions: bool
    but_resources: bool
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]

    def covers(self, principal: str, action: str) -> bool:
        """Return whether the statement applies to an action of a principal, ignoring conditions."""
        named = self.anyone or principal in {*self.services, *self.accounts}
        meant = any(is_action(pattern, action) for pattern in self.actions)
        return named is not self.but_principals and meant is not self.but_actions


# Only IAM knows the value of a policy variable. A reference of a template has no single colon:
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
_VARIABLE = re.compile(r"\$\{[\w-]+:(?!:)[^}]*\}")
# ${*}, ${?} and ${$} are the characters themselves, as the same page says.
_CHARACTER = re.compile(r"\$\{([*?$])\}")
# A dollar sign is never the start of a reference of a template.
_CHARACTERS = {"*": r"\*", "?": r"\?", "$": r"\$(?!\{)"}
# Without the version 2012-10-17, variables are "treated as literal strings in the policy":
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
_WITHOUT_VARIABLES = (None, "2008-10-17")
_START_OF_VARIABLE = re.compile(r"\$(?=\{(?:[\w-]+:(?!:)|[*?$]\}))")
# In a text: a name that CloudFormation generates, of which only the characters are known.
ANYTHING = "\0"
_IN_GENERATED_NAME = re.compile(r"[A-Za-z0-9*?-]*")
_REFERENCE = re.compile(r"\$\{[^}]*\}")
# In the place of a reference: no pattern has this character.
_VALUE = "\2"


def read_statements(policy: Properties) -> tuple[Statement, ...]:
    """Read the statements of a policy document."""
    found: tuple[Statement, ...] | None = policy.memo.get(read_statements)
    if found is None:
        found = policy.memo[read_statements] = tuple(
            _statement(
                statement,
                f"{policy.place}.Statement[{index}]",
                with_variables=policy.get("Version") not in _WITHOUT_VARIABLES,
            )
            for index, statement in enumerate(policy.children("Statement"))
        )
    return found


@cache
def is_action(pattern: str, action: str) -> bool:
    """Return whether an action matches a pattern; actions are case-insensitive.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
    """
    return is_like(pattern.lower(), action.lower())


@cache
def is_like(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern with the wildcards * and ?.

    The name of a reference in the text is not what IAM compares: only a pattern that refers to
    something too, or a wildcard, matches it.
    """
    if "${" in text and "${" not in pattern:
        text = _REFERENCE.sub(_VALUE, text)
    return _expression(pattern, wild=True).fullmatch(text) is not None


@cache
def is_text(given: str, text: str) -> bool:
    """Return whether a text is what a policy gives, without wildcards."""
    return _expression(given, wild=False).fullmatch(text) is not None


@cache
def may_be_like(pattern: str, text: str) -> bool:
    """Return whether a text with ANYTHING in it matches a pattern for some name in that place."""
    start, generated, end = text.partition(ANYTHING)
    # Two asterisks mean the same as one, and a name may begin between them.
    pattern = pattern.replace("*", "**") if generated else ""
    places = range(len(pattern) + 1)
    firsts = [place for place in places if is_like(pattern[:place], start)] if pattern else []
    lasts = [place for place in places if is_like(pattern[place:], end)] if firsts else []
    return any(
        first <= last and _IN_GENERATED_NAME.fullmatch(pattern[first:last])
        for first in firsts
        for last in lasts
    )


def has_variable(text: str) -> bool:
    """Return whether a text has a policy variable."""
    return _VARIABLE.search(text) is not None


def with_any_variable(pattern: str) -> str:
    """Return a pattern that matches whatever the policy variables in it are."""
    return _VARIABLE.sub("*", pattern)


@cache
def _expression(pattern: str, *, wild: bool) -> re.Pattern[str]:
    # Every second part is one of the three characters.
    parts = _CHARACTER.split(pattern)
    parts[1::2] = [_CHARACTERS[it] for it in parts[1::2]]
    parts[::2] = [_escaped(it, wild=wild) for it in parts[::2]]
    return re.compile("".join(parts), re.DOTALL)


def _escaped(text: str, *, wild: bool) -> str:
    escaped = re.escape(text)
    return escaped.replace(r"\*", ".*").replace(r"\?", ".") if wild else escaped


def _as_read(texts: tuple[str, ...], *, with_variables: bool) -> tuple[str, ...]:
    """Return texts in which the variables are literal strings where IAM reads them so."""
    return texts if with_variables else tuple(_START_OF_VARIABLE.sub("${$}", it) for it in texts)


def _statement(statement: Properties, place: str, *, with_variables: bool) -> Statement:
    but_principals = "NotPrincipal" in statement
    principal_key = "NotPrincipal" if but_principals else "Principal"
    principal: Value = statement.get(principal_key)
    anyone = principal == "*"
    named = Properties(place=place, entries={}) if anyone else statement.child(principal_key)
    sid = statement.text("Sid")
    return Statement(
        place=re.sub(r"\[\d+\]$", f".{sid}", place) if sid else place,
        allows=statement.text("Effect") == "Allow",
        services=named.texts("Service"),
        accounts=tuple(_ROOT_ARN.sub(r"\1", name) for name in named.texts("AWS")),
        anyone=anyone or "*" in named.texts("AWS"),
        federated=named.texts("Federated"),
        but_principals=but_principals,
        but_actions="NotAction" in statement,
        but_resources="NotResource" in statement,
        actions=statement.texts("NotAction" if "NotAction" in statement else "Action"),
        resources=_as_read(
            statement.texts("NotResource" if "NotResource" in statement else "Resource"),
            with_variables=with_variables,
        ),
        conditions=_conditions(statement.child("Condition"), with_variables=with_variables),
    )


def _conditions(operators: Properties, *, with_variables: bool) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            operator=operator,
            key=key.lower(),
            values=_as_read(operators.child(operator).texts(key), with_variables=with_variables),
        )
        for operator in operators.entries
        for key in operators.child(operator).entries
    )
