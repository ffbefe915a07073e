"""Finds the system's Chromium, and how to start it: python -m tests.report.browser installs it."""

from __future__ import annotations

import os
import subprocess
from shutil import which

# Without a sandbox, since tests may run as root; without Chromium's own requests.
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Half of what the whole gate may take.
_MOST_SECONDS = 150


def chromium() -> str | None:
    """Return the path of the system's Chromium; None if there is none."""
    return next(filter(None, map(which, _NAMES)), None)


def install() -> str:
    """Install Debian's Chromium if there is none, and say what was done."""
    if found := chromium():
        return f"Chromium: {found}"
    if which("apt-get") is None or os.geteuid() != 0:
        return "no Chromium, and only root on a Debian system can install it: its tests are skipped"
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(
                ["apt-get", "-qq", *arguments],
                env=quiet,
                check=True,
                capture_output=True,
                timeout=_MOST_SECONDS,
            )
    except (subprocess.SubprocessError, OSError) as error:
        return f"apt-get cannot install Chromium ({error}): its tests are skipped"
    return f"installed {chromium()}"


CHROMIUM = chromium()

if __name__ == "__main__":
    print(install())  # noqa: T201 - the output of a script.
