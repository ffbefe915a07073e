"""Every claim, checked on every combination of the conditions that parameters can switch."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.evidence.acceptance import ACCEPTED, Acceptance
from payment_templates.evidence.claim import Claim, Finding, Verdict, conditional
from payment_templates.evidence.claims import all_claims
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.faults.effects import Effect, Fault, effects_of, faults_of
from payment_templates.evidence.scenarios import Scenarios, cases_of
from payment_templates.evidence.topology import Topology, build_topology

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from payment_templates.cloudformation import Template

_ORDER = list(Verdict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """A claim's worst finding, the combination that gave it, and whether that is accepted."""

    claim: Claim
    finding: Finding
    # What all the combinations that give it have in common, and not all combinations have.
    combination: Mapping[str, bool]
    # The other region, where the promise is worse kept; empty where it is as well kept there.
    elsewhere: str
    # How many of all combinations give the same verdict for the same reason.
    count: int
    total: int
    # How far, and why, a broken promise is accepted; None when it is not accepted, or not broken.
    accepted: Acceptance | None

    @property
    def fails(self) -> bool:
        """Whether this is a broken promise that no one has accepted."""
        return self.finding.verdict is Verdict.BROKEN and not self.accepted


@dataclass(frozen=True, kw_only=True)
class Examination:
    """What was found on a template, in one region, for one profile."""

    region: str
    profile: str
    combinations: int
    results: tuple[Result, ...]
    # Each single fault and what it does to each tier, under the parameters' defaults.
    effects: tuple[tuple[Fault, tuple[Effect, ...]], ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        """The number of promises by verdict."""
        found = Counter(result.finding.verdict for result in self.results)
        return {verdict: found[verdict] for verdict in _ORDER}

    @property
    def fails(self) -> bool:
        """Whether some broken promise is not accepted."""
        return any(result.fails for result in self.results)


def examine(
    template: Template,
    *,
    region: str = "us-east-1",
    parameters: Mapping[str, str] | None = None,
    profile: str = "standard",
    claims: Iterable[Claim] = (),
) -> Examination:
    """Check claims, or all, on every combination; raises TemplateError for what cannot be examined.

    Findings do not depend on each other: a few claims are examined in a fraction of the time.
    """
    given = parameters or {}
    topologies = topologies_of(template, region=region, parameters=given)
    cases = cases_of(topologies, given)
    return Examination(
        region=region,
        profile=profile,
        combinations=len(topologies),
        results=tuple(judge(claim, cases, ACCEPTED[profile]) for claim in claims or all_claims()),
        effects=tuple(
            (fault, effects_of(topologies[0], fault)) for fault in faults_of(topologies[0])
        ),
    )


def topologies_of(
    template: Template, *, region: str, parameters: Mapping[str, str]
) -> tuple[Topology, ...]:
    """Build a topology for each combination; the first is that of the defaults."""
    stacks = stacks_of(template, region=region, given=parameters)
    return tuple(map(build_topology, stacks))


def judge(claim: Claim, cases: Scenarios, accepted: Mapping[str, Acceptance]) -> Result:
    """Find the worst finding of a claim, and the combination that shows most of it."""
    here = _check(claim, cases.here)
    there = _check(claim, cases.there)
    finding, _ = max(here, key=_first_to_show)
    findings, elsewhere = here, ""
    if there and _badness(max(there, key=_first_to_show)[0]) > _badness(finding):
        finding, topology = max(there, key=_first_to_show)
        findings, elsewhere = there, topology.stack.region
    alike = [other for found, other in findings if found.why == finding.why]
    limit = accepted.get(claim.id)
    within = finding.verdict is Verdict.BROKEN and limit and finding.amount <= limit.most
    return Result(
        claim=claim,
        finding=_doubted(claim, finding, cases),
        elsewhere=elsewhere,
        combination=_in_common(alike) if len(alike) < len(findings) else {},
        count=len(alike),
        total=len(findings),
        accepted=limit if within else None,
    )


def _check(claim: Claim, topologies: tuple[Topology, ...]) -> list[tuple[Finding, Topology]]:
    """Check a claim on each topology, once for all that have the same content."""
    known: dict[int, Finding] = {}
    for topology in topologies:
        content = topology.content
        if content not in known:
            known[content] = claim.check(topology)
    return [(known[topology.content], topology) for topology in topologies]


def _first_to_show(pair: tuple[Finding, Topology]) -> tuple[int, float, int]:
    """Put first the worst that shows most; of equals max takes the nearest to the defaults."""
    return *_badness(pair[0]), len(pair[0].evidence)


def _badness(finding: Finding) -> tuple[int, float]:
    """Order findings: by verdict, and broken ones by how far from kept they are."""
    return _ORDER.index(finding.verdict), finding.amount


def _doubted(claim: Claim, finding: Finding, cases: Scenarios) -> Finding:
    """Make a finding that some choice of the operator makes worse depend on that choice."""
    if finding.verdict is Verdict.BROKEN and finding.amount == math.inf:
        # Nothing can make it worse.
        return finding
    for choice, topology in cases.undecided:
        worse = claim.check(topology)
        if worse.verdict is not Verdict.BROKEN or _badness(worse) <= _badness(finding):
            continue
        evidence = (*finding.evidence, f"with {choice}: {worse.why}")
        if finding.verdict is Verdict.BROKEN:
            return replace(finding, evidence=evidence)
        return conditional(f"{finding.why}, but not with {choice}", *evidence)
    return finding


def _in_common(topologies: list[Topology]) -> dict[str, bool]:
    return {
        name: decision is True
        for name, decision in topologies[0].stack.conditions.items()
        if all(topology.stack.conditions[name] == decision for topology in topologies)
    }
