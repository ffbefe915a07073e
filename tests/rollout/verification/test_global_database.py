"""verify: alarms of a region that writes and of one that copies, and events of production."""

# ruff: noqa: ANN401 - AWS's answers and the command's documents are JSON of any shape.

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.rendering import render
from payment_templates.rollout.verification.finding import Verdict
from tests.rollout.running import EAST, SUFFIX, Commands
from tests.rollout.verification.conftest import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from payment_templates.rehearsal import EmbeddedAws

_ACCOUNTS = count(330000000000)
# With an ID whose last part looks like an account.
_ID = "12345678-1234-4123-8123-123456789012"
_CERTIFICATE = f"arn:aws:acm:{EAST}:330000000000:certificate/{_ID}"
_WRITER = f"payment-database-failover-{SUFFIX}"
_BACKUPS = f"payment-backup-missing-{SUFFIX}"
_LAGS = (f"payment-replication-lag-{SUFFIX}", f"payment-replication-lag-of-source-{SUFFIX}")


@pytest.fixture(scope="module")
def production(
    running_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Commands]:
    """The stack of the production profile."""
    account = replace(running_aws, account=str(next(_ACCOUNTS)))
    template = tmp_path_factory.mktemp("templates") / "production.json"
    template.write_text(render(build_template(PROFILES["production"])))
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in account.environment.items():
            monkeypatch.setenv(name, value)
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "DB_MASTER_PASSWORD"):
            monkeypatch.delenv(name, raising=False)
        commands = Commands(aws=account)
        given = (
            *("--parameter", "AlertEmail=on-call@example.com"),
            *("--parameter", f"CertificateArn={_CERTIFICATE}"),
        )
        deployed = commands.deploy(*given, "--region", EAST, template=template)
        assert deployed.exit_code == 0, deployed.output
        yield commands


@pytest.mark.parametrize(("writes", "silent"), [(True, _LAGS), (False, (_WRITER,))])
@pytest.mark.usefixtures("only_running_state")
def test_alarms_without_data_are_right_where_there_is_none(
    production: Commands, aws_answers: Callable[..., list[str]], *, writes: bool, silent: tuple[str]
) -> None:
    _set_states(production, silent)
    aws_answers({} if writes else {"DescribeDBClusters": _without_writer(production)})

    found = _states(production)

    assert (found["verdict"], found["answer"]) == (Verdict.CONFIRMED, "11 alarms are so")


@pytest.mark.parametrize(("writes", "silent"), [(False, _LAGS), (True, (_WRITER,))])
@pytest.mark.usefixtures("only_running_state")
def test_alarms_without_data_contradict_in_the_other_region(
    production: Commands, aws_answers: Callable[..., list[str]], *, writes: bool, silent: tuple[str]
) -> None:
    _set_states(production, silent)
    aws_answers({} if writes else {"DescribeDBClusters": _without_writer(production)})

    found = _states(production)

    assert found["verdict"] == Verdict.CONTRADICTED
    assert all(f"{name} is in INSUFFICIENT_DATA" in found["answer"] for name in silent)


# CloudWatch does not evaluate it before a backup is due.
@pytest.mark.parametrize(
    ("warming_up", "verdict"), [(True, Verdict.CONFIRMED), (False, Verdict.CONTRADICTED)]
)
@pytest.mark.usefixtures("only_running_state")
def test_new_alarm_without_data_is_right_while_it_warms_up(
    production: Commands,
    aws_answers: Callable[..., list[str]],
    *,
    warming_up: bool,
    verdict: Verdict,
) -> None:
    _set_states(production, (*_LAGS, _BACKUPS))
    shown = production.aws.client("cloudwatch", EAST).describe_alarms(
        AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    more = {"EvaluationState": "IN_WARM_UP"} if warming_up else {}
    alarms = [it | (more if it["AlarmName"] == _BACKUPS else {}) for it in shown["MetricAlarms"]]
    aws_answers({"DescribeAlarms": {**shown, "MetricAlarms": alarms}})

    assert _states(production)["verdict"] == verdict


@pytest.mark.usefixtures("only_running_state")
def test_unknown_role_of_the_region_leaves_the_alarms_open(
    production: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    _set_states(production, _LAGS)
    aws_answers({"DescribeDBClusters": refusal("DescribeDBClusters", "AccessDenied")})

    found = _states(production)

    assert (found["verdict"], found["answer"]) == (
        Verdict.NOT_ASKED,
        "AWS denies DescribeDBClusters",
    )


@pytest.mark.usefixtures("only_event_patterns")
def test_rules_match_the_events_of_backups_and_certificates(
    production: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    asked: list[tuple[str, Any]] = []

    def remember(arguments: dict[str, Any]) -> None:
        asked.append((arguments["EventPattern"], json.loads(arguments["Event"])))

    aws_answers({"TestEventPattern": remember})
    document = production.document("verify", "--region", EAST)

    found = [one for one in document["findings"] if one["check"] == "event patterns"]
    assert {one["verdict"] for one in found} == {Verdict.CONFIRMED}
    own = [
        (one["asked"].partition(" match ")[0].removesuffix(f"-{SUFFIX}"), one["asked"])
        for one in found
        if one["assumed"] == "matches" and ("Job" in one["asked"] or "ACM" in one["asked"])
    ]
    assert [rule for rule, _ in own] == [
        *["does payment-backup-failed"] * 3,
        *["does payment-certificate"] * 3,
    ]
    assert "failed copy to us-west-2 of DatabaseCluster" in own[2][1]
    events = [event for _, event in asked]
    # EventBridge compares numbers only with numbers, and refuses an event without resources.
    assert {1, 7} == {
        event["detail"]["DaysToExpiry"]
        for event in events
        if event["detail-type"] == "ACM Certificate Approaching Expiration"
    }
    assert all(isinstance(event["resources"], list) for event in events)
    assert [_CERTIFICATE] in [event["resources"] for event in events]


@pytest.mark.usefixtures("only_event_patterns")
def test_rule_that_misses_the_end_of_the_certificate_contradicts(
    production: Commands, aws_answers: Callable[..., list[str]]
) -> None:
    def shown(arguments: dict[str, Any]) -> Any:
        if arguments["Name"] != f"payment-certificate-{SUFFIX}":
            return None
        late = {"DaysToExpiry": [{"numeric": ["<", 7]}]}
        pattern = {"source": ["aws.acm"], "resources": [_CERTIFICATE], "detail": late}
        return {"State": "ENABLED", "EventPattern": json.dumps(pattern)}

    aws_answers({"DescribeRule": shown})
    document = production.document("verify", "--region", EAST)

    wrong = [one for one in document["findings"] if one["check"] == "event patterns"]
    assert [
        one["asked"].partition(" match ")[2] for one in wrong if one["verdict"] != "confirmed"
    ] == [
        "ACM Certificate Approaching Expiration, 7 d left, the certificate of HttpsListener?",
        "ACM Certificate Expired, the certificate of HttpsListener?",
    ]


def _set_states(commands: Commands, silent: tuple[str, ...]) -> None:
    client = commands.aws.client("cloudwatch", EAST)
    shown = client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    # The children first: a composite alarm follows them.
    for one in (*shown["MetricAlarms"], *shown["CompositeAlarms"]):
        state = "INSUFFICIENT_DATA" if one["AlarmName"] in silent else "OK"
        client.set_alarm_state(AlarmName=one["AlarmName"], StateValue=state, StateReason="test")


def _without_writer(commands: Commands) -> dict[str, Any]:
    """Show the clusters as RDS shows those of the region that copies."""
    (cluster,) = commands.aws.client("rds", EAST).describe_db_clusters()["DBClusters"]
    members = [one | {"IsClusterWriter": False} for one in cluster["DBClusterMembers"]]
    return {"DBClusters": [cluster | {"DBClusterMembers": members}]}


def _states(commands: Commands) -> Any:
    document = commands.document("verify", "--region", EAST)
    (found,) = [
        one for one in document["findings"] if one["asked"] == "which states are the alarms in?"
    ]
    return found
