"""Compares what two templates promise: verdicts, their figures, and recovery from disruptions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payment_templates.evidence import Verdict
from payment_templates.evidence.text_output import disruption, label, reason, recovery_time
from payment_templates.report.comparison.renamed_conditions import with_new_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from payment_templates.evidence import Claim, Examination, Result
    from payment_templates.evidence.recovery.recovery import Recovery

_ORDER = (
    *(Verdict.KEPT, Verdict.NOT_APPLICABLE, Verdict.CONDITIONAL),
    *(Verdict.UNKNOWN, Verdict.BROKEN),
)
_NONE: Mapping[str, str] = {}
_NEVER_BETTER = {Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}
NEW_DEFAULTS = "parameters take their new defaults"


@dataclass(frozen=True, kw_only=True)
class PromiseChange:
    """A promise with another verdict, figure or reason; None if it is not examined."""

    id: str
    title: str
    # "kept", "broken, accepted", ...
    before: str | None
    after: str | None
    before_why: str
    after_why: str
    # Whether the new template keeps it less well: a worse verdict, or further from the promise.
    worse: bool
    better: bool
    # Whether it is worse, and its verdict changes or is no longer accepted.
    regressed: bool
    # When it changes, if not with the values that the stack has: NEW_DEFAULTS.
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class RecoveryChange:
    """A disruption with another recovery time, data loss or capacity."""

    disruption: str
    # What changes: "RTO", "RPO" or "capacity".
    what: str
    before: str | None
    after: str | None


def changed_promises(
    before: Examination, after: Examination, renamed: Mapping[str, str] = _NONE
) -> tuple[PromiseChange, ...]:
    """Return the promises with another verdict, figure or reason, worse ones first.

    `renamed` has the new names of the old template's conditions.
    """
    old = {result.claim.id: result for result in before.results}
    new = {result.claim.id: result for result in after.results}
    claims = {result.claim.id: result.claim for result in (*before.results, *after.results)}
    found = [
        _change(claim, old.get(name), new.get(name))
        for name, claim in claims.items()
        if _outcome(old.get(name), renamed) != _outcome(new.get(name), {})
    ]
    return _sorted(found)


def with_other_defaults(
    kept: tuple[PromiseChange, ...], taking: tuple[PromiseChange, ...]
) -> tuple[PromiseChange, ...]:
    """Add the promises that get better or worse only with the new defaults of parameters."""
    known = {it.id: it for it in kept}
    found = {
        it.id: replace(it, when=NEW_DEFAULTS)
        for it in taking
        if (it.worse or it.better) and not _as_bad(it, known.get(it.id))
    }
    return _sorted([*{**known, **found}.values()])


def _as_bad(one: PromiseChange, other: PromiseChange | None) -> bool:
    """Return whether a promise changes at least as much with the values that the stack has."""
    return other is not None and (
        other.regressed >= one.regressed and other.worse >= one.worse if one.worse else True
    )


def _sorted(found: list[PromiseChange]) -> tuple[PromiseChange, ...]:
    return tuple(sorted(found, key=lambda it: (not it.worse, not it.better)))


def _outcome(result: Result | None, renamed: Mapping[str, str]) -> tuple[str, str] | None:
    return (label(result), with_new_names(reason(result), renamed)) if result else None


def _change(claim: Claim, old: Result | None, new: Result | None) -> PromiseChange:
    difference = _badness(new) - _badness(old) if old and new else 0
    if difference < 0 and new and new.finding.verdict in _NEVER_BETTER:
        # What the promise is about is gone, or no longer known: that keeps nothing better.
        difference = 0
    return PromiseChange(
        id=claim.id,
        title=claim.title,
        before=label(old) if old else None,
        after=label(new) if new else None,
        before_why=reason(old) if old else "",
        after_why=reason(new) if new else "",
        worse=difference > 0,
        better=difference < 0,
        regressed=difference > 0 and label(old) != label(new) if old and new else False,
    )


def _badness(result: Result) -> float:
    # A broken promise is worse the further it is from being kept; `amount` may be infinite.
    amount = result.finding.amount
    return _ORDER.index(result.finding.verdict) + (1 - 1 / (1 + amount) if amount > 0 else 0)


def changed_recoveries(
    before: Examination, after: Examination, renamed: Mapping[str, str] = _NONE
) -> tuple[RecoveryChange, ...]:
    """Return the disruptions from which the new template recovers differently."""
    old = {
        with_new_names(disruption(it), renamed): {
            what: with_new_names(figure, renamed) for what, figure in _figures(it).items()
        }
        for it in before.recoveries
    }
    new = {disruption(it): _figures(it) for it in after.recoveries}
    return tuple(
        RecoveryChange(
            disruption=name,
            what=what,
            before=old.get(name, {}).get(what),
            after=new.get(name, {}).get(what),
        )
        for name in dict.fromkeys((*old, *new))
        for what in ("RTO", "RPO", "capacity")
        if old.get(name, {}).get(what) != new.get(name, {}).get(what)
    )


def _figures(recovery: Recovery) -> dict[str, str]:
    return {
        "RTO": recovery_time(recovery),
        "RPO": str(recovery.loss or "unknown"),
        "capacity": str(recovery.capacity or "unknown"),
    }
