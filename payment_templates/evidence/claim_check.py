"""Checks a claim on one topology, once for all that are equal in what the claim reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from payment_templates.cloudformation import (
    EVERYTHING,
    UnexpectedValueError,
    UnknownValueError,
    asked_in,
    record,
    recorded,
)
from payment_templates.evidence.claim import Verdict, broken, unknown
from payment_templates.evidence.examined_stacks import refused_combinations
from payment_templates.evidence.reuse import interned

if TYPE_CHECKING:
    from payment_templates.cloudformation import Read, Reads
    from payment_templates.evidence.claim import Claim, Finding
    from payment_templates.evidence.promises import Promises
    from payment_templates.evidence.topology import Topology

# What a claim read of the stack, and of its counterpart in the other region.
_Key: TypeAlias = "tuple[Read | None, Read | None]"
# The values of these reads.
_Values: TypeAlias = tuple[object, object]


def check_once(claim: Claim, topology: Topology, profile: Promises) -> Finding:
    """Check a claim, or return the cached finding for a stack with equal content."""
    template = topology.stack.template
    refused = refused_combinations(template)
    key = ("findings", claim.id, profile.name, topology.stack.region, *refused)
    by_content: dict[int, _Found] = template.memo.setdefault((*key, "content"), {})
    if (found := by_content.get(topology.content)) is None:
        known = template.memo.setdefault(key, {})
        found = by_content[topology.content] = _find(claim, topology, profile, known)
    record(topology.stack, *found.asked)
    return found.finding


@dataclass(frozen=True, kw_only=True)
class _Found:
    """A finding, and what the claim asked the stack for, as one read."""

    finding: Finding
    asked: Read


def _find(
    claim: Claim, topology: Topology, profile: Promises, known: dict[_Key, dict[_Values, _Found]]
) -> _Found:
    """Check a claim, or return the cached finding if everything it reads is equal."""
    for reads, findings in known.items():
        if (found := findings.get(_values(topology, reads))) is not None:
            return found
    stack = topology.stack
    with recorded(apart=True) as recording:
        finding = check(claim, topology, profile)
    # Most combinations share most of the evidence, or all of it.
    evidence = tuple(interned(stack, text) for text in finding.evidence)
    finding = replace(finding, evidence=interned(stack, evidence))
    asked = ("asked", *sorted(asked_in(stack.template, (read for _, read in recording))))
    found = _Found(finding=finding, asked=interned(stack, asked))
    reads = _key(topology, recording)
    known.setdefault(reads, {})[_values(topology, reads)] = found
    return found


def _key(topology: Topology, recording: Reads) -> _Key:
    """Return what was read of the stack and of its counterpart."""
    stack = topology.stack
    other: Topology | None = vars(topology).get("counterpart")
    here = [read for origin, read in recording if origin is stack]
    there = [read for origin, read in recording if other and origin is other.stack]
    if len(here) + len(there) < len(recording):
        # Stacks with other parameter values depend on the whole stack.
        here.append(EVERYTHING)
    return (stack.together(here) if here else None, stack.together(there) if there else None)


def _values(topology: Topology, reads: _Key) -> _Values:
    here, there = reads
    other = topology.counterpart if there else None
    return (
        topology.stack.read_again(here) if here else None,
        other.stack.read_again(there) if there and other else None,
    )


def check(claim: Claim, topology: Topology, profile: Promises) -> Finding:
    """Check a claim; a value that the template does not decide makes the verdict unknown."""
    try:
        finding = claim.check(topology)
    except UnknownValueError as error:
        return unknown(error.problem, str(error), parameter=error.unknown.parameter)
    except UnexpectedValueError as error:
        return unknown(str(error))
    if finding.absent and profile.promises:
        finding = broken(finding.why, *finding.evidence)
    macros = topology.stack.template.macros
    if macros and finding.verdict is not Verdict.UNKNOWN:
        return unknown(f"{macros[0]} may change it; as written: {finding.why}", *finding.evidence)
    return finding
