"""Runs the verify command: asks AWS whether a deployed stack is as evidence assumes."""

from pathlib import Path

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.command_inputs import name_from, require_suffix
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.output.verification_report import (
    findings_document,
    problem_of,
    show_findings,
)
from payment_templates.rollout.errors import ExitCode
from payment_templates.rollout.regions import require_region
from payment_templates.rollout.verification import read_deployed_stack, verify


def verify_stack(
    common: CommonOptions,
    *,
    suffix: str,
    template: Path | None,
    stack_name: str | None,
    region: str | None,
) -> None:
    """Ask every question about one stack."""

    def work(tools: Tools) -> Result:
        require_suffix(suffix)
        chosen = require_region(tools.session, region)
        deployed = read_deployed_stack(
            tools.session,
            chosen,
            name_from(stack_name, suffix),
            suffix=suffix,
            template=template,
        )
        stack = {
            "region": chosen,
            "stack": deployed.state.name,
            "stack_id": deployed.state.stack_id,
        }
        tools.output.keep(stack)
        found = show_findings(tools, verify(deployed))
        problem = problem_of(found)
        return Result(
            exit_code=ExitCode.FAILED if problem else ExitCode.DONE,
            document={**stack, **findings_document(found)},
            error=problem,
        )

    run(common, work)
