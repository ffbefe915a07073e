"""The preflight command, and the preflight checks of the other commands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from payment_templates.commands.command_inputs import Inputs, name_from, read_inputs
from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.common_options import Surroundings
from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, RolloutError
from payment_templates.rollout.preflight import Finding, Verdict, run_check, run_preflight
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack_set.definition import find_stack_set
from payment_templates.rollout.stack_set.instances import list_instances
from payment_templates.rollout.values import Values


def show_preflight(
    surroundings: Surroundings,
    *,
    suffix: str,
    template: Path,
    parameters: tuple[str, ...],
    ask_password: bool,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
    with_roles: bool,
) -> None:
    """Check the account for problems without changing anything."""

    def work(tools: Tools) -> Result:
        inputs = read_inputs(
            tools,
            template=template,
            suffix=suffix,
            parameters=parameters,
            ask_password=ask_password,
        )
        # What is missing is wrong use, whatever the account looks like.
        inputs.values.request(inputs.template)
        chosen = require_regions(tools.session, regions)
        findings = look(
            tools,
            inputs,
            dict.fromkeys(chosen, inputs.values),
            primary=chosen[0],
            stack_name=name_from(stack_name, suffix),
            stack_set_name=name_from(stack_set_name, suffix),
            with_roles=with_roles,
        )
        return _result(tools, findings)

    run(surroundings, work)


def look(
    tools: Tools,
    inputs: Inputs,
    values: Mapping[str, Values],
    *,
    primary: str,
    stack_name: str,
    # None where no set has a part in it.
    stack_set_name: str | None,
    with_roles: bool,
) -> tuple[Finding, ...]:
    """Run every check; a region in which the set has a stack keeps its names."""
    known: dict[str, str] = {}

    def find_known() -> Iterator[Finding]:
        client = clients.cloudformation(tools.session, primary)
        if stack_set_name is not None and find_stack_set(client, stack_set_name):
            known.update(
                {one.region: one.stack_id for one in list_instances(client, stack_set_name)}
            )
        yield from ()

    doubts = tuple(run_check(primary, f"stack set {stack_set_name}", find_known))
    found = run_preflight(
        tools.session,
        inputs.template,
        values,
        stack_name=stack_name,
        known=known,
        with_roles=with_roles,
    )
    return (*found, *doubts)


def require_no_obstacle(tools: Tools, findings: Sequence[Finding]) -> None:
    """Show the problems before a command starts; raises RolloutError when something is."""
    obstacles = [one for one in findings if one.verdict is Verdict.REFUSED]
    doubts = [one for one in findings if one.verdict is Verdict.UNKNOWN]
    for one in findings:
        if one.verdict is Verdict.WARNING:
            tools.talk.tell(f"preflight: {one.where}: {one.what}; {one.remediation}")
    for doubt in doubts:
        tools.talk.tell(f"preflight: {doubt.where}: unknown: {doubt.what}")
    if obstacles:
        for obstacle in obstacles:
            tools.talk.tell(f"preflight: {obstacle.where}: {obstacle.what}; {obstacle.remediation}")
        raise RolloutError(
            f"preflight found {len(obstacles)} problems: {obstacles[0].what}; "
            f"{obstacles[0].remediation} (--skip-preflight skips the checks)",
            ExitCode.REFUSED,
            _document(findings),
        )
    held = sum(one.verdict is Verdict.FINE for one in findings)
    tools.talk.tell(f"preflight: {held} checks passed")


def _result(tools: Tools, findings: tuple[Finding, ...]) -> Result:
    tools.talk.show_table(
        ("verdict", "where", "what", "remediation"),
        [(one.verdict, one.where, one.what, one.remediation) for one in findings],
    )
    refused = [one for one in findings if one.verdict is Verdict.REFUSED]
    document = _document(findings)
    if refused:
        return Result(
            exit_code=ExitCode.REFUSED,
            document=document,
            error=f"{len(refused)} obstacles",
        )
    return Result(document=document)


def _document(findings: Sequence[Finding]) -> dict[str, Any]:
    return {"findings": [asdict(one) for one in findings]}
