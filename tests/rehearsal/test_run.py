"""The rehearsal as a person starts it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates.rehearsal.inventory import inventory

if TYPE_CHECKING:
    from payment_templates.rehearsal import EmbeddedAws

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "output" / "TapStack.json"
# Long enough for a busy machine, and less than what the tests would still take.
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


def test_two_rehearsals_side_by_side_pass() -> None:
    runs = [rehearse(), rehearse()]

    said = [run.communicate()[0] for run in runs]

    assert [run.returncode for run in runs] == [0, 0], said
    told = re.findall(r"^│ us-.*│$", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    for text in said:
        assert set(told) <= set(text.splitlines())
        assert re.findall(r"│ (us-\S+) │ (\d+) +│ \d+ +│ (\d+) +│ \d+ +│ (\d+)", text) == [
            ("us-east-1", "72", "0", "0"),
            ("us-west-2", "72", "0", "0"),
        ]


@pytest.mark.parametrize(
    ("logical_id", "name", "value", "reason"),
    [
        pytest.param(
            "LoadBalancer",
            "Schema",
            "internal",
            "extraneous key [Schema] is not permitted",
            id="unknown property",
        ),
    ],
)
def test_failure_names_resource_reason_and_property(
    logical_id: str, name: str, value: str, reason: str, tmp_path: Path
) -> None:
    template: dict[str, Any] = json.loads(TEMPLATE.read_text())
    template["Resources"][logical_id]["Properties"][name] = value
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(template, separators=(",", ":")))

    run = rehearse(broken)
    said = run.communicate()[0]

    assert run.returncode == 1
    assert f"Error: ROLLBACK_COMPLETE: {logical_id} (AWS::" in said
    assert reason in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "refused in us-east-1: ", id="empty"),
        pytest.param(f'{{"Resources": {{}}}}{" " * 51_200}', "51200", id="over 51,200 bytes"),
    ],
)
def test_what_is_no_template_is_refused_in_one_line(text: str, reason: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(text)

    run = rehearse(broken)
    said = run.communicate()[0]

    assert run.returncode == 1
    assert reason in said.splitlines()[-1]


def test_failure_in_the_second_region_names_resource_and_reason(tmp_path: Path) -> None:
    template: dict[str, Any] = json.loads(TEMPLATE.read_text())
    template["Resources"]["Dashboard"]["Properties"]["DashboardName"] = "payment"
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(template, separators=(",", ":")))

    run = rehearse(broken)
    said = run.communicate()[0]

    assert run.returncode == 1
    assert "us-west-2: ResourceLogicalId:Dashboard" in said
    assert "already exists" in said


def test_persons_own_settings_lead_nowhere_else(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    nowhere = "http://127.0.0.1:1"

    run = rehearse(broken, AWS_PROFILE="nope", HTTP_PROXY=nowhere, AWS_ENDPOINT_URL=nowhere)
    said = run.communicate()[0]

    assert "refused in us-east-1: " in said
    assert "Traceback" not in said


def test_missing_template_is_wrong_use() -> None:
    run = rehearse("none.json")

    said = run.communicate()[0]

    assert run.returncode == 2
    assert "'none.json' does not exist" in said


@pytest.mark.parametrize(
    ("moment", "blow"),
    [
        pytest.param("Start an AWS", signal.SIGKILL, id="kill -9 while creating"),
        pytest.param("Roll it out", signal.SIGINT, id="Ctrl-C while testing"),
        pytest.param("Roll it out", signal.SIGKILL, id="kill -9 while testing"),
    ],
)
def test_nothing_outlives_a_rehearsal_that_is_ended(
    moment: str, blow: signal.Signals, tmp_path: Path
) -> None:
    run = rehearse(TMPDIR=str(tmp_path))
    port = _port(run)
    _wait_for(run, moment)

    run.send_signal(blow)
    run.communicate()

    end = time.monotonic() + GONE_SECONDS
    while _listens(port) or _has_members(run.pid) or list(tmp_path.iterdir()):
        assert time.monotonic() < end, (
            f"{_listens(port)} {_has_members(run.pid)} {[*tmp_path.iterdir()]}"
        )
        time.sleep(0.1)


def _wait_for(run: subprocess.Popen[str], moment: str) -> None:
    assert run.stdout is not None
    if moment != "Start an AWS":
        while moment not in run.stdout.readline():
            pass
        # The tests are under way by then.
        time.sleep(1)


def _port(run: subprocess.Popen[str]) -> int:
    assert run.stdout is not None
    found = re.search(r"http://127\.0\.0\.1:(\d+)", run.stdout.readline())
    assert found is not None
    return int(found[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _has_members(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_is_left_is_seen(aws: EmbeddedAws) -> None:
    before = inventory(aws, "us-west-2")
    aws.client("logs", "us-west-2").create_log_group(logGroupName="/left/behind")

    left = inventory(aws, "us-west-2") - before

    assert left == {"logs /left/behind"}
