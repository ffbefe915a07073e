"""Defines a rule of AWS Config or Security Hub with the requirements that AWS maps it to."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule, the resource types that it checks, and its requirements of PCI DSS."""

    name: str
    resource_types: tuple[str, ...]
    requirements: tuple[str, ...]
