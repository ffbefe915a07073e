"""Defines what decides a part of a requirement: a claim of the evidence, or a check made here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from payment_templates.evidence import Claim, all_claims

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from payment_templates.evidence import Finding, Topology

    # The properties that matter, by type of resource.
    Properties: TypeAlias = Mapping[str, tuple[str, ...]]


# Compared by identity: each one is made once.
@dataclass(frozen=True, kw_only=True, eq=False)
class Check:
    """A claim, and what in a template it is about."""

    claim: Claim
    properties: Properties
    # Whether the claim is in the catalogue of the evidence, and not made here.
    of_evidence: bool

    @property
    def name(self) -> str:
        """The check as the outputs name it."""
        return f"{'promise' if self.of_evidence else 'check'} {self.claim.id}"


def check(title: str, properties: Properties) -> Callable[[Callable[[Topology], Finding]], Check]:
    """Turn a function into a check: its name becomes the ID, its docstring the explanation."""

    def make(decide: Callable[[Topology], Finding]) -> Check:
        claim = Claim(
            id=decide.__name__.replace("_", "-"),
            title=title,
            sources=("PCI DSS v4.0.1",),
            how=(decide.__doc__ or "").strip(),
            check=decide,
        )
        return Check(claim=claim, properties=properties, of_evidence=False)

    return make


def evidence_claim(claim_id: str, properties: Properties) -> Check:
    """Use a claim of the evidence; raises KeyError if there is no such claim."""
    return Check(claim=_claims()[claim_id], properties=properties, of_evidence=True)


@cache
def _claims() -> Mapping[str, Claim]:
    return {claim.id: claim for claim in all_claims()}
