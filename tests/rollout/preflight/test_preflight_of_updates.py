"""An update is checked for what it changes, and keeps the values that are not given."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# The small fakes of AWS accept any arguments.

# ruff: noqa: ANN401 - the documents of the commands are JSON of any shape.

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates.cloudformation import parse_template
from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect
from payment_templates.rollout.planned_stack import PlannedStack, plan_stack
from payment_templates.rollout.preflight.quotas import check_quotas
from payment_templates.rollout.preflight.updates.stack_change import StackChange
from payment_templates.rollout.values import Values
from tests.rollout.running import EAST, SMALL, Commands, changed

_PAYMENT = Path(__file__).parents[3] / "output" / "TapStack.json"
_IN_EAST = ("--region", EAST, "--without-roles")
_CLUSTER = "payment-aurora-cluster-dev-001"


def test_value_of_a_running_stack_is_not_missing(commands: Commands, tmp_path: Path) -> None:
    template = _without_default(tmp_path, "Message")
    given = ("--parameter", "Message=kept")

    missing = commands.run("preflight", *_IN_EAST, template=template)
    commands.deploy(*given, template=template)
    kept = commands.run("preflight", *_IN_EAST, template=template)

    assert missing.exit_code == 2
    assert "error: the parameter Message has no value" in missing.stderr
    assert kept.exit_code == 0, kept.output


def test_value_of_a_stack_set_is_not_missing_in_a_new_region(
    commands: Commands, tmp_path: Path
) -> None:
    template = _without_default(tmp_path, "Message")
    one_region = ("--region", EAST, "--parameter", "Message=kept")
    commands.rollout(*one_region, template=template)

    result = commands.run("preflight", "--region", EAST, "--region", "us-west-2", template=template)

    assert result.exit_code == 0, result.output


def test_value_is_missing_if_one_region_has_none(commands: Commands, tmp_path: Path) -> None:
    template = _without_default(tmp_path, "Message")
    commands.deploy("--parameter", "Message=kept", template=template)

    result = commands.run("preflight", "--region", EAST, "--region", "us-west-2", template=template)

    assert result.exit_code == 2
    assert "the parameter Message has no value" in result.stderr


def test_update_over_a_quota_is_refused_before_it_starts(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=_with_addresses(tmp_path, 2))

    update = commands.deploy(template=_with_addresses(tmp_path, 6), preflight=True)

    assert update.exit_code == 3
    assert "elastic IP addresses: 2 of 5 used, 4 needed" in update.stderr
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_update_that_needs_no_more_ignores_an_exhausted_quota(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=_with_addresses(tmp_path, 5))

    update = commands.deploy(
        "--parameter", "Message=second", template=_with_addresses(tmp_path, 5), preflight=True
    )

    assert update.exit_code == 0, update.output
    assert commands.greeting(EAST) == "second"


def test_name_that_an_update_takes_must_be_free(commands: Commands, tmp_path: Path) -> None:
    commands.deploy()
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-audit")
    audit = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "payment-audit"}}

    update = commands.deploy(template=changed(tmp_path, {"Audit": audit}), preflight=True)

    assert update.exit_code == 3
    assert "Logs::LogGroup payment-audit already exists" in update.stderr
    assert "payment-records-dev-001" not in update.stderr


@pytest.mark.parametrize(
    ("running", "after", "problem"),
    [
        ("15.19", "15.18", "cannot be upgraded from 15.19 to 15.18"),
        ("15.18", "15.99", "cannot be upgraded from 15.18 to 15.99"),
        ("15.17", "15.19", ""),
        ("15.19", "15.19", ""),
    ],
    ids=["lower", "unknown", "higher", "unchanged"],
)
def test_database_is_upgraded_only_to_a_version_that_rds_offers(
    commands: Commands, tmp_path: Path, running: str, after: str, problem: str
) -> None:
    commands.deploy(template=_with_database(tmp_path, running))

    document = commands.document("preflight", *_IN_EAST, template=_with_database(tmp_path, after))

    assert document["exit_code"] == (3 if problem else 0), document
    assert [one["what"] for one in _refused(document)] == (
        [f"aurora-postgresql {problem}"] if problem else []
    )


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        ("15.18", "cannot be upgraded from 15.19 to 15.18"),
        ("15.19", ""),
        ("15.17", ""),
    ],
    ids=["lower than that", "the same as that", "unchanged in the template"],
)
def test_version_that_rds_has_upgraded_to_by_itself_counts(
    commands: Commands, tmp_path: Path, after: str, problem: str
) -> None:
    commands.deploy(template=_with_database(tmp_path, "15.17"))
    rds = commands.aws.client("rds", EAST)
    rds.modify_db_cluster(DBClusterIdentifier=_CLUSTER, EngineVersion="15.19")

    document = commands.document("preflight", *_IN_EAST, template=_with_database(tmp_path, after))

    assert [one["what"] for one in _refused(document)] == (
        [f"aurora-postgresql {problem}"] if problem else []
    )


def test_refused_upgrade_names_the_versions_that_rds_offers(
    commands: Commands, tmp_path: Path
) -> None:
    commands.deploy(template=_with_database(tmp_path, "15.17"))

    document = commands.document("preflight", *_IN_EAST, template=_with_database(tmp_path, "15.99"))

    (finding,) = _refused(document)
    assert finding["remediation"] == "set EngineVersion to 15.17 or 15.18 or 15.19"


def test_embedded_aws_refuses_a_downgrade_as_rds_does(commands: Commands, tmp_path: Path) -> None:
    commands.deploy(template=_with_database(tmp_path, "15.19"))

    update = commands.deploy(template=_with_database(tmp_path, "15.18"))

    assert update.exit_code == 1
    assert "Cannot upgrade aurora-postgresql from 15.19 to 15.18" in update.stderr
    assert commands.stack()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_problem_of_the_running_stack_is_a_warning(commands: Commands, tmp_path: Path) -> None:
    template = _with_parameter(tmp_path, "HostedZoneId", "Z0MISSING")
    commands.deploy(template=template)

    same = commands.document("preflight", *_IN_EAST, template=template)
    other = commands.document(
        "preflight", *_IN_EAST, "--parameter", "HostedZoneId=Z0OTHER", template=template
    )

    warnings = [one["what"] for one in same["findings"] if one["verdict"] == "warning"]
    assert same["exit_code"] == 0
    assert warnings == ["hosted zone Z0MISSING does not exist, as in the running stack"]
    assert [one["what"] for one in _refused(other)] == ["hosted zone Z0OTHER does not exist"]


def test_unreadable_template_of_the_running_stack_is_unknown(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy()

    def refuse(*_: object) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetTemplate")

    monkeypatch.setattr("payment_templates.rollout.preflight.checks.read_running", refuse)

    document = commands.document("preflight", *_IN_EAST)

    (finding,) = [one for one in document["findings"] if one["verdict"] == "unknown"]
    assert finding["what"].endswith("GetTemplate returns AccessDenied")
    assert document["exit_code"] == 0


@pytest.mark.parametrize(
    ("change", "needed"),
    [
        ({}, None),
        ({"Cpu": "512"}, "3 needed"),
        ({"DesiredCount": 12}, "4.5 needed"),
    ],
    ids=["same tasks", "larger tasks", "more tasks"],
)
def test_update_needs_the_vcpus_of_the_tasks_that_it_starts(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], needed: str | None
) -> None:
    _answer_quotas(monkeypatch)
    document: dict[str, Any] = json.loads(_PAYMENT.read_text())
    for name in ("Service", "TaskDefinition"):
        properties = document["Resources"][name]["Properties"]
        properties.update({key: value for key, value in change.items() if key in properties})
    running = _planned(_PAYMENT.read_text())
    update = StackChange(planned=_planned(json.dumps(document)), running=running)

    found = [one.what for one in check_quotas(connect(None, print), update)]

    assert found == ([f"Fargate vCPUs: 0 of 6 used, {needed}"] if needed else [])


def _answer_quotas(monkeypatch: pytest.MonkeyPatch) -> None:
    quota = SimpleNamespace(get_service_quota=lambda **_: {"Quota": {"Value": 6.0}})
    paginator = SimpleNamespace(paginate=lambda **_: [{"clusterArns": []}])
    ecs = SimpleNamespace(get_paginator=lambda _: paginator)
    for name, client in {"quotas": quota, "ecs": ecs, "ec2": None}.items():
        monkeypatch.setattr(clients, name, lambda *_, client=client: client)


def _planned(text: str) -> PlannedStack:
    values = Values(open={"EnvironmentSuffix": "dev-001", "AlertEmail": "on-call@example.com"})
    return plan_stack(parse_template(text), values, region=EAST, account="123456789012")


def _refused(document: Any) -> list[dict[str, str]]:
    return [one for one in document["findings"] if one["verdict"] == "refused"]


def _without_default(tmp_path: Path, parameter: str) -> Path:
    document: dict[str, Any] = json.loads(SMALL.read_text())
    del document["Parameters"][parameter]["Default"]
    return _written(tmp_path, document)


def _with_parameter(tmp_path: Path, name: str, default: str) -> Path:
    document: dict[str, Any] = json.loads(SMALL.read_text())
    document["Parameters"][name] = {"Type": "String", "Default": default}
    return _written(tmp_path, document)


def _with_addresses(tmp_path: Path, count: int) -> Path:
    address = {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}}
    return changed(tmp_path, {f"Address{number}": address for number in range(count)})


def _with_database(tmp_path: Path, version: str) -> Path:
    database = {
        "Type": "AWS::RDS::DBCluster",
        "DeletionPolicy": "Delete",
        "Properties": {
            "DBClusterIdentifier": _CLUSTER,
            "Engine": "aurora-postgresql",
            "EngineVersion": version,
            "MasterUsername": "payment_admin",
            "MasterUserPassword": "correct-horse",
        },
    }
    return changed(tmp_path, {"Database": database})


def _written(tmp_path: Path, document: dict[str, Any]) -> Path:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(document))
    return path
