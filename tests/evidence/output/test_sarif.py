"""The SARIF log: valid, on the line of the resource, with what is accepted suppressed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema

from tests.evidence.changes import changed, cut, drop, put
from tests.evidence.output.test_cli import run
from tests.evidence.templates import CLAIMS, real_document

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

    from tests.evidence.changes import Change, Json

# https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
SCHEMA = json.loads(Path("tests/evidence/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))


def log_of(folder: Path, *changes: Change) -> Json:
    template, log = folder / "stack.json", folder / "log.sarif"
    template.write_text(json.dumps(changed(real_document(), *changes), indent=1))
    run(str(template), "--sarif", str(log))
    document: Json = json.loads(log.read_text(encoding="utf-8"))
    return document


def problems_of(log: Json) -> list[str]:
    validator: Validator = jsonschema.Draft4Validator(SCHEMA)
    # The library's own types leave the schema of a validator open.
    return [error.message for error in validator.iter_errors(log)]  # pyright: ignore[reportUnknownMemberType]


def results_of(log: Json) -> dict[str, Json]:
    (run_,) = log["runs"]
    return {result["ruleId"]: result for result in run_["results"]}


def test_log_is_valid(tmp_path: Path) -> None:
    log = log_of(tmp_path, drop("DatabaseReader2"))

    assert problems_of(log) == []


def test_schema_refuses_what_is_no_log() -> None:
    assert problems_of({"version": "2.1.0"}) == ["'runs' is a required property"]


def test_finding_is_on_the_line_of_the_resource_that_it_names(tmp_path: Path) -> None:
    change = put("DatabaseReader1.Properties.PubliclyAccessible", True)  # noqa: FBT003 - a value.

    result = results_of(log_of(tmp_path, change))["database-is-private"]

    (location,) = result["locations"]
    place = location["physicalLocation"]
    number: int = place["region"]["startLine"]
    line = (tmp_path / "stack.json").read_text().splitlines()[number - 1]
    assert result["kind"] == "fail"
    assert result["level"] == "error"
    assert line.strip().startswith('"DatabaseReader1"')
    assert place["artifactLocation"]["uri"].endswith("stack.json")


def test_accepted_break_is_suppressed_with_its_reason(tmp_path: Path) -> None:
    result = results_of(log_of(tmp_path))["load-carried-after-zone-loss"]

    (suppression,) = result["suppressions"]
    assert "the specification asks for 6 tasks" in suppression["justification"]


def test_unknown_is_open_and_kept_is_no_result(tmp_path: Path) -> None:
    imported = put("TargetGroup.Properties.HealthCheckIntervalSeconds", {"Fn::ImportValue": "x"})

    results = results_of(log_of(tmp_path, imported))

    assert results["health-check-every-five-seconds"]["kind"] == "open"
    assert (
        "x is imported from another stack"
        in (results["health-check-every-five-seconds"]["message"]["text"])
    )
    assert "backups-kept" not in results


def test_every_claim_that_is_examined_is_a_rule(tmp_path: Path) -> None:
    (run_,) = log_of(tmp_path, cut("Outputs.WriterEndpoint"))["runs"]

    assert {rule["id"] for rule in run_["tool"]["driver"]["rules"]} <= set(CLAIMS)
    assert all(rule["fullDescription"]["text"] for rule in run_["tool"]["driver"]["rules"])
