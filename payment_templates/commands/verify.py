"""Runs the verify command: asks AWS whether a deployed stack is as evidence assumes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.game_day import run_experiment
from payment_templates.commands.inputs.command_inputs import name_from, require_suffix
from payment_templates.commands.inputs.template_files import read_template
from payment_templates.commands.inputs.usage_errors import refuse_together
from payment_templates.commands.output.verification_report import (
    findings_document,
    problem_of,
    show_findings,
)
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.regions import require_region
from payment_templates.rollout.verification import (
    AlarmTest,
    DeployedStack,
    Finding,
    check_deliveries,
    forced_alarms,
    read_alarms,
    read_deployed_stack,
    topic_deliveries,
    verify_assumptions,
)
from payment_templates.rollout.verification.game_day import (
    require_completed,
    require_known_experiment,
)


@dataclass(frozen=True, kw_only=True)
class VerifyCommand:
    """The options of `verify`."""

    suffix: str
    template: Path | None
    stack_name: str | None
    region: str | None
    alarms: bool
    experiment: str | None

    def run(self, tools: Tools) -> Result:
        """Ask every question about one stack, test its alarms, or run an experiment."""
        deployed = self._read(tools)
        stack = {
            "region": deployed.region,
            "stack": deployed.state.name,
            "stack_id": deployed.state.stack_id,
        }
        tools.output.keep(stack)
        if self.experiment:
            return _run_experiment(tools, deployed, self.experiment, self.suffix, stack)
        questions = _test_alarms(tools, deployed) if self.alarms else verify_assumptions(deployed)
        found = show_findings(tools, questions)
        problem = problem_of(found)
        return Result(
            exit_code=ExitCode.FAILED if problem else ExitCode.DONE,
            document={**stack, **findings_document(found)},
            error=problem,
        )

    def _read(self, tools: Tools) -> DeployedStack:
        require_suffix(self.suffix)
        refuse_together({"--alarms": self.alarms, "--game-day": self.experiment is not None})
        template = read_template(self.template) if self.template else None
        if self.experiment is not None:
            require_known_experiment(self.experiment, template)
        name = name_from(self.stack_name, self.suffix)
        region = require_region(tools.session, self.region)
        return read_deployed_stack(
            tools.session, region, name, suffix=self.suffix, template=template
        )


def _run_experiment(
    tools: Tools, deployed: DeployedStack, name: str, suffix: str, stack: dict[str, str]
) -> Result:
    findings, document, measurement = run_experiment(tools, deployed, name, suffix)
    tools.output.keep(document)
    tools.output.show_table(
        ("asked", "evidence predicts", "measured"),
        [(one.asked, one.assumed, one.answer) for one in findings],
    )
    tools.output.keep(findings_document(findings))
    require_completed(measurement)
    problem = problem_of(findings, none_confirmed_is_fine=True)
    return Result(
        exit_code=ExitCode.FAILED if problem else ExitCode.DONE,
        document={**stack, **document, **findings_document(findings)},
        error=problem,
    )


def _test_alarms(tools: Tools, deployed: DeployedStack) -> Iterator[Finding]:
    listed = read_alarms(deployed)
    topics = dict.fromkeys(
        action for alarm in listed for action in alarm.actions if ":sns:" in action
    )
    names = ", ".join(topic.rpartition(":")[2] for topic in topics) or "no topic"
    question = (
        f"Set {quantity(len(listed), 'alarm')} of {deployed.state.name} in {deployed.region} to "
        f"ALARM, one after the other? The subscribers of {names} get a message for each; every "
        "alarm is reset"
    )
    if not tools.output.agree(question):
        raise RolloutError("not confirmed; nothing was changed")
    since = datetime.now(UTC)
    test = AlarmTest(
        deployed=deployed,
        tell=tools.output.tell,
        warn=tools.output.warn,
        make_pace=tools.pace,
        limit_seconds=forced_alarms.LIMIT_SECONDS,
    )
    yield from test.run()
    for topic in topics:
        yield from check_deliveries(
            deployed, topic, since, tools.pace(), topic_deliveries.LIMIT_SECONDS
        )
