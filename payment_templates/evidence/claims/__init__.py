"""Every claim, one file each."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from payment_templates.evidence.claim import Claim


@cache
def all_claims() -> tuple[Claim, ...]:
    """Find the claims, in the order of their files: each file holds one."""
    modules = sorted(module.name for module in iter_modules(__path__))
    return tuple(_claim_of(name) for name in modules)


def _claim_of(name: str) -> Claim:
    claim: object = getattr(import_module(f"{__name__}.{name}"), name)
    if not isinstance(claim, Claim):
        raise TypeError(f"{name}.py holds no claim of its name")
    return claim
