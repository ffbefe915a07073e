"""Sets each alarm to ALARM in turn, reads what its actions did, and resets it.

The only proof that the alarm, the policy of the topic, the policy of its key and the subscription
fit together.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.verification.alarm_history import FAILED, SUCCEEDED, data_of
from payment_templates.rollout.verification.alarms import read_alarms
from payment_templates.rollout.verification.expected_states import predicted_alarms
from payment_templates.rollout.verification.finding import Finding, decided, explain, not_asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_cloudwatch.type_defs import AlarmHistoryItemTypeDef

    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.verification.alarms import Alarm
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

CHECK = "alarms"
# StateReason: what operators read in the message.
REASON = "Test by payment-stack verify --alarms: this is not an incident"
_RESET = "Reset after a test by payment-stack verify --alarms"
_ASSUMED = "every action succeeds"
_ALARM = "ALARM"
# The history shows an action seconds after the change of state. A minute without it means that
# CloudWatch executed none.
LIMIT_SECONDS = 60.0
_HISTORY_ENTRIES = 100
_RESET_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True)
class AlarmTest:
    """Tests the alarms of one stack."""

    deployed: DeployedStack
    tell: Callable[[str], None]
    # Says which alarm could not be reset.
    warn: Callable[[str], None]
    make_pace: Callable[[], Pace]
    limit_seconds: float

    def run(self) -> Iterator[Finding]:
        """Test each alarm; raises ClientError for expired credentials, botocore's for the lists."""
        predicted = predicted_alarms(self.deployed)
        for alarm in read_alarms(self.deployed):
            expected = predicted.get(alarm.logical_id)
            if not alarm.actions and expected and expected.read_by:
                read_by = " and ".join(expected.read_by)
                self.tell(f"{alarm.name}: not tested, since {read_by} acts in its place")
            else:
                yield self._test(alarm)

    def _test(self, alarm: Alarm) -> Finding:
        if not alarm.actions_enabled or not alarm.actions:
            return self._finding(alarm, confirmed=False, answer="it notifies no one")
        if alarm.state == _ALARM:
            # A real incident: the reset would hide it.
            return self._unasked(alarm, f"it is really in ALARM: {alarm.reason}")
        try:
            self._wait_while_in_alarm(alarm)
            before = self._history(alarm)
            self.tell(f"{alarm.name}: set to ALARM")
            try:
                self._set(alarm, _ALARM, REASON)
                found = self._wait(alarm, before)
            finally:
                self._reset(alarm)
        except (BotoCoreError, ClientError) as error:
            reason, remediation = explain(error)
            return self._unasked(alarm, reason, remediation)
        return self._judge(alarm, found)

    def _wait_while_in_alarm(self, alarm: Alarm) -> None:
        # A composite alarm follows its children for a moment after their test.
        end, pace = time.monotonic() + self.limit_seconds, self.make_pace()
        while self._state(alarm)[0] == _ALARM and time.monotonic() < end:
            pace.pause(news=False)

    def _wait(
        self, alarm: Alarm, before: Counter[tuple[str, str]]
    ) -> list[AlarmHistoryItemTypeDef]:
        end, pace = time.monotonic() + self.limit_seconds, self.make_pace()
        while True:
            found = self._new(alarm, before)
            if not _unexecuted(alarm, found) or time.monotonic() >= end:
                return found
            pace.pause(news=False)

    def _judge(self, alarm: Alarm, found: list[AlarmHistoryItemTypeDef]) -> Finding:
        if not found:
            return self._finding(
                alarm,
                confirmed=False,
                answer=f"no action in its history after {self.limit_seconds:g} s",
                remediation="look for a suppressor, or for actions that are disabled",
            )
        if failed := [it for it in found if it.get("HistorySummary", "").startswith(FAILED)]:
            return self._finding(
                alarm,
                confirmed=False,
                answer="; ".join(_failure(one) for one in failed),
                remediation="allow cloudwatch.amazonaws.com in the policies of the topic and of "
                "its key",
            )
        if unread := [it for it in found if not _is_read(it)]:
            said = "; ".join(one.get("HistorySummary", "") for one in unread)
            return self._unasked(alarm, f"its history says {said!r}")
        missing = _unexecuted(alarm, found)
        executed = "; ".join(one.get("HistorySummary", "") for one in found)
        return self._finding(
            alarm,
            confirmed=not missing,
            answer=f"no sign of {', '.join(missing)}" if missing else executed,
        )

    def _history(self, alarm: Alarm) -> Counter[tuple[str, str]]:
        return Counter(_key(one) for one in self._actions(alarm))

    def _new(self, alarm: Alarm, before: Counter[tuple[str, str]]) -> list[AlarmHistoryItemTypeDef]:
        # Not by time: the clocks differ, and an alarm may have gone to ALARM moments ago.
        left = before.copy()
        found: list[AlarmHistoryItemTypeDef] = []
        for one in self._actions(alarm):
            if left[_key(one)]:
                left[_key(one)] -= 1
            elif any(action in one.get("HistorySummary", "") for action in alarm.actions):
                found.append(one)
        return found

    def _actions(self, alarm: Alarm) -> list[AlarmHistoryItemTypeDef]:
        client = clients.impatient_cloudwatch(self.deployed.session, self.deployed.region)
        return client.describe_alarm_history(
            AlarmName=alarm.name,
            AlarmTypes=[alarm.kind],
            HistoryItemType="Action",
            MaxRecords=_HISTORY_ENTRIES,
        ).get("AlarmHistoryItems", [])

    def _state(self, alarm: Alarm) -> tuple[str, str]:
        # With retries: what is set here is reset.
        client = clients.cloudwatch(self.deployed.session, self.deployed.region)
        shown = client.describe_alarms(AlarmNames=[alarm.name], AlarmTypes=[alarm.kind])
        found: list[Any] = [*shown.get("MetricAlarms", ()), *shown.get("CompositeAlarms", ())]
        return (found[0]["StateValue"], found[0].get("StateReason", "")) if found else ("", "")

    def _set(self, alarm: Alarm, state: str, reason: str) -> None:
        clients.cloudwatch(self.deployed.session, self.deployed.region).set_alarm_state(
            AlarmName=alarm.name, StateValue=cast("Any", state), StateReason=reason
        )

    def _reset(self, alarm: Alarm) -> None:
        """Set the state from before, unless CloudWatch has evaluated the alarm since.

        "Metric alarms returns to their actual state quickly"; a composite alarm need not:
        https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
        """
        interrupted = False
        for attempt in range(1, _RESET_ATTEMPTS + 1):
            try:
                if self._state(alarm) == (_ALARM, REASON):
                    self._set(alarm, alarm.state, _RESET)
                break
            except KeyboardInterrupt:
                # A second Ctrl-C must not leave a forced state behind.
                interrupted = True
            except (BotoCoreError, ClientError):
                if attempt == _RESET_ATTEMPTS:
                    self._warn_of(alarm)
                    raise
                self.make_pace().pause(news=False)
        else:
            self._warn_of(alarm)
        if interrupted:
            raise KeyboardInterrupt

    def _warn_of(self, alarm: Alarm) -> None:
        self.warn(
            f"{alarm.name} may still be in ALARM: run aws cloudwatch set-alarm-state --alarm-name "
            f"{alarm.name} --state-value {alarm.state} --state-reason reset --region "
            f"{self.deployed.region}"
        )

    def _finding(
        self, alarm: Alarm, *, confirmed: bool, answer: str, remediation: str = ""
    ) -> Finding:
        return decided(
            confirmed=confirmed,
            check=CHECK,
            asked=_asked(alarm),
            assumed=_ASSUMED,
            answer=answer,
            remediation=remediation,
        )

    def _unasked(self, alarm: Alarm, reason: str, remediation: str = "") -> Finding:
        return not_asked(
            check=CHECK,
            asked=_asked(alarm),
            assumed=_ASSUMED,
            reason=reason,
            remediation=remediation,
        )


def _is_read(item: AlarmHistoryItemTypeDef) -> bool:
    return item.get("HistorySummary", "").startswith((SUCCEEDED, FAILED))


def _asked(alarm: Alarm) -> str:
    return f"does {alarm.name} execute its actions?"


def _unexecuted(alarm: Alarm, found: list[AlarmHistoryItemTypeDef]) -> list[str]:
    said = [one.get("HistorySummary", "") for one in found]
    return [action for action in alarm.actions if not any(action in text for text in said)]


def _key(item: AlarmHistoryItemTypeDef) -> tuple[str, str]:
    return str(item.get("Timestamp", "")), item.get("HistorySummary", "")


def _failure(item: AlarmHistoryItemTypeDef) -> str:
    error = data_of(item).get("error")
    return item.get("HistorySummary", "") + (f": {error}" if error else "")
