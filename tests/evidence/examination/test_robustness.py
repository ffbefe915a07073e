"""Whatever is in a template: a verdict, or one sentence about what cannot be examined."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_templates.cloudformation import TemplateError, parse_template
from payment_templates.evidence import Verdict, examine
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.evidence.changes import Change

# Values where another kind is expected.
STRANGERS: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    "",
    "text",
    [],
    ["text"],
    {},
    {"text": "text"},
    {"Ref": "Vpc"},
    # A circle, and what JSON has no number or text for.
    {"Fn::GetAtt": ["Service", "Name"]},
    float("nan"),
    float("inf"),
    "inf",
    "nan",
    "\ud800",
    "\x01",
)
# Examined in one combination: the others would only take longer.
FIXED = {
    **dict.fromkeys(("CertificateArn", "ContainerRepositoryArn", "DBMasterPassword"), ""),
    "AvailabilityZones": ",,",
    "DomainName": "pay.example.com",
    "HostedZoneId": "Z0EXAMPLE",
}


def paths(value: object, path: str) -> Iterator[str]:
    entries: dict[str, Any] = {}
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
    elif isinstance(value, list):
        entries = {str(index): entry for index, entry in enumerate(cast("list[object]", value))}
    for key, entry in entries.items():
        if "." not in key:
            yield f"{path}.{key}"
            yield from paths(entry, f"{path}.{key}")


EVERY_PATH = [
    path
    for section in ("Parameters", "Rules", "Conditions", "Resources", "Outputs")
    for path in paths(real_document()[section], section)
]


def examined_or_refused(document: dict[str, Any]) -> bool:
    template = parse_template(json.dumps(document), name="strange")
    return bool(examine(template, parameters=FIXED).results)


@given(path=st.sampled_from(EVERY_PATH), stranger=st.sampled_from(STRANGERS))
def test_wrong_value_anywhere_is_judged_or_refused_in_one_line(path: str, stranger: object) -> None:
    document = changed(real_document(), put(path, stranger))

    try:
        outcome = examined_or_refused(document)
    except TemplateError as error:
        outcome = "\n" not in str(error)

    assert outcome


@given(path=st.sampled_from(EVERY_PATH))
def test_missing_value_anywhere_is_judged_or_refused_in_one_line(path: str) -> None:
    document = changed(real_document(), cut(path))

    try:
        outcome = examined_or_refused(document)
    except TemplateError as error:
        outcome = "\n" not in str(error)

    assert outcome


REFUSED: dict[str, Change] = {
    "a circle": put("EncryptionKey.Properties.Description", {"Fn::Sub": "${DatabaseCluster}"}),
    "an endless number of tasks": put("Service.Properties.DesiredCount", float("inf")),
    "a limit that is a list": put("Parameters.EnvironmentSuffix.MaxLength", [20]),
    "choices that are none": put("Parameters.PrimaryRegion.AllowedValues", None),
    "a rule of a number": put("Rules.HostedZoneWithDomainName.Assertions", 5),
    "half a character": put("Resources.Half\ud800", {"Type": "AWS::SNS::Topic"}),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=list(REFUSED))
def test_what_no_stack_can_have_is_refused(change: Change) -> None:
    document = changed(real_document(), change)

    with pytest.raises(TemplateError):
        examined_or_refused(document)


@pytest.mark.parametrize(
    ("change", "claim_id"),
    [
        (put("Service.Properties.DesiredCount", "nan"), "exactly-six-tasks-wanted"),
        (put("Parameters.ContainerPort.Default", 8080.5), "neighbours-can-connect"),
        (put("Service.Properties.NetworkConfiguration", "none"), "tasks-can-start"),
    ],
    ids=["no number of tasks", "a part of a port", "text for an object"],
)
def test_value_of_the_wrong_kind_leaves_undecided_what_reads_it(
    change: Change, claim_id: str
) -> None:
    template = parse_template(json.dumps(changed(real_document(), change)), name="strange")

    verdicts = {it.claim.id: it for it in examine(template, parameters=FIXED).results}

    assert verdicts[claim_id].finding.verdict is Verdict.UNKNOWN
    assert verdicts[claim_id].fails
    assert verdicts["backups-kept"].finding.verdict is Verdict.KEPT


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"Resources": ' + '{"a": ' * 500 + "1" + "}" * 501, "9" * 5000],
    ids=["brackets", "objects", "digits"],
)
def test_text_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_template(text, name="strange")


@pytest.mark.parametrize(
    "change",
    [
        put("Parameters.A(", {"Type": "String", "Default": ""}),
        put("Parameters.EnvironmentSuffix.MaxLength", "20.0"),
        put("Dashboard.Properties.DashboardBody", "[" * 100_000),
        put("Dashboard.Properties.DashboardBody", '{"widgets": [{"period": ' + "9" * 5000 + "}]}"),
        put(
            "Rules.Region",
            {
                "Assertions": [
                    {"Assert": {"Fn::Contains": [["us-east-1"], {"Ref": "PrimaryRegion"}]}}
                ]
            },
        ),
    ],
    ids=["a name with a bracket", "a limit in text", "brackets", "digits", "a list that contains"],
)
def test_strange_but_legal_is_judged(change: Change) -> None:
    assert examined_or_refused(changed(real_document(), change))


def test_record_of_one_region_alone_breaks_the_failover() -> None:
    both = {"Fn::And": [{"Condition": "HasDomain"}, {"Condition": "IsPrimaryRegion"}]}
    document = changed(
        real_document(), put("Conditions.Both", both), put("DnsRecord.Condition", "Both")
    )

    verdict = verdict_of("regions-take-both-failover-roles", document)

    assert verdict is Verdict.BROKEN
