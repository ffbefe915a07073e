"""A finding is used again only where everything that the claim read is the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import parse_template, recorded
from payment_templates.evidence import claim_check, examination, examine
from payment_templates.evidence.examined_stacks import stacks_of
from payment_templates.evidence.topology import build_topology
from tests.evidence.changes import changed, put
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.templates import CLAIMS, production_document, real_document

if TYPE_CHECKING:
    from payment_templates.evidence import Claim, Examination, Finding, Topology
    from payment_templates.evidence.promises import Promises
    from tests.evidence.changes import Change, Json

HAS_DOMAIN = "HasDomain"


def examined(document: Json, profile: str) -> Examination:
    template = parse_template(json.dumps(document, separators=(",", ":")), name="template")
    return examine(template, profile=profile, parameters=GIVEN, claims=list(CLAIMS.values()))


def if_domain(path: str, value: object) -> Change:
    """Let a condition decide a value that otherwise is the same everywhere."""

    def change(document: Json) -> None:
        holder = document["Resources"]
        *parents, last = path.split(".")
        for parent in parents:
            holder = holder[parent]
        holder[last] = {"Fn::If": [HAS_DOMAIN, value, holder[last]]}

    return change


DOCUMENTS = {
    "standard": (real_document(), "standard"),
    "production": (production_document(), "production"),
    "values that a condition decides": (
        changed(
            real_document(),
            if_domain("Service.Properties.DesiredCount", 3),
            if_domain("PrivateSubnetB.Properties.CidrBlock", "10.0.99.0/24"),
            # The topic's name has a name in it that the condition decides.
            if_domain("ApplicationLogGroup.Properties.LogGroupName", "/another"),
            put("AlertTopic.Properties.TopicName", {"Fn::Sub": "x-${ApplicationLogGroup}"}),
            put("Outputs.WriterEndpoint.Value", {"Fn::If": [HAS_DOMAIN, "x", "y"]}),
        ),
        "standard",
    ),
}
# What decides conditions, but for the domain and the primary region.
GIVEN = {
    name: value for name, value in FIXED.items() if name not in {"DomainName", "HostedZoneId"}
} | {"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/example"}


# One profile in the gate, as is and with more that conditions decide.
_IN_FAULTS = {"production"}


@pytest.mark.parametrize(
    ("document", "profile"),
    [
        pytest.param(*case, id=name, marks=[pytest.mark.faults] if name in _IN_FAULTS else [])
        for name, case in DOCUMENTS.items()
    ],
)
def test_every_combination_checked_again_gives_the_same(
    document: Json, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = examined(document, profile)

    def again(claim: Claim, topology: Topology, promises: Promises) -> Finding:
        memo = topology.stack.template.memo
        for key in [key for key in memo if key[0] == "reused"]:
            del memo[key]
        return claim_check.check(claim, build_topology(topology.stack), promises)

    monkeypatch.setattr(examination, "check_once", again)

    assert examined(document, profile).results == shared.results


def test_stored_part_counts_as_read_again() -> None:
    template = parse_template(json.dumps(real_document()), name="template")
    topology = build_topology(stacks_of(template, region="us-east-1", given={}).stacks[0])
    with recorded() as first:
        _ = topology.rules

    with recorded() as second:
        _ = topology.rules

    assert list(first) == list(second) != []
