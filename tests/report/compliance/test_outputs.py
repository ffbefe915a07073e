"""The outputs for auditors: CSV without formulas, OSCAL that NIST's schema accepts, JSON."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from payment_templates.cloudformation import parse_template
from payment_templates.report.compliance import Status, assess
from payment_templates.report.compliance.output.json_report import to_json
from payment_templates.report.compliance.output.oscal import to_oscal
from payment_templates.report.compliance.output.spreadsheet import to_csv, without_formula
from payment_templates.report.compliance.template_file import TemplateFile
from tests.evidence.changes import changed, put
from tests.report.compliance.complete_template import FIXED, complete_document

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from payment_templates.cloudformation import Template
    from payment_templates.report.compliance import Assessment
    from tests.evidence.changes import Change, Json

# Of OSCAL's release 1.2.1, in the public domain:
# https://github.com/usnistgov/OSCAL/releases/download/v1.2.1/oscal_component_schema.json
SCHEMA = json.loads(
    Path("tests/report/compliance/oscal-component-definition-schema-1.2.1.json")
    .read_text(encoding="utf-8")
    # Python's patterns have other words for letters and digits of any language.
    .replace(r"\\p{L}", r"[^\\W\\d_]")
    .replace(r"\\p{N}", r"\\d")
)
TIME = datetime(2026, 1, 31, 12, tzinfo=UTC)
FILE = TemplateFile(
    name="output/t.json", sha256="5e" * 32, parameters={"AlertEmail": "a@b.cd", "Empty": ""}
)


def assessed(*changes: Change) -> tuple[Template, Assessment]:
    template = parse_template(json.dumps(changed(complete_document(), *changes)), name="t.json")
    return template, assess(template, parameters=FIXED, profile="production")


def oscal_of(*changes: Change, time: datetime = TIME) -> Json:
    template, found = assessed(*changes)
    document: Json = json.loads(to_oscal(found, template, FILE, last_modified=time))
    return document


def problems_of(document: Json) -> list[str]:
    validator: Validator = jsonschema.Draft7Validator(SCHEMA)
    # The library's own types leave the schema of a validator open.
    return [error.message for error in validator.iter_errors(document)]  # pyright: ignore[reportUnknownMemberType]


def requirements_of(document: Json) -> dict[str, Json]:
    (component,) = document["component-definition"]["components"]
    (implementation,) = component["control-implementations"]
    return {it["control-id"]: it for it in implementation["implemented-requirements"]}


def test_oscal_document_is_valid() -> None:
    assert problems_of(oscal_of()) == []


def test_no_requirement_repeats_a_reason() -> None:
    _, found = assessed()
    reasons = {it.row.number: it.why.split("; ") for it in found.requirements}

    assert {number: whys for number, whys in reasons.items() if len(whys) > len({*whys})} == {}
    assert any(whys[0].endswith("e-mail from SNS is confirmed") for whys in reasons.values())


def test_schema_refuses_a_number_as_control() -> None:
    document = oscal_of()
    requirements_of(document)["pci-dss-1.2.8"]["control-id"] = "1.2.8"

    (problem,) = problems_of(document)
    assert "'1.2.8' does not match" in problem


def test_oscal_document_without_a_met_requirement_is_valid() -> None:
    template, found = assessed()
    nothing = replace(
        found, requirements=tuple(replace(it, status=Status.UNKNOWN) for it in found.requirements)
    )

    document = json.loads(to_oscal(nothing, template, FILE, last_modified=TIME))
    (component,) = document["component-definition"]["components"]
    assert "control-implementations" not in component
    assert problems_of(document) == []


def test_oscal_document_lists_what_is_met_and_names_the_rest() -> None:
    document = oscal_of(put("WebAcl.Properties.Rules", []))

    (component,) = document["component-definition"]["components"]
    (implementation,) = component["control-implementations"]
    listed = requirements_of(document)
    assert "pci-dss-6.4.2" not in listed
    assert "because not met: 6.4.1, 6.4.2, 11.5.1." in implementation["description"]
    status = {"name": "implementation-status", "value": "implemented"}
    assert status in listed["pci-dss-1.4.4"]["props"]
    assert "EncryptionKey (EnableKeyRotation)" in listed["pci-dss-3.7.4"]["description"]


def test_oscal_document_calls_nothing_implemented_that_needs_the_customer_too() -> None:
    listed = requirements_of(oscal_of())

    for requirement in listed.values():
        if "Customer: " in requirement.get("remarks", ""):
            partial = {"name": "implementation-status", "value": "partial"}
            assert partial in requirement["props"]
    # Met, but the application must make card numbers unreadable: 3.5.1.2.
    assert "Customer: " in listed["pci-dss-3.5.1"]["remarks"]


def test_every_document_names_the_template_and_its_parameters() -> None:
    template, found = assessed()

    document = json.loads(to_json(found, FILE))
    head, *rows = csv.reader(StringIO(to_csv(found, FILE)))
    properties = json.loads(to_oscal(found, template, FILE, last_modified=TIME))[
        "component-definition"
    ]["metadata"]["props"]

    assert document["template"] == {"file": FILE.name, "sha256": FILE.sha256}
    assert document["parameters"] == FILE.parameters
    for row in rows:
        cells = dict(zip(head, row, strict=True))
        assert (cells["Template"], cells["SHA-256"]) == (FILE.name, FILE.sha256)
        assert cells["Parameters"] == "AlertEmail=a@b.cd; Empty="
    assert {it["name"]: it["value"] for it in properties} == {
        "template-file": FILE.name,
        "template-sha256": FILE.sha256,
        "parameter-AlertEmail": "a@b.cd",
    }


def test_csv_has_the_evidence_of_each_check() -> None:
    _, found = assessed()

    rows = [*csv.DictReader(StringIO(to_csv(found, FILE)))]
    evidence = {row["Requirement"]: row["Evidence"] for row in rows}
    assert "DatabaseSecurityGroup <- ApplicationSecurityGroup, 5432" in evidence["PCI DSS 1.3.1"]


def test_oscal_document_is_the_same_for_the_same_content() -> None:
    assert oscal_of() == oscal_of()


def test_uuid_changes_with_the_content_and_not_with_the_time() -> None:
    first = oscal_of()["component-definition"]
    later = oscal_of(time=datetime(2027, 1, 31, tzinfo=UTC))["component-definition"]
    other = oscal_of(put("EncryptionKey.Properties.RotationPeriodInDays", 90))[
        "component-definition"
    ]

    assert first["metadata"]["last-modified"] == "2026-01-31T12:00:00+00:00"
    assert first["uuid"] == later["uuid"] != other["uuid"]
    assert first["components"][0]["uuid"] == other["components"][0]["uuid"]


def test_csv_has_a_line_for_each_requirement() -> None:
    _, found = assessed()

    head, *rows = csv.reader(StringIO(to_csv(found, FILE)))
    assert head[:3] == ["Requirement", "Summary", "Verdict on the template's part"]
    assert [row[0] for row in rows] == [f"PCI DSS {it.row.number}" for it in found.requirements]
    assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"],  # noqa: RUF001
)
def test_formula_becomes_text(text: str) -> None:
    assert without_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "met", "1.2.8", "a=b", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert without_formula(text) == text


def test_json_has_the_evidence_of_each_check() -> None:
    _, found = assessed()

    document = json.loads(to_json(found, FILE))
    assert list(document) == [
        *("version", "standard", "template", "parameters", "region", "profile", "fails"),
        *("counts", "requirements"),
    ]
    (rotation,) = (it for it in document["requirements"] if it["number"] == "3.7.4")
    assert rotation == {
        "number": "3.7.4",
        "summary": "Keys are changed at the end of their period",
        "verdict": "met",
        "why": "1 key, rotated by KMS",
        "resources": [
            {
                "logical_id": "EncryptionKey",
                "type": "AWS::KMS::Key",
                "properties": ["EnableKeyRotation"],
            }
        ],
        "checks": [
            {
                "id": "keys-are-rotated",
                "kind": "check",
                "title": "Keys are rotated",
                "verdict": "met",
                "why": "1 key, rotated by KMS",
                "evidence": [],
            }
        ],
        "config_rules": [
            *("elbv2-acm-certificate-required", "cmk-backing-key-rotation-enabled"),
            "kms-cmk-not-scheduled-for-deletion",
        ],
        "security_hub_controls": ["KMS.4"],
        "customer": "define the period of each key",
        "aws": None,
    }
