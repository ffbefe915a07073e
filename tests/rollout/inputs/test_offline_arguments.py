"""What is wrong with the arguments is said before AWS is asked, and without credentials."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from payment_templates.cli import main
from payment_templates.cloudformation import template_of
from payment_templates.profiles import STANDARD
from payment_templates.rollout.verification.game_day import EXPERIMENTS, require_known_experiment
from payment_templates.stack import build_template

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.mark.parametrize(
    ("arguments", "problem", "hint"),
    [
        ("destroy --confirm dev-002", "'dev-002' does not match the suffix", "confirm with"),
        ("verify --game-day zone", "unknown experiment 'zone'", "use one of: nat-loss, task-loss"),
        ("verify --template nope.json", "cannot read nope.json: No such file", "name a Cloud"),
        ("rollout --account abc", "invalid --account 'abc'", "use the twelve digits"),
        ("rollout --organizational-unit foo", "invalid --organizational-unit 'foo'", "use the ID"),
        ("rollout --bucket Bad_Bucket", "invalid --bucket 'Bad_Bucket'", "use 3 to 63 lowercase"),
        ("deploy --bucket Bad_Bucket", "invalid --bucket 'Bad_Bucket'", "use 3 to 63 lowercase"),
        ("deploy --allow-replacement A,B", "invalid --allow-replacement 'A,B'", "use one logical"),
        ("rollout --allow-replacement A,B", "invalid --allow-replacement 'A,B'", "use one logical"),
        ("rollout --import", "--import is not possible with this template", "leave --import out"),
        ("rollout --max-concurrent 3", "invalid --max-concurrent 3", "use 1, or raise --failure-"),
        ("status --stack-name 9", "invalid stack name '9'", "use a letter"),
        ("drift --stack-set-name 9", "invalid stack name '9'", "use a letter"),
        ("switchover --to us-west-2 --stack-name 9", "invalid stack name '9'", "use a letter"),
        ("failover --to us-wset-2", "unknown region 'us-wset-2'", "did you mean us-west-"),
    ],
)
def test_wrong_argument_is_refused_without_credentials(
    arguments: str, problem: str, hint: str
) -> None:
    command, *given = arguments.split()

    found = CliRunner().invoke(main, [command, "--suffix", "dev-001", *given])

    assert found.exit_code == 2
    lines = found.stderr.splitlines()
    assert lines[0].startswith(f"error: {problem}")
    assert lines[1].startswith(f"hint: {hint}")


def test_experiments_are_those_of_the_generator() -> None:

    template = template_of(build_template(replace(STANDARD, game_day=True)).to_dict())

    for name in EXPERIMENTS:
        require_known_experiment(name, template)
    own = [it for it in template.resources.values() if it.type == "AWS::FIS::ExperimentTemplate"]
    assert len(own) == len(EXPERIMENTS)
