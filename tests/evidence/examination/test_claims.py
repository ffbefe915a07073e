"""Every claim has a template that keeps it and one that breaks it, and each file one claim."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.templates import CLAIMS, FIXTURES, verdict_of

if TYPE_CHECKING:
    from payment_templates.evidence import Claim
    from tests.evidence.changes import Json

FILES = Path("payment_templates/evidence/claims")
# The numbered lines of the specification: ten of each.
PROMISES = [
    f"{kind} {number}"
    for kind in ("Requirement", "Constraint", "Success metric")
    for number in range(1, 11)
]
# Where a template is examined, unless in us-east-1.
REGIONS = {"region-loss-detected": "us-west-2"}

every_claim = pytest.mark.parametrize("claim", CLAIMS.values(), ids=list(CLAIMS))


def fixture_of(claim: Claim, name: str) -> Json:
    path = FIXTURES / claim.id.replace("-", "_") / f"{name}.json"
    assert path.exists(), f"{claim.id} needs a template in {path}"
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return document


@every_claim
def test_good_template_keeps_claim(claim: Claim) -> None:
    good = fixture_of(claim, "good")

    verdict = verdict_of(claim.id, good, REGIONS.get(claim.id, "us-east-1"))

    assert verdict is not Verdict.BROKEN


@every_claim
def test_bad_template_breaks_claim(claim: Claim) -> None:
    bad = fixture_of(claim, "bad")

    verdict = verdict_of(claim.id, bad, REGIONS.get(claim.id, "us-east-1"))

    assert verdict is Verdict.BROKEN


def test_no_fixture_is_without_its_claim() -> None:
    folders = {folder.name.replace("_", "-") for folder in FIXTURES.iterdir()}

    assert folders == set(CLAIMS)


def test_each_file_is_named_after_its_claim() -> None:
    files = {path.stem for path in FILES.glob("*.py") if path.stem != "__init__"}

    assert files == {claim_id.replace("-", "_") for claim_id in CLAIMS}


def test_every_claim_says_how_it_is_checked_and_where_it_comes_from() -> None:
    assert [it.id for it in CLAIMS.values() if not it.how or not it.sources] == []


@pytest.mark.parametrize("promise", PROMISES)
def test_every_line_of_specification_is_source_of_claim(promise: str) -> None:
    sources = {source for claim in CLAIMS.values() for source in claim.sources}

    assert promise in sources


def test_claims_name_no_line_that_specification_lacks() -> None:
    numbered = re.compile(r"(Requirement|Constraint|Success metric) \d+")

    named = {
        source
        for claim in CLAIMS.values()
        for source in claim.sources
        if numbered.fullmatch(source)
    }

    assert named <= set(PROMISES)


def test_fixtures_are_small() -> None:
    pairs = [(claim, name) for claim in CLAIMS.values() for name in ("good", "bad")]
    sizes = {pair: len(fixture_of(*pair)["Resources"]) for pair in pairs}

    assert {(claim.id, name): size for (claim, name), size in sizes.items() if size > 24} == {}
