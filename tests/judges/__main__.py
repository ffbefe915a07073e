"""Asks the judges about each profile: python -m tests.judges (make judges).

Exits with 1 for a finding that accepted.toml does not accept, and for an entry that is not needed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from payment_templates import PROFILES, build_template, render
from tests.judges.accepted import differences
from tests.judges.judges import JudgeError, findings, install


def main() -> int:
    """Print the differences of each profile; returns 0 without any."""
    print("Installing the judges where they are missing", file=sys.stderr)  # noqa: T201 - the output of a script.
    try:
        install()
        return max([_judge(profile) for profile in PROFILES])
    except JudgeError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the output of a script.
        return 2


def _judge(profile: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / f"{profile}.json"
        template.write_text(render(build_template(PROFILES[profile])), "utf-8")
        found = findings(template)
    new, stale = differences(profile, found)
    print(f"{profile}: {len(found)} findings, {len(found) - len(new)} accepted")  # noqa: T201 - the output of a script.
    for one in new:
        print(f"  not accepted: {one.judge} {one.rule} {one.resource}")  # noqa: T201 - the output of a script.
    for one in stale:
        print(f"  no longer found: {one.judge} {one.rule} {one.resource}")  # noqa: T201 - the output of a script.
    return 1 if new or stale else 0


if __name__ == "__main__":
    sys.exit(main())
