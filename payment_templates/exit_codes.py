"""Names the exit codes of every command, and says what each means."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the commands."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    REFUSED = 3
    # Of a dry run with --exit-code.
    CHANGES = 4
    # What a shell reports after Ctrl-C.
    INTERRUPTED = 130


# In the help and in docs/commands.md.
MEANINGS = {
    ExitCode.DONE: "success",
    ExitCode.FAILED: "an AWS operation failed; a promise, a requirement or a check is not met; a "
    "file is out of date; drift or leftovers were found; the output was closed or cannot be "
    "written; or you declined",
    ExitCode.WRONG_USE: "usage error; missing, unknown or expired credentials; or an internal "
    "error before anything was started",
    ExitCode.REFUSED: "refused; nothing more was changed",
    ExitCode.CHANGES: "with --exit-code, a dry run found changes",
    ExitCode.INTERRUPTED: "interrupted",
}
