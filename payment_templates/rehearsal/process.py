"""Starts the embedded AWS in a child process that never outlives this process."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from payment_templates.rehearsal.server import HOST

# The child exits within its half-second poll; a busy machine may need longer.
LEAVE_SECONDS = 2
_KEPT_VARIABLES = (
    *("HOME", "LANG", "LOG_LEVEL", "PATH", "PYTHONPATH", "TMPDIR"),
    # See corrections.resource_delay.
    "REHEARSAL_RESOURCE_SECONDS",
)
_PACKAGE = Path(__file__).parents[1]
# Runs in the child with the package's folder as its argument, so that it works from any directory
# and skips the package's __init__, which takes a second to load the template.
_PROGRAM = """
import sys, types
package = types.ModuleType("payment_templates")
package.__path__ = [sys.argv[1]]
sys.modules["payment_templates"] = package
from payment_templates.rehearsal.server import main
main()
"""


class StartError(RuntimeError):
    """The embedded AWS ended before it was ready."""


@contextmanager
def server() -> Generator[str, None, None]:
    """Start the embedded AWS and yield its URL; it ends with the block or with this process."""
    with TemporaryFile() as log, _child(log) as child:
        try:
            yield f"http://{HOST}:{_port(child, log)}"
        finally:
            _end(child)


def _child(log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - this Python and this package
        [sys.executable, "-c", _PROGRAM, str(_PACKAGE)],
        # The child exits when this pipe closes. Only this process holds the other end, so that
        # even kill -9 closes it.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=_environment(),
        # Ctrl-C must reach only this process: the child still serves the cleanup.
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    # No settings of another emulator and no credentials: ministack reads many variables.
    return {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}


def _port(child: subprocess.Popen[bytes], log: IO[bytes]) -> int:
    line = child.stdout.readline() if child.stdout else b""
    if not line:
        log.seek(0)
        reason = log.read().decode(errors="replace").strip().splitlines()
        said = f": {reason[-1]}" if reason else ", and printed nothing"
        raise StartError(f"the embedded AWS did not start{said}")
    return int(line)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.stdin:
        child.stdin.close()
    try:
        child.wait(LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
