"""The table of accepted findings: complete entries, about resources that the templates have."""

from __future__ import annotations

from collections import Counter

import pytest

from payment_templates import PROFILES, build_template
from tests.judges.accepted import Accepted, accepted, differences
from tests.judges.judges import JUDGES, Finding

# Fewer words than this do not say why.
_LEAST_WORDS = 6


@pytest.mark.parametrize("entry", accepted(), ids=lambda entry: f"{entry.judge}-{entry.rule}")
def test_accepted_finding_is_of_a_judge_and_has_a_reason(entry: Accepted) -> None:
    assert entry.judge in JUDGES
    assert set(entry.profiles) <= set(PROFILES)
    assert len(entry.reason.split()) >= _LEAST_WORDS
    assert entry.reason.endswith(".")


@pytest.mark.parametrize("profile", PROFILES)
def test_accepted_findings_are_about_resources_of_the_template(profile: str) -> None:
    resources = build_template(PROFILES[profile]).to_dict()["Resources"]
    named = {name for entry in accepted() if profile in entry.profiles for name in entry.resources}
    assert named <= set(resources)


def test_no_finding_is_accepted_twice() -> None:
    found = Counter(
        (profile, finding)
        for entry in accepted()
        for profile in entry.profiles
        for finding in entry.findings()
    )
    assert not [one for one, count in found.items() if count > 1]


def test_new_finding_and_entry_without_finding_are_differences() -> None:
    every = {
        finding
        for entry in accepted()
        if "standard" in entry.profiles
        for finding in entry.findings()
    }
    gone = min(every)
    new = Finding("checkov", "CKV_AWS_0", "Vpc")
    assert differences("standard", every) == ([], [])
    assert differences("standard", every - {gone} | {new}) == ([new], [gone])
