"""Writes an examination as JSON or JUnit XML."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from payment_templates.evidence.claim import Verdict
from payment_templates.evidence.text_output import explanation

if TYPE_CHECKING:
    from payment_templates.evidence.examination import Examination, Result
    from payment_templates.evidence.recovery.chain import Chain, Span, Time
    from payment_templates.evidence.recovery.recovery import Recovery

# Incremented whenever a JSON key is removed or changes its meaning.
JSON_VERSION = 3
# Characters that XML forbids: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_json(examination: Examination) -> str:
    """Return the whole examination as JSON; docs/claims.md describes the keys."""
    document = {
        "version": JSON_VERSION,
        "region": examination.region,
        "profile": examination.profile,
        "combinations": examination.combinations,
        "combinations_left_out": examination.left_out,
        "counts": {verdict.value: count for verdict, count in examination.counts.items()},
        "claims": [_claim_document(result) for result in examination.results],
        "faults": [
            {
                "fault": str(fault),
                "tiers": {
                    effect.tier: {
                        "before": effect.before,
                        "lost": effect.lost,
                        "remains": effect.remains,
                        "blocked": effect.blocked,
                    }
                    for effect in effects
                },
            }
            for fault, effects in examination.effects
        ],
        "faults_unknown": examination.effects_unknown or None,
        "not_promised": dict(examination.not_promised),
        "recoveries": [recovery_document(recovery) for recovery in examination.recoveries],
    }
    return json.dumps(document, indent=2)


def to_junit(examination: Examination) -> str:
    """Return a JUnit report; accepted and undecided promises are skipped, broken ones fail."""
    failures = sum(result.fails for result in examination.results)
    skipped = sum(bool(_skipped(result)) for result in examination.results)
    counts = {
        "tests": str(len(examination.results)),
        "failures": str(failures),
        "skipped": str(skipped),
        "errors": "0",
        "time": "0",
    }
    root = ET.Element("testsuites", counts | {"name": "evidence"})
    suite = ET.SubElement(root, "testsuite", counts | {"name": f"evidence {examination.region}"})
    for result in examination.results:
        case = ET.SubElement(
            suite,
            "testcase",
            {
                "classname": "evidence",
                "name": f"{result.claim.id}: {result.claim.title}",
                "time": "0",
            },
        )
        if reason := _skipped(result):
            ET.SubElement(case, "skipped", {"message": f"{result.finding.why}: {reason}"})
        elif result.fails:
            failure = ET.SubElement(case, "failure", {"message": result.finding.why})
            failure.text = "\n".join(result.finding.evidence)
        ET.SubElement(case, "system-out").text = "\n".join(explanation(result))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode", xml_declaration=True)
    return _FORBIDDEN.sub("?", text) + "\n"


def _skipped(result: Result) -> str:
    """Return why a claim is reported as skipped, or ""."""
    if result.accepted:
        return str(result.accepted)
    verdict = result.finding.verdict
    undecided = verdict in {Verdict.NOT_APPLICABLE, Verdict.UNKNOWN} and not result.fails
    return verdict.value if undecided else ""


def _claim_document(result: Result) -> dict[str, object]:
    return {
        "id": result.claim.id,
        "title": result.claim.title,
        "sources": list(result.claim.sources),
        "verdict": result.finding.verdict.value,
        "why": result.finding.why,
        "evidence": list(result.finding.evidence),
        "conditions": dict(result.combination),
        "other_region": result.elsewhere or None,
        "combinations": result.count,
        "accepted": str(result.accepted) if result.accepted else None,
        "limit_of_aws": str(result.limit) if result.limit else None,
        "decided_by": result.finding.parameter or None,
    }


def recovery_document(recovery: Recovery) -> dict[str, object]:
    """Return a recovery as a JSON document."""
    loss, capacity = recovery.loss, recovery.capacity
    return {
        "disruption": recovery.kind,
        "fault": recovery.fault,
        "condition": recovery.condition or None,
        "rto": _span_document(recovery.span) if recovery.span else None,
        "rto_unknown": recovery.unknown or None,
        "rpo": loss and {"seconds": loss.seconds, "why": loss.why, "source": loss.source or None},
        "capacity": capacity
        and {"during": capacity.during, "after": capacity.after, "why": capacity.why},
        "chains": [_chain_document(chain) for chain in recovery.chains],
    }


def _chain_document(chain: Chain) -> dict[str, object]:
    return {
        "until": chain.what,
        "counts": chain.counts,
        "time": _span_document(chain.span),
        "steps": [
            {
                "step": step.what,
                "time": _span_document(step.span),
                "how": step.how,
                "source": step.source,
            }
            for step in chain.steps
        ],
    }


def _span_document(span: Span) -> dict[str, object]:
    times = {"best": span.best, "typical": span.typical, "worst": span.worst}
    documents: dict[str, object] = {name: _time_document(it) for name, it in times.items()}
    return {**documents, "stated": span.is_stated}


def _time_document(time: Time) -> dict[str, object]:
    return {"seconds": time.seconds, "bounded": time.bounded}
