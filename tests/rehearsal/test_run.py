"""The rehearse command, run as a user runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stdout
from io import TextIOWrapper
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.commands.rehearse import show_rehearsal
from payment_templates.profiles import PROFILES
from payment_templates.rehearsal import run
from payment_templates.rehearsal.inventory import inventory
from payment_templates.rendering import render
from payment_templates.stack import build_template

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from payment_templates.rehearsal import EmbeddedAws

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "output" / "TapStack.json"
# The rehearsal refuses a template without one.
_ALARM = {
    "Type": "AWS::CloudWatch::Alarm",
    "Properties": {
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "MetricName": "Payments",
        "Namespace": "payment",
        "Period": 60,
        "Statistic": "Sum",
        "Threshold": 1,
    },
}
# The resources that a test breaks: the rehearsal fails before it needs any other.
_BODIES: dict[str, dict[str, str]] = {
    "LoadBalancer": {"Type": "network"},
    "Dashboard": {"DashboardBody": "{}"},
}
# Enough for a busy machine, and less than the remaining time of the tests.
GONE_SECONDS = 4


def rehearse(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "payment_templates", "rehearse", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "CI": "true", **environment},
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def rehearse_here(
    template: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    **settings: str,
) -> tuple[int, str]:
    """Rehearse with the commands in this process: starting one takes longer than running it."""

    @contextmanager
    def forks() -> Generator[Any]:
        yield SimpleNamespace(run=run_module)

    def run_module(
        module: str,
        arguments: list[str],
        *,
        environment: dict[str, str],
        files: Sequence[IO[bytes]] = (),
        output: IO[bytes] | None = None,
    ) -> int:
        assert module == "payment_templates"
        assert all(f"/dev/fd/{file.fileno()}" in arguments for file in files)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            shown = TextIOWrapper(output, write_through=True) if output else sys.stdout
            try:
                with redirect_stdout(shown):
                    main(arguments)
            except SystemExit as end:
                return int(end.code or 0)
            finally:
                if isinstance(shown, TextIOWrapper) and output:
                    shown.detach()
        return 0

    monkeypatch.setattr(run, "forks", forks)
    # The command removes these variables; monkeypatch restores them after the test.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)
    for name, value in {"CI": "true", **settings}.items():
        monkeypatch.setenv(name, value)
    code = 0
    try:
        show_rehearsal(template, keep=False)
    except SystemExit as end:
        code = int(end.code or 0)
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_rehearsal_runs_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _require_every_command(*rehearse_here(TEMPLATE, monkeypatch, capsys))


# The same as above, as a user runs it.
@pytest.mark.faults
def test_rehearsal_runs_every_command_as_a_process_of_its_own() -> None:
    run = rehearse()

    output = run.communicate()[0]

    _require_every_command(run.returncode, output)


def _require_every_command(code: int, output: str) -> None:
    assert code == 0, output
    commands = re.findall(r"^\$ python -m payment_templates (\w+) ", output, flags=re.MULTILINE)
    assert commands == [
        *("preflight", "deploy", "rollout", "verify"),
        *("deploy", "rollout"),
        *("status", "drift", "destroy"),
    ]
    assert re.findall(r"│ (us-\S+) │ (\d+) +│ \d+ +│ (\d+) +│ \d+ +│ (\d+)", output) == [
        ("us-east-1", "70", "0", "0"),
        ("us-west-2", "70", "0", "0"),
    ]
    # The update changes one alarm, and the dashboard that shows it; nothing is replaced.
    assert output.count(": 2 to change\n") == 2
    assert "replaced" not in output
    assert "1 in both regions, was 0" in output
    assert set(_documented_table()) <= set(output.splitlines())


def test_failure_shows_resource_region_and_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = _with_one(tmp_path, "LoadBalancer", Schema="internal")

    code, output = rehearse_here(broken, monkeypatch, capsys)

    assert code == 1
    assert "why: LoadBalancer (ElasticLoadBalancingV2::LoadBalancer) in us-east-1\n" in output
    assert "Unsupported property [Schema]" in output
    assert "Traceback" not in output


def test_invalid_template_is_rejected_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    run = rehearse(broken)
    output = run.communicate()[0]

    assert run.returncode == 2
    assert f"error: {broken}, line 1" in output
    assert "Traceback" not in output


def test_failed_preflight_ends_the_rehearsal_despite_the_users_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = _with_one(tmp_path, "Dashboard", DashboardName="payment")
    nowhere = "http://127.0.0.1:1"
    settings = {"AWS_PROFILE": "nope", "HTTP_PROXY": nowhere, "AWS_ENDPOINT_URL": nowhere}

    code, output = rehearse_here(broken, monkeypatch, capsys, **settings)

    assert code == 3
    assert "credentials of arn:aws:iam::123456789012:root" in output
    assert "CloudWatch::Dashboard payment would be created" in output
    assert "payment_templates deploy" not in output


def test_missing_template_is_a_usage_error() -> None:
    run = rehearse("none.json")

    output = run.communicate()[0]

    assert run.returncode == 2
    assert "cannot read none.json: No such file or directory" in output


@pytest.mark.faults
def test_production_is_rehearsed_to_the_end(tmp_path: Path) -> None:
    template = tmp_path / "production.json"
    template.write_text(render(build_template(PROFILES["production"])))

    run = rehearse(template, STACK_PROFILE="production")
    output = run.communicate()[0]

    assert run.returncode == 0, output
    for region in ("us-east-1", "us-west-2"):
        assert re.search(rf"^retained in {region}: rds \S+-snapshot-", output, re.MULTILINE)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("moment", "ending"),
    [
        pytest.param(
            "$ python -m payment_templates deploy", signal.SIGKILL, id="kill -9 in deploy"
        ),
        pytest.param("$ python -m payment_templates deploy", signal.SIGINT, id="Ctrl-C in deploy"),
        pytest.param("us-west-2  123456789012  CURRENT", signal.SIGKILL, id="kill -9 in tests"),
    ],
)
def test_interrupted_rehearsal_leaves_no_process_or_file(
    moment: str, ending: signal.Signals, tmp_path: Path
) -> None:
    run = rehearse(TMPDIR=str(tmp_path))
    port = _port(run)
    _wait_for(run, moment)

    run.send_signal(ending)
    run.communicate()

    end = time.monotonic() + GONE_SECONDS
    while _listens(port) or _has_members(run.pid) or list(tmp_path.iterdir()):
        assert time.monotonic() < end, (
            f"{_listens(port)} {_has_members(run.pid)} {[*tmp_path.iterdir()]}"
        )
        time.sleep(0.1)


def _wait_for(run: subprocess.Popen[str], moment: str) -> None:
    assert run.stdout is not None
    while moment not in run.stdout.readline():
        pass
    # The operation that starts then is running.
    time.sleep(1)


def _port(run: subprocess.Popen[str]) -> int:
    assert run.stdout is not None
    while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", run.stdout.readline())):
        pass
    return int(found[1])


def _with_one(folder: Path, logical_id: str, **properties: str) -> Path:
    """Write a template of an alarm and one resource of the product, with wrong properties."""
    product: dict[str, Any] = json.loads(TEMPLATE.read_text())
    one: dict[str, Any] = {
        "Type": product["Resources"][logical_id]["Type"],
        "Properties": _BODIES[logical_id] | properties,
    }
    names = ("EnvironmentSuffix", "AlertEmail")
    template = {
        "Parameters": {name: product["Parameters"][name] for name in names},
        "Resources": {logical_id: one, "Alarm": _ALARM},
    }
    path = folder / "broken.json"
    path.write_text(json.dumps(template))
    return path


def _documented_table() -> list[str]:
    return re.findall(
        r"^│ us-.*│$", (ROOT / "docs" / "rehearsing.md").read_text(), flags=re.MULTILINE
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_leftover_resource_is_found(aws: EmbeddedAws) -> None:
    before = inventory(aws, "us-west-2")
    aws.client("logs", "us-west-2").create_log_group(logGroupName="/left/behind")

    left = inventory(aws, "us-west-2") - before

    assert left == {"logs /left/behind"}


def test_installed_package_without_tests_says_where_to_rehearse(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("payment_templates.commands.rehearse.TESTS", tmp_path / "absent")

    with pytest.raises(SystemExit) as end:
        show_rehearsal(tmp_path / "template.json", keep=False)

    assert end.value.code == 2
    assert capsys.readouterr().err.splitlines()[1] == ("hint: run `make rehearse` in a clone")


def test_template_without_the_parameters_of_this_project_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}")

    result = CliRunner().invoke(main, ["rehearse", str(other)])

    assert result.exit_code == 2
    assert result.stderr.startswith(
        f"error: {other} has no parameter AlertEmail and no parameter EnvironmentSuffix\nhint: "
    )


def test_template_without_an_alarm_to_change_is_refused_before_anything_runs(
    tmp_path: Path,
) -> None:
    parameters = {name: {"Type": "String"} for name in run.PARAMETERS}
    topic = {"Type": "AWS::SNS::Topic"}
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"Parameters": parameters, "Resources": {"Topic": topic}}))

    result = CliRunner().invoke(main, ["rehearse", str(other)])

    assert result.exit_code == 2
    assert result.output.startswith(
        f"error: {other} has no alarm with a numeric Threshold in every region: the rehearsal of "
        "an update changes one\nhint: rehearse a template that this project generates"
    )
