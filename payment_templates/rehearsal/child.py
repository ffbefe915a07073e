"""A module run as a program of its own, which ends when this process does, however that ends."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

# The end of the pipe is the end of the parent. The module gets a standard input of its own, so the
# pipe is kept beside it.
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
    folder: Path | None = None,
    files: Sequence[IO[bytes]] = (),
    output: int | None = None,
) -> Generator[subprocess.Popen[str], None, None]:
    """Run a module for as long as the block lasts; `output` of None is this process's own.

    `folder` of None is this process's own too. The module may open `files` under /dev/fd.
    """
    child = subprocess.Popen(  # noqa: S603 - this Python, and modules of this project or its lock file
        [sys.executable, "-c", _PROGRAM, module, *arguments],
        cwd=folder,
        env=environment,
        pass_fds=[file.fileno() for file in files],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        text=True,
    )
    # Leaving closes its pipes and waits for its end.
    with child:
        try:
            yield child
        finally:
            child.kill()
