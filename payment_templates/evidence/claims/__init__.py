"""The claims that are checked on a template, one per file."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from payment_templates.evidence.claim import Claim


@cache
def all_claims() -> tuple[Claim, ...]:
    """Return all claims, sorted by file name; each file defines one."""
    modules = sorted(module.name for module in iter_modules(__path__))
    return tuple(_claim_of(name) for name in modules)


def _claim_of(name: str) -> Claim:
    claim: object = getattr(import_module(f"{__name__}.{name}"), name)
    if not isinstance(claim, Claim):
        raise TypeError(f"{name}.py defines no claim of that name")
    return claim
