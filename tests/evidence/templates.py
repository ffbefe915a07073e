"""The templates that the tests ask, and one claim's verdict on any of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates.evidence import all_claims, parse_template
from payment_templates.evidence.cases import cases_of
from payment_templates.evidence.examination import judge, topologies_of

if TYPE_CHECKING:
    from payment_templates.evidence import Claim, Result, Verdict
    from tests.evidence.changes import Json

REAL = Path("output/TapStack.json")
FIXTURES = Path("tests/evidence/claims")
CLAIMS = {claim.id: claim for claim in all_claims()}


def real_document() -> Json:
    """Read the product."""
    document: Json = json.loads(REAL.read_text(encoding="utf-8"))
    return document


def result_of(claim: Claim, document: Json, region: str = "us-east-1") -> Result:
    """Judge one claim on a document, without anything accepted."""
    template = parse_template(json.dumps(document, separators=(",", ":")), name="the template")
    here = topologies_of(template, region=region, parameters={})
    return judge(claim, cases_of(here, {}), {})


def verdict_of(claim_id: str, document: Json, region: str = "us-east-1") -> Verdict:
    """Give one claim's verdict on a document."""
    return result_of(CLAIMS[claim_id], document, region).finding.verdict
