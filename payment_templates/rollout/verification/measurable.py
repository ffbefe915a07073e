"""Lists the assumptions of evidence that verify can confirm, each with the command that does."""

from __future__ import annotations

from dataclasses import dataclass

from payment_templates.facts.timings import (
    ALARM_EVALUATION_SECONDS,
    ASSUMED_METRIC_DELIVERY_SECONDS,
    FAST_ALARM_EVALUATION_SECONDS,
    METRIC_SECONDS,
    PERIODS_UNTIL_MISSING,
    TYPICAL_PROMOTION,
)

_QUESTIONS = ""
_ALARMS = "--alarms"


@dataclass(frozen=True, kw_only=True)
class Measurable:
    """An assumption and its value."""

    assumption: str
    value: str
    # Besides --suffix and --region.
    options: str

    @property
    def command(self) -> str:
        """The command that measures it."""
        return f"verify {self.options}".rstrip()


def measurable_assumptions() -> tuple[Measurable, ...]:
    """Return every assumption that can be measured on a deployed stack."""
    return (
        Measurable(
            assumption="Which events each rule reports",
            value="as the pattern says",
            options=_QUESTIONS,
        ),
        Measurable(
            assumption="What the roles may do",
            value="what their policies say, and no more",
            options=_QUESTIONS,
        ),
        Measurable(
            assumption="The policies are valid",
            value="no errors, no security warnings",
            options=_QUESTIONS,
        ),
        Measurable(
            assumption="RDS offers the class and version in the zones",
            value="yes",
            options=_QUESTIONS,
        ),
        Measurable(
            assumption="Fargate has room for every task once more",
            value="yes",
            options=_QUESTIONS,
        ),
        Measurable(
            assumption="In which state each alarm is while nothing fails",
            value="OK, or no data in one of the roles of a region",
            options=_QUESTIONS,
        ),
        Measurable(
            assumption="An alarm may use the topic and its key",
            value="every action succeeds",
            options=_ALARMS,
        ),
        Measurable(
            assumption="The topic delivers to its subscribers",
            value="no failed notification",
            options=_ALARMS,
        ),
        Measurable(
            assumption="How late a metric reaches CloudWatch",
            value=f"{METRIC_SECONDS} s per point, {ASSUMED_METRIC_DELIVERY_SECONDS} s of delay",
            options=_game_day("task-loss"),
        ),
        Measurable(
            assumption="How often CloudWatch evaluates an alarm",
            value=f"every {ALARM_EVALUATION_SECONDS} s, or {FAST_ALARM_EVALUATION_SECONDS} s",
            options=_game_day("task-loss"),
        ),
        Measurable(
            assumption="After how many periods without data an alarm fires",
            value=f"{PERIODS_UNTIL_MISSING}",
            options=_game_day("writer-failover"),
        ),
        Measurable(
            assumption="How long ECS takes to replace a task: start, health checks",
            value="AWS states none",
            options=_game_day("task-loss"),
        ),
        Measurable(
            assumption="How long Aurora takes to promote a reader",
            value=TYPICAL_PROMOTION,
            options=_game_day("writer-failover"),
        ),
        Measurable(
            assumption="How long the load balancer needs to leave a failed zone",
            value="AWS states none",
            options=_game_day("zone-loss"),
        ),
        Measurable(
            assumption="Tasks keep serving without the NAT gateway",
            value="until one must start",
            options=_game_day("nat-loss"),
        ),
    )


def _game_day(experiment: str) -> str:
    return f"--game-day {experiment}"
