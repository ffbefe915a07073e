import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlparse

import pytest

from payment_templates.rehearsal import EmbeddedAws, embedded_aws, ministack, process

START_SECONDS = 1
GONE_SECONDS = 5
# A parent that prints the URL of its embedded AWS, then ends as the test requires.
_PARENT = """
import os, signal, sys, time
from payment_templates.rehearsal import embedded_aws
with embedded_aws() as aws:
    print(aws.endpoint_url, flush=True)
    {ending}
"""
_ENDINGS = {
    "normal exit": "pass",
    "exception": "raise RuntimeError('broken')",
    "sys.exit": "sys.exit(3)",
    "os._exit": "os._exit(3)",
    "Ctrl-C": "os.kill(os.getpid(), signal.SIGINT); time.sleep(60)",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)",
    "kill -9": "os.kill(os.getpid(), signal.SIGKILL)",
    # The copy keeps the pipe open, but is not the parent.
    "kill -9 with a forked copy": (
        "os.fork() == 0 and (os.close(1), os.close(2), time.sleep(8), os._exit(0)); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    ),
}


# The others end the same two ways: the pipe closes, or the process has another parent.
_IN_THE_GATE = {"normal exit", "kill -9", "kill -9 with a forked copy"}


@pytest.mark.parametrize(
    "ending",
    [
        pytest.param(ending, id=name, marks=[] if name in _IN_THE_GATE else pytest.mark.faults)
        for name, ending in _ENDINGS.items()
    ],
)
def test_server_ends_with_its_parent(ending: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT.format(ending=ending)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    url = parent.stdout.readline().strip()
    parent.wait(GONE_SECONDS)
    parent.stdout.close()

    assert url.startswith("http://127.0.0.1:")
    assert _closes(url)


def test_server_is_ready_within_a_second() -> None:
    # The fastest of three, because other processes also use the CPU.
    assert min(_start_seconds() for _ in range(3)) < START_SECONDS


def test_server_listens_only_on_127_0_0_1(aws: EmbeddedAws) -> None:
    port = urlparse(aws.endpoint_url).port
    assert port is not None

    other_address = "127.0.0.2"

    with pytest.raises(OSError, match=r"refused|assign|unreachable|timed out"):
        socket.create_connection((other_address, port), timeout=1)


def test_two_servers_are_isolated(running_aws: EmbeddedAws) -> None:
    one = running_aws
    with embedded_aws() as other:
        one.client("s3", "us-east-1").create_bucket(Bucket="only-in-one")
        one.client("sns", "us-east-1").create_topic(Name="only-in-one")

        assert one.endpoint_url != other.endpoint_url
        assert other.client("s3", "us-east-1").list_buckets()["Buckets"] == []
        assert other.client("sns", "us-east-1").list_topics()["Topics"] == []


def test_server_keeps_running_when_another_ends(running_aws: EmbeddedAws) -> None:
    with embedded_aws():
        pass

    identity = running_aws.client("sts", "us-east-1").get_caller_identity()

    assert identity["Account"] == running_aws.account


def test_temporary_folder_is_deleted_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    with embedded_aws() as aws:
        aws.client("s3", "us-east-1").create_bucket(Bucket="payment")
        during = [*tmp_path.iterdir()]

    assert len(during) == 1
    assert _becomes_empty(tmp_path)


def test_environment_of_the_caller_has_no_effect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SERVICES", "sqs")
    monkeypatch.setenv("AUTH", "true")
    monkeypatch.setenv("PERSIST_STATE", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    with embedded_aws() as aws:
        identity = aws.client("sts", "us-east-1").get_caller_identity()

    assert identity["Account"] == aws.account


def test_failed_start_reports_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(process.StartError, match="did not start"), process.server():
        pass


def test_missing_name_is_reported_with_the_version() -> None:
    with pytest.raises(
        ministack.MissingNameError, match=r"ministack \d[\d.]+ has no ministack\.app\.gone"
    ):
        ministack.look_up("ministack.app", "gone")


def _start_seconds() -> float:
    start = time.monotonic()
    with process.server():
        return time.monotonic() - start


def _closes(url: str) -> bool:
    port = urlparse(url).port
    end = time.monotonic() + GONE_SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port or 0), timeout=1).close()
        except OSError:
            return True
        time.sleep(0.05)
    return False


def _becomes_empty(folder: Path) -> bool:
    end = time.monotonic() + GONE_SECONDS
    while any(folder.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(folder.iterdir())
