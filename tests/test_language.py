"""The project speaks plain English: no word of the glossary's left column anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from payment_templates import PROFILES, build_template, render

ROOT = Path(__file__).parent.parent
TEXTS = [
    ROOT / "generate.py",
    ROOT / "Makefile",
    ROOT / "pyproject.toml",
    *sorted(ROOT.glob("*.md")),
    *sorted(
        path for path in (ROOT / "docs").rglob("*") if path.is_file() and path.suffix != ".png"
    ),
    *sorted((ROOT / "payment_templates").rglob("*.py")),
    *sorted((ROOT / "payment_templates" / "report" / "page" / "assets").iterdir()),
    *sorted(path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)),
]
# What to write instead: a failure "sends an alert", a task "runs in" a zone, "egress", "fix",
# "subscriber" or "operator", "the embedded AWS", "existing", "running", "delete", "must".
ARCHAIC = re.compile(
    r"""\b(
        mend(s|ed|ing)? | told | tells?\ of | telling
        | in\ the\ way\b(?!\ (that|in)\b) | under\ way | ways?\ out | way\ on
        | stands? | stood | standing
        | (a|the)\ person | nobody | somebody | whoever
        | loopback | surroundings | aftermath | what\ would\ do
        | shall | for\ (ever|good) | begun | hears? | heard | deaf
        | throws?\ away | thrown\ away | takes?\ away | taken\ away | anew
        | lost\ (zone|task|writer|region|NAT\ gateway)s?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Names of modules that say nothing to a reader who searches for what they do.
RIDDLES = {
    *("body", "places", "standing", "marks", "doubts", "signs", "telling", "watching", "reach"),
    *("edge", "aftermath", "answers", "record", "screen", "surroundings", "way_out", "utils"),
    *("helpers", "common", "misc", "looking", "reads", "unmet", "pace"),
}


def _found(text: str) -> list[str]:
    # The words of a name count too: test_subscriber_gets_no_alert.
    return [
        f"{number}: {line.strip()[:120]}"
        for number, line in enumerate(text.splitlines(), start=1)
        if ARCHAIC.search(line) or ARCHAIC.search(line.replace("_", " "))
    ]


# All in one: a test of its own for each of so many files would take longer than reading them.
def test_every_text_is_plain_english() -> None:
    found = {path: _found(path.read_text(encoding="utf-8")) for path in TEXTS}

    assert {str(path.relative_to(ROOT)): lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("profile", PROFILES)
def test_template_is_plain_english(profile: str) -> None:
    assert _found(render(build_template(PROFILES[profile]))) == []


def test_no_module_has_a_riddle_for_a_name() -> None:
    folders = (ROOT / "payment_templates", ROOT / "tests")
    modules = {path.stem.removeprefix("test_") for it in folders for path in it.rglob("*.py")}

    assert modules & RIDDLES == set()


@pytest.mark.parametrize(
    "text",
    [
        "A lost NAT gateway is told to a person",
        "Look for what is in the way, and change nothing",
        "Show what stands under a suffix, and what is under way",
        "an AWS on loopback",
        "def test_alarm_that_nobody_hears() -> None:",
    ],
)
def test_archaic_text_is_found(text: str) -> None:
    assert _found(text)
