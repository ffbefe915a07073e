"""Checks every claim on every combination of conditions, and returns the worst findings."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.claim import Claim, Finding, Verdict, conditional
from payment_templates.evidence.claim_check import check_once
from payment_templates.evidence.claims import all_claims
from payment_templates.evidence.faults.effects import Effect, Fault, effects_of, faults_of
from payment_templates.evidence.promises import LIMITS, PROMISES, Acceptance, Limit, Promises
from payment_templates.evidence.recovery.disruptions import recoveries_of
from payment_templates.evidence.scenarios import Scenarios, examine_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from payment_templates.cloudformation import Template
    from payment_templates.evidence.recovery.recovery import Recovery
    from payment_templates.evidence.topology import Topology

_ORDER = list(Verdict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """A claim's worst finding, the combination with it, and whether it is accepted."""

    claim: Claim
    finding: Finding
    # The conditions that distinguish the combinations with this finding from the others.
    combination: Mapping[str, bool]
    # The other region, if the finding is worse there; otherwise empty.
    elsewhere: str
    # The number of combinations with the same verdict and reason.
    count: int
    total: int
    # The exception that covers a broken promise; None if it is not accepted, or not broken.
    accepted: Acceptance | None
    # The best value possible on AWS, for a broken promise that no template can keep.
    limit: Limit | None = None
    # Whether the profile makes this promise; any claim can be examined on request.
    promised: bool = True
    # Whether an undecided promise counts as a failure.
    required: bool = True

    @property
    def fails(self) -> bool:
        """Whether the promise is broken and not accepted, or required but undecided."""
        if not self.promised:
            return False
        if self.finding.verdict is Verdict.UNKNOWN:
            return self.required
        return self.finding.verdict is Verdict.BROKEN and not self.accepted


@dataclass(frozen=True, kw_only=True)
class Examination:
    """The results for a template in one region, for one profile."""

    region: str
    profile: str
    combinations: int
    # The number of skipped combinations of the claim that has most.
    left_out: int
    results: tuple[Result, ...]
    # Each single fault and its effect on each tier, with default parameters.
    effects: tuple[tuple[Fault, tuple[Effect, ...]], ...]
    # Why the effects of faults are not known, or "".
    effects_unknown: str
    # The claims that the profile does not promise, with the reason.
    not_promised: Mapping[str, str]
    # How long each disruption lasts, and what it loses.
    recoveries: tuple[Recovery, ...]

    @property
    def counts(self) -> dict[Verdict, int]:
        """The number of promises by verdict."""
        found = Counter(result.finding.verdict for result in self.results)
        return {verdict: found[verdict] for verdict in _ORDER}

    @property
    def fails(self) -> bool:
        """Whether any result fails."""
        return any(result.fails for result in self.results)


def examine(
    template: Template,
    *,
    region: str = "us-east-1",
    parameters: Mapping[str, str] | None = None,
    profile: str = "standard",
    claims: Sequence[Claim] = (),
) -> Examination:
    """Check the promises of a profile on all combinations of conditions.

    With `claims`, check only these, promised or not, and no faults, which is much faster. Raises
    TemplateError if CloudFormation refuses the template or the parameters.
    """
    given, promises = parameters or {}, PROMISES[profile]
    asked = [*claims] or [each for each in all_claims() if each.id not in promises.not_promised]
    examined = [
        examine_with(partial(judge, claim, profile=promises), template, region=region, given=given)
        for claim in asked
    ]
    combined = [scenarios for _, scenarios in examined]
    effects: tuple[tuple[Fault, tuple[Effect, ...]], ...] = ()
    effects_unknown = ""
    recoveries: tuple[Recovery, ...] = ()
    if not claims:
        effects, effects_unknown = _effects(combined[0].here[0])
        recoveries, _ = examine_with(
            lambda scenarios: recoveries_of(scenarios.here), template, region=region, given=given
        )
    return Examination(
        region=region,
        profile=profile,
        combinations=len({topology for scenarios in combined for topology in scenarios.here}),
        left_out=max(scenarios.left_out for scenarios in combined),
        results=tuple(result for result, _ in examined),
        effects=effects,
        effects_unknown=effects_unknown,
        not_promised=promises.not_promised,
        recoveries=recoveries,
    )


def _effects(topology: Topology) -> tuple[tuple[tuple[Fault, tuple[Effect, ...]], ...], str]:
    try:
        return tuple((fault, effects_of(topology, fault)) for fault in faults_of(topology)), ""
    except UnexpectedValueError as error:
        return (), str(error)


def judge(claim: Claim, cases: Scenarios, profile: Promises) -> Result:
    """Return the worst finding of a claim; of equal findings the one with most evidence."""
    here = _check_all(claim, cases.here, profile)
    there = _check_all(claim, cases.there, profile)
    finding, _ = max(here, key=_first_to_show)
    findings, elsewhere = here, ""
    if there and _badness(max(there, key=_first_to_show)[0]) > _badness(finding):
        finding, topology = max(there, key=_first_to_show)
        findings, elsewhere = there, topology.stack.region
    alike = [other for found, other in findings if found.why == finding.why]
    others = [other for found, other in findings if found.why != finding.why]
    accepted = profile.accepted.get(claim.id)
    within = finding.verdict is Verdict.BROKEN and accepted and finding.amount <= accepted.most
    measured = finding.verdict is Verdict.BROKEN and finding.amount < math.inf
    return Result(
        claim=claim,
        finding=_doubted(claim, finding, cases, profile),
        elsewhere=elsewhere,
        combination=_what_decides(alike, others, cases.combined) if others else {},
        count=len(alike),
        total=len(findings),
        accepted=accepted if within else None,
        limit=LIMITS.get(claim.id) if measured else None,
        promised=claim.id not in profile.not_promised,
        required=profile.promises,
    )


def _check_all(
    claim: Claim, topologies: tuple[Topology, ...], profile: Promises
) -> list[tuple[Finding, Topology]]:
    """Check a claim on each topology."""
    return [(check_once(claim, topology, profile), topology) for topology in topologies]


def _first_to_show(pair: tuple[Finding, Topology]) -> tuple[int, float, int]:
    """Return the sort key for max: the worst finding, then the one with most evidence.

    Of equal findings, max returns the first, which is the nearest to the defaults.
    """
    return *_badness(pair[0]), len(pair[0].evidence)


def _badness(finding: Finding) -> tuple[int, float]:
    """Return the sort key of a finding: its verdict, then the amount by which it is broken."""
    return _ORDER.index(finding.verdict), finding.amount


def _doubted(claim: Claim, finding: Finding, cases: Scenarios, profile: Promises) -> Finding:
    """Make a finding conditional if some other choice of the operator makes it worse."""
    if finding.verdict is Verdict.BROKEN and finding.amount == math.inf:
        # It cannot get worse.
        return finding
    for choice, topology in cases.undecided:
        worse = check_once(claim, topology, profile)
        if worse.verdict is not Verdict.BROKEN or _badness(worse) <= _badness(finding):
            continue
        evidence = (*finding.evidence, f"with {choice}: {worse.why}")
        if finding.verdict in {Verdict.BROKEN, Verdict.UNKNOWN}:
            return replace(finding, evidence=evidence)
        return conditional(f"{finding.why}, except with {choice}", *evidence)
    return finding


def _what_decides(
    alike: list[Topology], others: list[Topology], combined: frozenset[str]
) -> dict[str, bool]:
    """Return the conditions that distinguish the topologies in `alike` from `others`.

    Conditions that were not combined are included only if the combined ones are not sufficient.
    """
    same = _in_common([*alike, *others]).items()
    shared = dict(each for each in _in_common(alike).items() if each not in same)
    few = {name: decision for name, decision in shared.items() if name in combined}
    decided = not any(few.items() <= _in_common([other]).items() for other in others)
    return few if decided else shared


def _in_common(topologies: list[Topology]) -> dict[str, bool]:
    return {
        name: decision is True
        for name, decision in topologies[0].stack.conditions.items()
        if all(topology.stack.conditions[name] == decision for topology in topologies)
    }
