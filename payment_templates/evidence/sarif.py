"""Writes an examination as SARIF, which GitHub shows as alerts on lines of a pull request.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from payment_templates.evidence.claim import Verdict
from payment_templates.evidence.text_output import explanation, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Json, Template
    from payment_templates.evidence.examination import Examination, Result

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# The SARIF kind and level by verdict; results with other verdicts are omitted.
_KINDS = {
    Verdict.BROKEN: ("fail", "error"),
    Verdict.UNKNOWN: ("open", "none"),
    Verdict.CONDITIONAL: ("review", "none"),
}
_WORD = re.compile(r"[A-Za-z0-9]+")


def to_sarif(examination: Examination, template: Template, *, uri: str) -> str:
    """Return a SARIF log; each result has the line of the first resource that it names.

    `uri` is the template's path in the repository, with slashes.
    """
    results = [result for result in examination.results if result.finding.verdict in _KINDS]
    run = {
        "tool": {
            "driver": {
                "name": "payment-stack evidence",
                "rules": [_rule(result) for result in examination.results],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, template, uri) for result in results],
    }
    document = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2) + "\n"


def _rule(result: Result) -> Json:
    claim = result.claim
    return {
        "id": claim.id,
        "shortDescription": {"text": claim.title},
        "fullDescription": {"text": " ".join(claim.how.split())},
        "help": {"text": f"Sources: {'; '.join(claim.sources)}"},
    }


def _result(result: Result, template: Template, uri: str) -> Json:
    kind, level = _KINDS[result.finding.verdict]
    suppressed = result.accepted or not result.promised
    found: Json = {
        "ruleId": result.claim.id,
        "kind": kind,
        "level": level,
        "message": {"text": f"{result.claim.title}: {reason(result)}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri},
                    "region": {"startLine": _line(result, template)},
                }
            }
        ],
        # Identifies the alert: without it, editing the line would close it and open a new one.
        "partialFingerprints": {"promise/v1": result.claim.id},
        "properties": {"explanation": explanation(result)},
    }
    if suppressed:
        why = str(result.accepted) if result.accepted else "not promised by the profile"
        found["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return found


def _line(result: Result, template: Template) -> int:
    """Return the line of the first resource or parameter that a finding names, or 1."""
    for section, name in _named(result, template):
        return template.line(section, name)
    return 1


def _named(result: Result, template: Template) -> Iterator[tuple[str, str]]:
    for text in (result.finding.why, *result.finding.evidence):
        for word in _WORD.findall(text):
            if word in template.resources:
                yield "Resources", word
            elif word in template.parameters:
                yield "Parameters", word
