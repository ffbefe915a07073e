"""Writes an assessment as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.report.compliance.assessment import Assessed, Assessment, Part
    from payment_templates.report.compliance.template_file import TemplateFile

# Incremented whenever a key is removed or changes its meaning.
JSON_VERSION = 1


def to_json(assessment: Assessment, file: TemplateFile) -> str:
    """Return the whole assessment as JSON; docs/pci-dss.md describes the keys."""
    document = {
        "version": JSON_VERSION,
        "standard": "PCI DSS v4.0.1",
        "template": {"file": file.name, "sha256": file.sha256},
        "parameters": dict(file.parameters),
        "region": assessment.region,
        "profile": assessment.profile,
        "fails": assessment.fails,
        "counts": {status.value: count for status, count in assessment.counts.items()},
        "requirements": [_requirement(it) for it in assessment.requirements],
    }
    return json.dumps(document, indent=2)


def _requirement(it: Assessed) -> dict[str, object]:
    return {
        "number": it.row.number,
        "summary": it.summary,
        "verdict": it.status.value,
        "why": it.why or None,
        "resources": [
            {
                "logical_id": answer.logical_id,
                "type": answer.type,
                "properties": list(answer.properties),
            }
            for answer in it.answers
        ],
        "checks": [_check(part) for part in it.parts],
        "config_rules": list(it.config_rules),
        "security_hub_controls": list(it.controls),
        "customer": it.row.customer or None,
        "aws": it.row.aws or None,
    }


def _check(part: Part) -> dict[str, object]:
    return {
        "id": part.check.claim.id,
        "kind": "claim" if part.check.of_evidence else "check",
        "title": part.check.claim.title,
        "verdict": part.status.value,
        "why": part.why,
        "evidence": list(part.evidence),
    }
