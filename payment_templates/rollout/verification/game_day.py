"""Runs one experiment of a game day, and measures detection, alert and recovery."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout import clients
from payment_templates.rollout.errors import RolloutError, is_expired, is_refusal, wrong_use
from payment_templates.rollout.verification.alarm_history import read_transitions, time_of
from payment_templates.rollout.verification.expected_states import compare_alarms
from payment_templates.rollout.verification.health import problems_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from mypy_boto3_cloudwatch.type_defs import AlarmHistoryItemTypeDef

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.polling import Pace
    from payment_templates.rollout.verification.alarms import Alarm
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

# The names that the generator gives; those of a stack come from its resources.
EXPERIMENTS = ("nat-loss", "task-loss", "writer-failover", "zone-loss")
_TYPE = "AWS::FIS::ExperimentTemplate"
# https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentState.html
_ENDED = frozenset({"completed", "stopped", "failed", "cancelled"})
_COMPLETED = "completed"
# How long to wait for the recovery after the end of an experiment: ECS replaces tasks in minutes.
RECOVERY_SECONDS = 1200.0
# An experiment without an effect on tasks, targets or the cluster by then has none later.
NO_EFFECT_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """An experiment template of the stack."""

    name: str
    logical_id: str
    template_id: str


@dataclass(kw_only=True)
class Measurement:
    """What happened, in seconds since the experiment started; None if it did not happen."""

    experiment_id: str
    status: str = ""
    reason: str = ""
    detection: float | None = None
    first_alarm: str = ""
    alert: float | None = None
    disturbance: float | None = None
    recovery: float | None = None
    disturbances: list[str] = field(default_factory=list[str])


def require_known_experiment(name: str, template: Template | None) -> None:
    """Raise RolloutError for a name that no experiment has, before AWS is asked for the stack's."""
    known = {*EXPERIMENTS}
    if template is not None:
        known.update(_name_of(one.logical_id) for one in template.of_type(_TYPE))
    if name not in known:
        raise _unknown(name, known, "" if template else ", or pass --template with your own")


def find_experiment(deployed: DeployedStack, name: str) -> Experiment:
    """Return an experiment of the stack by its name; raises RolloutError if it has none."""
    found = {
        (known := _name_of(member.logical_id)): Experiment(
            name=known, logical_id=member.logical_id, template_id=member.physical_id
        )
        for member in deployed.of_type(_TYPE)
    }
    if not found:
        raise RolloutError(
            f"{deployed.state.name} has no experiments; nothing was started",
            ExitCode.REFUSED,
            hint="set game_day = true in an options file, generate the template with it, and "
            "deploy it: see docs/verifying.md",
        )
    if name not in found:
        raise _unknown(name, found)
    return found[name]


def require_healthy(deployed: DeployedStack) -> None:
    """Raise RolloutError for a stack that is unhealthy already: nothing could be measured.

    An alarm without data, where evidence expects some, could not detect anything.
    """
    compared = compare_alarms(deployed)
    alarms = [str(it) for it in compared if not it.as_expected and it.alarm.state != "OK"]
    problems = [*problems_of(deployed), *alarms]
    if problems:
        raise RolloutError(
            f"{deployed.state.name} is not healthy: {'; '.join(problems)}; nothing was started",
            ExitCode.REFUSED,
            hint="run verify without options, and start the experiment once all is well",
        )


@dataclass(frozen=True, kw_only=True)
class GameDay:
    """Runs an experiment of one stack."""

    deployed: DeployedStack
    experiment: Experiment
    alarms: Sequence[Alarm]
    tell: Callable[[str], None]
    # Says how it was ended early.
    warn: Callable[[str], None]
    pace: Pace
    recovery_seconds: float
    no_effect_seconds: float

    def run(self) -> Measurement:
        """Start the experiment and follow it; whatever ends this early stops the experiment.

        Raises botocore's errors, also of the calls that start and stop it.
        """
        started = self._start()
        measurement = Measurement(experiment_id=started["id"])
        try:
            self.tell(f"{self.experiment.name}: started {started['id']}")
            self._follow(measurement, started.get("startTime") or datetime.now(UTC))
        except BaseException:
            self._stop(measurement)
            raise
        return measurement

    def _start(self) -> dict[str, Any]:
        try:
            started: dict[str, Any] = self._fis().start_experiment(
                clientToken=str(uuid4()), experimentTemplateId=self.experiment.template_id
            )["experiment"]
        except BaseException as error:
            if not (isinstance(error, ClientError) and is_refusal(error)):
                # FIS may have executed a call whose response is lost, or that is interrupted.
                self.warn(
                    f"{self.experiment.name} may run: look with aws fis list-experiments "
                    f"--experiment-template-id {self.experiment.template_id} --region "
                    f"{self.deployed.region}, and end it with aws fis stop-experiment --id"
                )
            raise
        return started

    def _follow(self, measurement: Measurement, start: datetime) -> None:
        began, ended = time.monotonic(), 0.0
        while True:
            news = self._read_state(measurement)
            seconds = time.monotonic() - began
            self._read_health(measurement, seconds)
            self._read_history(measurement, start)
            if measurement.status in _ENDED:
                ended = ended or seconds
                limit = (
                    self.recovery_seconds
                    if measurement.disturbance is not None
                    else self.no_effect_seconds
                )
                if self._is_over(measurement) or seconds - ended >= limit:
                    return
            self.pace.pause(news=news)

    def _is_over(self, measurement: Measurement) -> bool:
        # The first alarm may come after the recovery.
        return measurement.recovery is not None and measurement.alert is not None

    def _read_state(self, measurement: Measurement) -> bool:
        shown = self._fis().get_experiment(id=measurement.experiment_id)["experiment"]
        before = measurement.status
        measurement.status = shown["state"]["status"]
        measurement.reason = shown["state"].get("reason", "")
        if measurement.status == before:
            return False
        self.tell(f"{self.experiment.name}: {measurement.status}: {measurement.reason}")
        return True

    def _read_health(self, measurement: Measurement, seconds: float) -> None:
        try:
            problems = problems_of(self.deployed)
        except (BotoCoreError, ClientError) as error:
            self._tell_unread(error)
            return
        if problems and measurement.disturbance is None:
            measurement.disturbance = seconds
        if problems:
            # Disturbed again: not recovered yet.
            measurement.recovery = None
            text = ", ".join(problems)
            if text not in measurement.disturbances[-1:]:
                measurement.disturbances.append(text)
                self.tell(f"{seconds:.0f} s: {text}")
        elif measurement.disturbance is not None and measurement.recovery is None:
            measurement.recovery = seconds
            self.tell(f"{seconds:.0f} s: recovered")

    def _read_history(self, measurement: Measurement, start: datetime) -> None:
        if measurement.detection is not None and measurement.alert is not None:
            return
        try:
            found = [
                transition
                for alarm in self.alarms
                for transition in read_transitions(self.deployed, alarm, start)
            ]
        except (BotoCoreError, ClientError) as error:
            self._tell_unread(error)
            return
        changes = [change for change, _ in found]
        actions = [action for _, action in found if action is not None]
        if changes and measurement.detection is None:
            first = min(changes, key=time_of)
            measurement.detection = _seconds(first, start)
            measurement.first_alarm = first.get("AlarmName", "")
            self.tell(f"{measurement.detection:.0f} s: {measurement.first_alarm} is in ALARM")
        if actions and measurement.alert is None:
            first = min(actions, key=time_of)
            measurement.alert = _seconds(first, start)
            self.tell(f"{measurement.alert:.0f} s: {first.get('AlarmName')} notified")

    def _stop(self, measurement: Measurement) -> None:
        try:
            self._fis().stop_experiment(id=measurement.experiment_id)
        except (BotoCoreError, ClientError, KeyboardInterrupt) as error:
            reason = str(error) or "interrupted"
            self.warn(
                f"{measurement.experiment_id} may still run ({reason}): run aws fis "
                f"stop-experiment --id {measurement.experiment_id} --region {self.deployed.region}"
            )
            if isinstance(error, KeyboardInterrupt):
                raise
        else:
            self.warn(f"{measurement.experiment_id}: stopped")

    def _tell_unread(self, error: BotoCoreError | ClientError) -> None:
        if isinstance(error, ClientError) and is_expired(error):
            raise error
        self.tell(f"could not read the state, trying again: {error}")

    def _fis(self) -> Any:  # noqa: ANN401 - the stubs of FIS are not installed.
        return clients.impatient(self.deployed.session, "fis", self.deployed.region)


def require_completed(measurement: Measurement) -> None:
    """Raise RolloutError for an experiment that FIS ended early, such as by its stop condition."""
    if measurement.status == _COMPLETED:
        return
    raise RolloutError(
        f"{measurement.experiment_id} is {measurement.status}: {measurement.reason}",
        hint="if its stop condition ended it, ResponseTimeAlarm fired: look at it; FIS has ended "
        "the experiment's actions",
    )


def _seconds(item: AlarmHistoryItemTypeDef, start: datetime) -> float:
    return max(0.0, (time_of(item) - start).total_seconds())


def _name_of(logical_id: str) -> str:
    words = re.findall("[A-Z][a-z0-9]*", logical_id.removesuffix("Experiment"))
    return "-".join(words).lower()


def _unknown(name: str, known: Collection[str], more: str = "") -> RolloutError:
    return wrong_use(
        f"unknown experiment {name!r}; nothing was started",
        f"use one of: {', '.join(sorted(known))}{more}",
    )
