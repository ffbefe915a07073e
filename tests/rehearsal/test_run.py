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


def test_whole_life_of_the_stack_goes_through_the_commands() -> None:
    run = rehearse()

    said = run.communicate()[0]

    assert run.returncode == 0, said
    given = re.findall(r"^\$ python -m payment_templates (\w+) ", said, flags=re.MULTILINE)
    assert given == [
        *("preflight", "deploy", "rollout"),
        *("deploy", "rollout"),
        *("status", "drift", "destroy"),
    ]
    assert re.findall(r"│ (us-\S+) │ (\d+) +│ \d+ +│ (\d+) +│ \d+ +│ (\d+)", said) == [
        ("us-east-1", "70", "0", "0"),
        ("us-west-2", "70", "0", "0"),
    ]
    # The update changes one alarm, and the dashboard that shows it; nothing is replaced.
    assert said.count(": 2 to change\n") == 2
    assert "replaced" not in said
    assert "1 in both regions, 0 before" in said
    assert set(_told_in_the_readme()) <= set(said.splitlines())


def test_failure_names_resource_region_and_reason(tmp_path: Path) -> None:
    broken = _with(tmp_path, "LoadBalancer", Schema="internal")

    run = rehearse(broken)
    said = run.communicate()[0]

    assert run.returncode == 1
    assert "why: LoadBalancer (ElasticLoadBalancingV2::LoadBalancer) in us-east-1\n" in said
    assert "extraneous key [Schema] is not permitted" in said
    assert "Traceback" not in said


def test_what_is_no_template_is_refused_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    run = rehearse(broken)
    said = run.communicate()[0]

    assert run.returncode == 2
    assert f"error: {broken} is not JSON" in said
    assert "Traceback" not in said


def test_refusal_of_preflight_ends_it_whatever_the_persons_own_settings_are(
    tmp_path: Path,
) -> None:
    broken = _with(tmp_path, "Dashboard", DashboardName="payment")
    nowhere = "http://127.0.0.1:1"

    run = rehearse(broken, AWS_PROFILE="nope", HTTP_PROXY=nowhere, AWS_ENDPOINT_URL=nowhere)
    said = run.communicate()[0]

    assert run.returncode == 3
    assert "credentials of arn:aws:iam::123456789012:root" in said
    assert "payment would be created in more than one region" in said
    assert "payment_templates deploy" not in said


def test_missing_template_is_wrong_use() -> None:
    run = rehearse("none.json")

    said = run.communicate()[0]

    assert run.returncode == 2
    assert "'none.json' does not exist" in said


@pytest.mark.faults
@pytest.mark.parametrize(
    ("moment", "blow"),
    [
        pytest.param(
            "$ python -m payment_templates deploy", signal.SIGKILL, id="kill -9 in deploy"
        ),
        pytest.param("$ python -m payment_templates deploy", signal.SIGINT, id="Ctrl-C in deploy"),
        pytest.param("us-west-2  123456789012  CURRENT", signal.SIGKILL, id="kill -9 in tests"),
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
    while moment not in run.stdout.readline():
        pass
    # What begins then is running.
    time.sleep(1)


def _port(run: subprocess.Popen[str]) -> int:
    assert run.stdout is not None
    while not (found := re.search(r"http://127\.0\.0\.1:(\d+)", run.stdout.readline())):
        pass
    return int(found[1])


def _with(folder: Path, logical_id: str, **properties: str) -> Path:
    template: dict[str, Any] = json.loads(TEMPLATE.read_text())
    template["Resources"][logical_id]["Properties"].update(properties)
    path = folder / "broken.json"
    path.write_text(json.dumps(template, separators=(",", ":")))
    return path


def _told_in_the_readme() -> list[str]:
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


def test_what_is_left_is_seen(aws: EmbeddedAws) -> None:
    before = inventory(aws, "us-west-2")
    aws.client("logs", "us-west-2").create_log_group(logGroupName="/left/behind")

    left = inventory(aws, "us-west-2") - before

    assert left == {"logs /left/behind"}
