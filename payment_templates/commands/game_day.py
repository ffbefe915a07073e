"""Runs an experiment of a game day for the verify command, after a confirmation."""

import sys
from dataclasses import asdict
from typing import Any

import click

from payment_templates.commands.command_runner import Tools
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.errors import RolloutError, wrong_use
from payment_templates.rollout.verification import DeployedStack, Finding, game_day, read_alarms
from payment_templates.rollout.verification.game_day_findings import compare
from payment_templates.rollout.verification.predictions import Predictions, predict


def run_experiment(
    tools: Tools, deployed: DeployedStack, name: str, suffix: str
) -> tuple[tuple[Finding, ...], dict[str, Any], game_day.Measurement]:
    """Ask, start the experiment, follow it, and compare it with the predictions."""
    experiment = game_day.find_experiment(deployed, name)
    _require_terminal(name)
    game_day.require_healthy(deployed)
    predictions = predict(deployed, experiment.logical_id)
    if predictions.unknown:
        tools.output.tell(f"not predicted: {predictions.unknown}")
    _confirm(deployed, name, suffix)
    measurement = game_day.GameDay(
        deployed=deployed,
        experiment=experiment,
        alarms=read_alarms(deployed),
        tell=tools.output.tell,
        warn=tools.output.warn,
        pace=tools.pace(),
        recovery_seconds=game_day.RECOVERY_SECONDS,
        no_effect_seconds=game_day.NO_EFFECT_SECONDS,
    ).run()
    findings = tuple(compare(measurement, predictions))
    return findings, _document(name, measurement, predictions), measurement


def _require_terminal(name: str) -> None:
    if not sys.stdin.isatty():
        raise RolloutError(
            f"not running in a terminal: {name} was not started",
            ExitCode.REFUSED,
            hint="start it in a terminal, and watch it: --yes is not enough",
        )


def _confirm(deployed: DeployedStack, name: str, suffix: str) -> None:
    given = click.prompt(
        f"This breaks a part of {deployed.state.name} in {deployed.region} for some minutes "
        f"({name}); Ctrl-C stops it. Type the suffix to confirm",
        err=True,
    )
    if given != suffix:
        raise wrong_use(f"{given!r} does not match the suffix {suffix!r}; nothing was started")


def _document(
    name: str, measurement: game_day.Measurement, predictions: Predictions
) -> dict[str, Any]:
    return {"experiment": {"name": name, **asdict(measurement), "predicted": asdict(predictions)}}
