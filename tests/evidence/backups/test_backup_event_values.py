"""Which values of the events of AWS Backup a rule can rely on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.backups.test_backups import finding
from tests.evidence.changes import Json, put

if TYPE_CHECKING:
    from tests.evidence.changes import Change

_CLAIM = "failed-backups-detected"
_STATES = ["ABORTED", "EXPIRED", "FAILED"]


def _matching(**detail: object) -> Change:
    """Match failures by these fields alone."""
    pattern = {"state": _STATES, **detail}
    return put("BackupFailedRule.Properties.EventPattern.detail", pattern)


# They differ from job to job.
@pytest.mark.parametrize(
    "detail",
    [
        {"statusMessage": ["The job did not complete."]},
        {"statusMessage": [{"prefix": "The job"}]},
        {"statusMessage": [{"anything-but": {"prefix": "Access denied"}}]},
        {"percentDone": ["0"]},
        {"creationDate": [{"prefix": "2026-"}]},
        {"$or": [{"backupJobId": [{"prefix": "3"}]}, {"copyJobId": [{"prefix": "4"}]}]},
    ],
)
def test_rule_for_values_that_differ_from_job_to_job_is_a_condition(detail: Json) -> None:
    after = finding(_CLAIM, _matching(**detail))

    assert after.verdict is not Verdict.KEPT
    assert not any(line.startswith("failed backup") for line in after.evidence)


@pytest.mark.parametrize(
    ("detail", "why"),
    [
        (
            {"statusMessage": [{"prefix": "The job"}]},
            "the event of a failed backup has the values that BackupFailedRule expects",
        ),
        (
            {"creationDate": [{"prefix": "1999"}]},
            "the event of a failed copy to us-west-2 has the values that BackupFailedRule expects",
        ),
    ],
)
def test_rule_for_values_that_may_come_says_so(detail: Json, why: str) -> None:
    after = finding(_CLAIM, _matching(**detail))

    assert after.verdict is Verdict.CONDITIONAL
    assert why in after.why


@pytest.mark.parametrize("wanted", [{"exists": True}, {"wildcard": "*"}, {"prefix": ""}])
def test_rule_for_any_value_keeps_the_promise(wanted: Json) -> None:
    after = finding(_CLAIM, _matching(statusMessage=[wanted], creationDate=[wanted]))

    assert after.verdict is Verdict.KEPT


def test_rule_for_jobs_without_a_message_breaks_the_promise() -> None:
    after = finding(_CLAIM, _matching(statusMessage=[{"exists": False}]))

    assert after.verdict is Verdict.BROKEN
