"""Runs a module in a new process that never outlives this process."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

# When the parent ends, the pipe closes and the child exits. The pipe is duplicated, because the
# module may use its standard input.
_PROGRAM = """
import os, runpy, sys, threading
pipe = os.dup(0)
threading.Thread(target=lambda: os.read(pipe, 1) or os._exit(1), daemon=True).start()
del sys.argv[0]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


@contextmanager
def running(
    module: str,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    files: Sequence[IO[bytes]],
) -> Generator[subprocess.Popen[str], None, None]:
    """Run a module in a folder until the block ends; its output is in a pipe.

    The module may open `files` under /dev/fd.
    """
    child = subprocess.Popen(  # noqa: S603 - this Python, and modules of this project or its lock file
        [sys.executable, "-c", _PROGRAM, module, *arguments],
        cwd=folder,
        env=environment,
        pass_fds=[file.fileno() for file in files],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # On exit, closes its pipes and waits for it.
    with child:
        try:
            yield child
        finally:
            child.kill()
