"""Compares what a game day measured with what evidence predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.verification.finding import Finding, decided, not_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.verification.game_day import Measurement
    from payment_templates.rollout.verification.predictions import Prediction, Predictions

CHECK = "game day"


def compare(measurement: Measurement, predictions: Predictions) -> Iterator[Finding]:
    """Put what was measured beside what evidence predicted."""
    detection = f" by {measurement.first_alarm}" if measurement.first_alarm else ""
    yield _compared(
        "when is the first alarm in ALARM?", predictions.detection, measurement.detection, detection
    )
    yield _compared(
        "when is the first subscriber notified by an alarm?",
        predictions.alert,
        measurement.alert,
        "",
    )
    if measurement.disturbance is None:
        yield not_asked(
            check=CHECK,
            asked="when does the stack serve as before?",
            assumed=_text(predictions.recovery),
            reason="no effect on tasks, targets or the cluster was measured",
        )
        return
    yield _compared(
        "when does the stack serve as before?",
        predictions.recovery,
        measurement.recovery,
        f", after {measurement.disturbances[0]}",
    )


def _compared(
    asked: str, predicted: Prediction | None, seconds: float | None, more: str
) -> Finding:
    assumed = _text(predicted)
    if seconds is None:
        answer = "never while it was watched"
        if predicted is None:
            return not_asked(check=CHECK, asked=asked, assumed=assumed, reason=answer)
        return decided(confirmed=False, check=CHECK, asked=asked, assumed=assumed, answer=answer)
    answer = f"after {seconds:.0f} s{more}"
    if predicted is None or predicted.worst_seconds is None:
        return not_asked(check=CHECK, asked=asked, assumed=assumed, reason=f"measured: {answer}")
    return decided(
        confirmed=seconds <= predicted.worst_seconds,
        check=CHECK,
        asked=asked,
        assumed=assumed,
        answer=answer,
        remediation="correct the assumption in facts/timings.py, or find out what took longer",
    )


def _text(predicted: Prediction | None) -> str:
    return predicted.what if predicted else "evidence predicts none"
