"""The templates that the tests ask, and one claim's verdict on any of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import parse_template
from payment_templates.evidence import Verdict, all_claims
from payment_templates.evidence.examination import judge
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.example_values import examples
from payment_templates.evidence.promises import Promises
from payment_templates.evidence.scenarios import Scenarios
from payment_templates.evidence.topology import build_topology
from payment_templates.rendering import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Template
    from payment_templates.evidence import Claim, Result
    from payment_templates.evidence.topology import Topology
    from tests.evidence.changes import Json

REAL = Path("output/TapStack.json")
FIXTURES = Path("tests/evidence/claims")
CLAIMS = {claim.id: claim for claim in all_claims()}
# Of the standard template, which has neither a global database nor zonal autoshift.
NOT_APPLICABLE = {
    *("backups-reach-their-vaults", "failed-backups-detected"),
    "database-move-detected",
    "practice-runs-are-guarded",
    "unblocked-writes-detected",
}


def real_document() -> Json:
    """Read the product."""
    document: Json = json.loads(REAL.read_text(encoding="utf-8"))
    return document


@cache
def production_document() -> Json:
    """Build the production profile's template."""
    document: Json = json.loads(render(build_template(PROFILES["production"])))
    return document


# One value of each parameter that turns a condition of the real template.
_ALL_GIVEN = {
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/example",
    "ContainerRepositoryArn": "arn:aws:ecr:us-east-1:111122223333:repository/payment",
    "DBMasterPassword": "Example-password-1",
    "DomainName": "pay.example.com",
    "HostedZoneId": "Z0EXAMPLE",
}


def result_of(claim: Claim, document: Json, region: str = "us-east-1") -> Result:
    """Judge one claim with nothing given, with all, and with all but a certificate.

    All combinations, the other region and the operator's choices are for the tests of those: they
    cost fifty times as much.
    """
    return _judged(claim, *_topologies(document, region))


def verdict_of(claim_id: str, document: Json, region: str = "us-east-1") -> Verdict:
    """Give the verdict of result_of; the first that is broken, as none is worse."""
    claim = CLAIMS[claim_id]
    seen: list[Topology] = []
    for topology in _topologies(document, region):
        seen.append(topology)
        if _judged(claim, topology).finding.verdict is Verdict.BROKEN:
            return Verdict.BROKEN
    return _judged(claim, *seen).finding.verdict


def _topologies(document: Json, region: str) -> Iterator[Topology]:
    template = parse_template(json.dumps(document, separators=(",", ":")), name="the template")
    given = {name: value.replace("us-east-1", region) for name, value in _ALL_GIVEN.items()}
    for values in ({}, given, {**given, "CertificateArn": ""}):
        for stack in stacks_of(
            template, region=region, given=_fixed(template, region, values)
        ).stacks:
            yield build_topology(stack)


def _judged(claim: Claim, *here: Topology) -> Result:
    cases = Scenarios(here=here, there=(), given={})
    # One template as it is: other choices of the operator have their own tests.
    vars(cases)["undecided"] = ()
    return judge(claim, cases, Promises(name="strict"))


def _fixed(template: Template, region: str, given: dict[str, str]) -> dict[str, str]:
    """Fix every parameter, so that there is but one combination."""
    parameters = template.parameters
    first = {name: next(examples(one, region), "") for name, one in parameters.items()}
    defaults = {name: one.default for name, one in parameters.items() if one.default is not None}
    return {**first, **defaults, **{name: text for name, text in given.items() if name in first}}
