"""Deploys the stack of the specification once, for the tests that only read it."""

# ruff: noqa: ANN401 - AWS's answers are JSON of any shape.

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.corrections.mail_confirmation import confirmation_token
from payment_templates.rollout import verification
from payment_templates.rollout.verification import forced_alarms, topic_deliveries
from tests.rollout.running import EAST, SUFFIX, Commands

TEMPLATE = Path("output/TapStack.json")
ADDRESS = "on-call@example.com"
_ACCOUNTS = count(310000000000)
_CHECKS = frozenset(
    {"check_running_state", "check_event_patterns", "check_roles"}
    | {"check_policies", "check_database", "check_stack_quota"}
)

Answer = BaseException | Mapping[str, Any] | Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def verified(running_aws: EmbeddedAws) -> Iterator[Commands]:
    """The deployed stack in the state that every promise starts from."""
    account = replace(running_aws, account=str(next(_ACCOUNTS)))
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in account.environment.items():
            monkeypatch.setenv(name, value)
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "DB_MASTER_PASSWORD"):
            monkeypatch.delenv(name, raising=False)
        # Nothing is published here that would take minutes to arrive.
        monkeypatch.setattr(forced_alarms, "LIMIT_SECONDS", 0.3)
        monkeypatch.setattr(topic_deliveries, "LIMIT_SECONDS", 0.3)
        commands = Commands(aws=account)
        given = ("--parameter", f"AlertEmail={ADDRESS}", "--region", EAST)
        deployed = commands.deploy(*given, template=TEMPLATE)
        assert deployed.exit_code == 0, deployed.output
        _confirm(account)
        _quieten(account)
        yield commands


def _only(check: str) -> Any:
    """Return a fixture that asks the questions of one check: all of them take most of a test."""

    @pytest.fixture
    def limit(monkeypatch: pytest.MonkeyPatch) -> None:
        for other in _CHECKS - {check}:
            monkeypatch.setattr(verification, other, _ask_nothing)

    return limit


def _ask_nothing(_deployed: object) -> Iterator[Any]:
    return iter(())


only_running_state = _only("check_running_state")
only_event_patterns = _only("check_event_patterns")
only_roles = _only("check_roles")
only_policies = _only("check_policies")
only_database = _only("check_database")


@pytest.fixture
def aws_answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, Answer]], list[str]]:
    """Answer some operations in the place of AWS; returns the names of all calls."""

    def install(answers: Mapping[str, Answer]) -> list[str]:
        made: list[str] = []
        # The stub omits it, and there is no public hook for every call.
        untyped: Any = BaseClient
        call = untyped._make_api_call  # noqa: SLF001 - see above.

        def answered(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
            made.append(operation)
            answer = answers.get(operation)
            if isinstance(answer, BaseException):
                raise answer
            if callable(answer):
                found = answer(arguments)
                return call(client, operation, arguments) if found is None else found
            return call(client, operation, arguments) if answer is None else answer

        monkeypatch.setattr(BaseClient, "_make_api_call", answered)
        return made

    return install


def refusal(operation: str, code: str, message: str = "") -> ClientError:
    """Return the error of a call that AWS refuses."""
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def alarm_names(aws: EmbeddedAws) -> list[str]:
    """Name the alarms of the stack."""
    shown = aws.client("cloudwatch", EAST).describe_alarms(AlarmNamePrefix="payment-")
    return [one["AlarmName"] for one in shown["MetricAlarms"]]


def states(aws: EmbeddedAws) -> set[str]:
    """Return the states of all alarms."""
    shown = aws.client("cloudwatch", EAST).describe_alarms(
        AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    return {
        one["StateValue"] for kind in ("MetricAlarms", "CompositeAlarms") for one in shown[kind]
    }


def without_actions(
    commands: Commands, answers: Callable[[Mapping[str, Answer]], list[str]], name: str
) -> None:
    """Show one of the alarms as if its template gave it no actions."""
    client = commands.aws.client("cloudwatch", EAST)

    every: list[Any] = client.describe_alarms(AlarmNamePrefix="payment-")["MetricAlarms"]
    changed = [one | ({"AlarmActions": []} if one["AlarmName"] == name else {}) for one in every]

    def shown(arguments: dict[str, Any]) -> Any:
        # The other questions are about the state of a single alarm.
        return {"MetricAlarms": changed} if name in arguments["AlarmNames"] else None

    answers({"DescribeAlarms": shown})


def template_with_reader(folder: Path, child: str) -> Path:
    """Write the template with one alarm without actions, and a composite alarm that reads it."""
    template = json.loads(TEMPLATE.read_text())
    resources = template["Resources"]
    for field in ("AlarmActions", "OKActions"):
        resources[child]["Properties"].pop(field)
    resources["Reader"] = {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "Properties": {
            "AlarmName": "reader",
            "AlarmRule": {"Fn::Sub": f"ALARM(${{{child}}})"},
            "AlarmActions": [{"Ref": "AlertTopic"}],
        },
    }
    path = folder / "with-reader.json"
    path.write_text(json.dumps(template))
    return path


def _confirm(aws: EmbeddedAws) -> None:
    topic = f"arn:aws:sns:{EAST}:{aws.account}:payment-alerts-{SUFFIX}"
    token = confirmation_token(topic, ADDRESS)
    aws.client("sns", EAST).confirm_subscription(TopicArn=topic, Token=token)


def _quieten(aws: EmbeddedAws) -> None:
    # No metric of the stack has data here.
    for name in alarm_names(aws):
        aws.client("cloudwatch", EAST).set_alarm_state(
            AlarmName=name, StateValue="OK", StateReason="data"
        )
