"""The diff command: what it prints, how it ends, and what it says to wrong use."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import parse_template
from payment_templates.report.comparison import compare
from payment_templates.report.comparison.change import PropertyChange
from payment_templates.report.comparison.output import to_markdown, to_text
from tests.evidence.changes import changed, cut, put
from tests.evidence.examination.test_robustness import FIXED
from tests.evidence.templates import real_document

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from payment_templates.report.comparison import Comparison
    from tests.evidence.changes import Change

ROOT = Path(__file__).parents[2]
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "payments"}}
SMALL = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}, "Table": TABLE}}


STORAGE = put("DatabaseCluster.Properties.StorageType", "aurora-iopt1")
OTHER = put("Resources.Other", {"Type": "AWS::SNS::Topic"})


@cache
def _compared(*changes: Change, back: bool = False) -> Comparison:
    """Compare the stack with itself after some changes, or the other way round."""
    old, new = (
        parse_template(json.dumps(changed(real_document(), *each))) for each in ((), changes)
    )
    return compare(new, old) if back else compare(old, new)


def _plain(text: str, **_style: object) -> str:
    return text


def _as_text(found: Comparison) -> str:
    return "\n".join(to_text(found, _plain))


def _as_markdown(found: Comparison) -> str:
    return to_markdown(found, fails=found.fails())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diff", *arguments])


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Two templates; the new one has no table."""
    return written(tmp_path / "old.json"), written(tmp_path / "new.json", cut("Resources.Table"))


def written(path: Path, *changes: Change) -> str:
    path.write_text(json.dumps(changed(SMALL, *changes)))
    return str(path)


def test_lost_table_is_shown_and_fails(files: tuple[str, str]) -> None:
    found = run(*files)

    assert found.exit_code == 1
    assert "  removed  Table (AWS::DynamoDB::Table)\n" in found.output
    assert "data loss: every item of the table is lost" in found.output


@pytest.mark.parametrize("option", [["--allow-replacement", "Table"], ["--no-fail"]])
def test_allowed_loss_does_not_fail(files: tuple[str, str], option: list[str]) -> None:
    assert run(*files, *option).exit_code == 0


def test_json_has_every_change(files: tuple[str, str]) -> None:
    document: dict[str, Any] = json.loads(run(*files, "--json").output)

    assert document["version"] == 2
    assert document["fails"] is True
    assert [it["logical_id"] for it in document["resources"]] == ["Table"]


def test_json_says_why_an_update_may_fail(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    for path, window in ((old, 0), (new, 3600)):
        cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"BacktrackWindow": window}}
        path.write_text(json.dumps({"Resources": {"Cluster": cluster}}))

    (found,) = json.loads(run(str(old), str(new), "--json").output)["resources"]

    assert found["may_fail"] == "Backtrack is enabled only with a new cluster"
    assert found["why"] == f"the update may fail: {found['may_fail']}"


def test_keys_of_a_changed_property_are_documented() -> None:
    text = (ROOT / "docs/comparing.md").read_text()

    rows = [row for row in text.splitlines() if row.startswith("| `")]
    named = {key for row in rows for key in re.findall(r"`(\w+)`", row.split("|")[1])}

    assert named == {field.name for field in fields(PropertyChange)}


def test_markdown_warns_of_the_loss_first(files: tuple[str, str]) -> None:
    lines = run(*files, "--markdown").output.splitlines()

    assert lines[0] == "### Template: ❌ 1 removed"
    assert lines[2:4] == ["> [!CAUTION]", "> **Table** is removed: every item of the table is lost"]


OTHER_REASON = "1 promise has the same verdict for another reason (--json shows them)"


@pytest.mark.parametrize(
    ("form", "line"),
    [("text", f"\n  {OTHER_REASON}\n"), ("markdown", f"\n\nPromises: {OTHER_REASON}\n")],
)
def test_promises_with_another_reason_are_counted(form: str, line: str) -> None:
    found = _compared(OTHER)

    output = {"text": _as_text, "markdown": _as_markdown}[form](found) + "\n"

    assert line in output
    assert " resources, all deleted" not in output


def test_equal_templates_are_one_line_with_both_names(files: tuple[str, str]) -> None:
    same = f"nothing changes from {files[0]} to {files[0]}\n"

    found = run(files[0], files[0])

    assert (found.exit_code, found.output) == (0, same)
    assert run(files[0], files[0], "--markdown").output == f"### Template: {same}"
    assert json.loads(run(*files, "--json").output)["templates"] == {
        "before": files[0],
        "after": files[1],
    }


def test_template_is_compared_with_a_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stack.json"
    written(path)
    monkeypatch.chdir(tmp_path)
    for command in (["init", "-q"], ["add", "."], [*COMMIT, "-m", "first"]):
        subprocess.run(["git", *command], check=True, cwd=tmp_path, capture_output=True)
    written(path, put("Resources.Topic.Properties", {"DisplayName": "Alerts"}))

    found = run("stack.json", "--base", "HEAD")

    assert found.exit_code == 0
    assert 'DisplayName: none → "Alerts"' in found.output


@pytest.mark.parametrize(
    ("option", "code"),
    [([], 1), (["--allow-replacement", "Table"], 0), (["--no-fail"], 0)],
    ids=["fails", "allowed", "no fail"],
)
@pytest.mark.parametrize("form", [[], ["--markdown"]], ids=["text", "Markdown"])
def test_weaker_policy_is_shown_with_both_values(
    tmp_path: Path, option: list[str], code: int, form: list[str]
) -> None:
    old = written(tmp_path / "old.json", put("Table.DeletionPolicy", "Retain"))

    found = run(old, written(tmp_path / "new.json"), *option, *form)

    assert found.exit_code == code
    assert "DeletionPolicy of Table (AWS::DynamoDB::Table): Retain → Delete" in found.output


def test_unexpanded_macro_is_one_line_and_fails(files: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / "macro.json"
    path.write_text(json.dumps({"Transform": "Custom", **SMALL}))
    new = str(path)

    found = run(files[0], new)

    line = f"resources unknown: only CloudFormation expands the macro Custom of {new}\n"
    assert line in found.output
    assert found.exit_code == 1
    assert run(files[0], new, "--no-fail").exit_code == 0


def test_new_parameter_and_removed_export_are_shown(tmp_path: Path) -> None:
    export = {"Value": "a", "Export": {"Name": "shared"}}
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps({**SMALL, "Outputs": {"Shared": export}}))
    new.write_text(json.dumps({**SMALL, "Parameters": {"Size": {"Type": "String"}}}))

    found = run(str(old), str(new))

    assert "  Size: added, no default: the update needs a value\n" in found.output
    assert "  shared: removed; CloudFormation refuses it while another stack" in found.output


COMMIT = ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ([], "error: two templates are needed\nhint: pass OLD and NEW, or one template and"),
        (["none.json", "none.json"], "error: cannot read none.json"),
        (["OLD", "NEW", "--base", "main"], "error: --base and two templates cannot be used"),
        (["OLD", "--base", "--help-me"], "error: cannot read"),
        (["OLD", "--base", "no-such-revision"], "error: cannot read"),
        (["OLD", "NEW", "--json", "--markdown"], "error: --json and --markdown cannot be used"),
        (["OLD", "NEW", "--parameter", "Nope=1"], "error: unknown parameter 'Nope'"),
        (["OLD", "NEW", "--profile", "nope"], "error: unknown profile 'nope'\nhint: use one of"),
        (
            ["OLD", "NEW", "--allow-replacement", "Topic"],
            "error: --allow-replacement Topic: the update neither loses its data nor retains less",
        ),
    ],
)
def test_wrong_use_is_an_error_with_a_hint(
    files: tuple[str, str], arguments: list[str], problem: str
) -> None:
    given = [{"OLD": files[0], "NEW": files[1]}.get(it, it) for it in arguments]

    found = run(*given)

    assert found.exit_code == 2
    assert found.output.startswith(problem)


@pytest.mark.parametrize("form", [_as_text, _as_markdown])
def test_cost_that_is_no_longer_known_is_no_saving(form: Callable[[Comparison], str]) -> None:
    lost = "no longer known: Aurora with storage aurora-iopt1; the rest 168.91"

    assert f"374.51 → {lost} USD a month in the region" in form(_compared(STORAGE))
    assert (
        "168.91 without Aurora with storage aurora-iopt1 → 374.51 USD a month in the region"
        in form(_compared(STORAGE, back=True))
    )


def test_json_keeps_both_totals(tmp_path: Path) -> None:
    paths = [tmp_path / "old.json", tmp_path / "new.json"]
    for path, changes in zip(paths, ((), (STORAGE,)), strict=True):
        path.write_text(json.dumps(changed(real_document(), *changes)))

    document: dict[str, Any] = json.loads(run(*map(str, paths), "--json", "--no-fail").output)

    assert document["costs"] == {"before": "374.51", "after": "at least 168.91"}
    assert not [name for name in document if name.startswith("newly")]


def test_added_resource_without_a_price_leaves_the_rest_known(tmp_path: Path) -> None:
    paths = [tmp_path / "old.json", tmp_path / "new.json"]
    machine = {"Type": "AWS::EC2::Instance", "Properties": {"InstanceType": "t3.micro"}}
    for path, changes in zip(paths, ((), (put("Resources.Machine", machine),)), strict=True):
        path.write_text(json.dumps(changed(real_document(), *changes)))

    found = run(*map(str, paths), "--no-fail")

    assert "  374.51 → at least 374.51 USD a month in the region" in found.output


def test_profiles_are_compared(tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.json" for name in ("standard", "production")]
    for path in paths:
        arguments = ["generate", "--profile", path.stem, "--output", str(path)]
        assert CliRunner().invoke(main, arguments).exit_code == 0
    # Production requires a certificate.
    values = {**FIXED, "CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/example"}
    given = [f"--parameter={name}={value}" for name, value in values.items()]

    found = run(*map(str, paths), *given, "--profile", "standard")

    assert "NatGatewayB (AWS::EC2::NatGateway)" in found.output
    assert "better  Six tasks run again after any zone failure" in found.output
