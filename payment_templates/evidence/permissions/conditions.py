"""Decides whether a policy condition restricts access to those that it names."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.arn_patterns import is_wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.evidence.permissions.policies import Condition

_WILD = re.compile("[*?]")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ARNS = {"aws:arn", "aws:principalarn", "aws:sourcearn"}
# The whole value names one account, organization, network or service.
_NAMES = {
    *("aws:principalaccount", "aws:principalorgid", "aws:principalservicename"),
    *("aws:sourceaccount", "aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc"),
    *("aws:sourcevpce", "aws:userid", "kms:calleraccount"),
}
# The start of the value names the organization: o-example/r-root/*.
_PATHS = {"aws:principalorgpaths", "aws:sourceorgpaths"}
_ACCOUNT_PART = 4
# The largest block of addresses that one organization can have: 10.0.0.0/8 among the private ones,
# https://datatracker.ietf.org/doc/html/rfc1918. More than that is the Internet.
_LARGEST_IPV4 = 2**24
# The largest block that a registry gives: https://www.rfc-editor.org/rfc/rfc7020
_SHORTEST_IPV6_PREFIX = 16


def names_someone(condition: Condition) -> bool:
    """Return whether a condition restricts access to certain accounts, organizations or resources.

    Negated operators, operators that also accept a missing key (ForAllValues, IfExists) and values
    that match everyone do not.
    """
    operator = condition.operator.removeprefix("ForAnyValue:")
    always = operator.startswith(("ForAllValues", "Null")) or operator.endswith("IfExists")
    if always or "Not" in operator or not condition.values:
        return False
    key = condition.key
    if key == "aws:sourceip":
        return not _is_internet(condition.values)
    if key in _ARNS:
        return all(_is_of_someone(value) for value in condition.values)
    if key in _PATHS:
        return not any(_WILD.search(value.partition("/")[0]) for value in condition.values)
    return key in _NAMES and not any(_WILD.search(value) for value in condition.values)


def _is_of_someone(arn: str) -> bool:
    """Return whether an ARN pattern has one account, or names a bucket, whose ARN has none."""
    if not _WILD.search(arn):
        return bool(arn)
    parts = arn.split(":", _ACCOUNT_PART + 1)
    if len(parts) <= _ACCOUNT_PART + 1:
        return False
    account = parts[_ACCOUNT_PART]
    return not is_wide(arn) if not account else not _WILD.search(account)


def _is_internet(values: tuple[str, ...]) -> bool:
    """Return whether blocks of addresses together are more than one organization can have."""
    blocks = tuple(_blocks(values))
    fourth = collapse_addresses(block for block in blocks if isinstance(block, IPv4Network))
    sixth = collapse_addresses(block for block in blocks if isinstance(block, IPv6Network))
    return (
        not blocks
        or any(block.num_addresses > _LARGEST_IPV4 for block in fourth)
        or any(block.prefixlen < _SHORTEST_IPV6_PREFIX for block in sixth)
    )


def _blocks(values: tuple[str, ...]) -> Iterator[IPv4Network | IPv6Network]:
    for value in values:
        try:
            yield ip_network(value, strict=False)
        except ValueError:
            continue
