"""Subscriptions and rules that leave nothing out, and those that the template does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import changed, cut, put
from tests.evidence.templates import real_document, verdict_of

if TYPE_CHECKING:
    from tests.evidence.changes import Change

_INSTANCES = "DatabaseInstanceEvents.Properties"
_PATTERN = "ServiceFailureRule.Properties.EventPattern"
_MAIL = "AlertEmailSubscription.Properties"
_BODY = put(f"{_MAIL}.FilterPolicyScope", "MessageBody")


@pytest.mark.parametrize(
    ("claim_id", "changes"),
    [
        ("reader-loss-detected", [cut(f"{_INSTANCES}.SourceIds")]),
        ("reader-loss-detected", [cut(f"{_INSTANCES}.EventCategories")]),
        (
            "reader-loss-detected",
            [
                cut(f"{_INSTANCES}.{name}")
                for name in ("SourceIds", "SourceType", "EventCategories")
            ],
        ),
        ("deployment-failure-detected", [cut(f"{_PATTERN}.detail")]),
        ("deployment-failure-detected", [cut(f"{_PATTERN}.detail-type")]),
        ("deployment-failure-detected", [put(f"{_PATTERN}.source", [{"prefix": "aws.e"}])]),
        (
            "deployment-failure-detected",
            [put(f"{_PATTERN}.detail.eventName", [{"wildcard": "SERVICE_*_FAIL*"}])],
        ),
        *(
            (claim_id, [put(f"{_PATTERN}.detail-type", wanted)])
            for claim_id in ("deployment-failure-detected", "events-reach-subscribers")
            for wanted in (
                [{"suffix": " Action"}, {"suffix": " State Change"}],
                [{"anything-but": ["Another Event", "A Third One"]}],
            )
        ),
        (
            "alerts-reach-subscribers",
            [_BODY, put(f"{_MAIL}.FilterPolicy", {"NewStateValue": ["ALARM"]})],
        ),
        (
            "alerts-reach-subscribers",
            [put(f"{_MAIL}.FilterPolicy", {"muted": [{"exists": False}]})],
        ),
        ("logs-expire", [put("ApplicationLogGroup.Properties.RetentionInDays", 365)]),
    ],
)
def test_other_ways_to_report_everything(claim_id: str, changes: list[Change]) -> None:
    verdict = verdict_of(claim_id, changed(real_document(), *changes))

    assert verdict is verdict_of(claim_id, real_document())


@pytest.mark.parametrize(
    ("claim_id", "changes"),
    [
        (
            "events-reach-subscribers",
            [_BODY, put(f"{_MAIL}.FilterPolicy", {"what": ["A task stopped"]})],
        ),
        (
            "alerts-reach-subscribers",
            [_BODY, put(f"{_MAIL}.FilterPolicy", {"NewStateReason": [{"prefix": "Threshold"}]})],
        ),
        (
            "reader-loss-detected",
            [put(f"{_INSTANCES}.SourceIds", [{"Fn::ImportValue": "instance"}])],
        ),
    ],
)
def test_what_is_not_shown_is_unknown(claim_id: str, changes: list[Change]) -> None:
    assert verdict_of(claim_id, changed(real_document(), *changes)) is Verdict.UNKNOWN
