"""Runs the deploy command: creates or updates one stack in one region."""

from pathlib import Path

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.allowed_replacements import require_resources
from payment_templates.commands.inputs.command_inputs import (
    Inputs,
    name_from,
    read_inputs,
    read_tags,
)
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.output.error_messages import with_hint
from payment_templates.commands.output.json_entries import cause_document, change_document
from payment_templates.commands.preflight import require_no_problems, run_checks
from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.ownership import require_own
from payment_templates.rollout.regions import require_region
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment, Outcome
from payment_templates.rollout.stack_states import NextStep, find_stack, next_step
from payment_templates.rollout.template_upload import prepare_body


def deploy_stack(
    common: CommonOptions,
    *,
    suffix: str,
    template: Path,
    parameters: tuple[str, ...],
    ask_password: bool,
    bucket: str | None,
    stack_name: str | None,
    region: str | None,
    tags: tuple[str, ...],
    allowed_replacements: tuple[str, ...],
    recreate: bool,
    continue_rollback: bool,
    skip_preflight: bool,
) -> None:
    """Create or update one stack and wait until it is done."""

    def work(tools: Tools) -> Result:
        given_tags = read_tags(tags)
        inputs = read_inputs(
            tools,
            template=template,
            suffix=suffix,
            parameters=parameters,
            ask_password=ask_password,
        )
        chosen = require_region(tools.session, region)
        account = account_of(tools.session, chosen)
        name = name_from(stack_name, suffix)
        require_resources(
            tools.session, chosen, inputs.template, allowed_replacements, stack_name=name
        )
        _require_own(tools, chosen, name, suffix)
        if not skip_preflight:
            _run_preflight(tools, inputs, chosen, name)
        deployment = Deployment(
            region=chosen,
            stack_name=name,
            suffix=suffix,
            template=inputs.template,
            body=prepare_body(
                tools.session, chosen, inputs.template, account=account, bucket=bucket
            ),
            values=inputs.values,
            tags=given_tags,
            allowed_replacements=allowed_replacements,
            may_recreate=recreate,
            may_continue_rollback=continue_rollback,
        )
        outcome = deploy(tools.session, deployment, tools.output, tools.pace())
        return _result(tools, deployment, outcome)

    run(common, work)


def _require_own(tools: Tools, region: str, name: str, suffix: str) -> None:
    # Before the template is uploaded; deploy checks again before it changes the stack.
    client = clients.cloudformation(tools.session, region)
    state = find_stack(client, name)
    if state is not None:
        require_own(client, state, suffix)


def _run_preflight(tools: Tools, inputs: Inputs, region: str, name: str) -> None:
    state = find_stack(clients.cloudformation(tools.session, region), name)
    # deploy itself handles running operations and stuck states.
    if next_step(state) in {NextStep.CREATE, NextStep.UPDATE}:
        findings = run_checks(
            tools,
            inputs,
            {region: inputs.values},
            primary=region,
            stack_name=name,
            stack_set_name=None,
            with_roles=False,
        )
        require_no_problems(tools, findings)


def _result(tools: Tools, deployment: Deployment, outcome: Outcome) -> Result:
    status = outcome.state.status if outcome.state else "DELETE_COMPLETE"
    document = {
        "region": deployment.region,
        "stack": deployment.stack_name,
        "stack_id": outcome.state.stack_id if outcome.state else None,
        "status": status,
        "changes": [change_document(deployment.region, change) for change in outcome.changes],
        "outputs": outcome.state.outputs if outcome.state else {},
        "cause": cause_document(outcome.cause),
        "causes": [cause_document(outcome.cause)] if outcome.cause else [],
    }
    if outcome.succeeded:
        tools.output.tell(f"{deployment.stack_name} in {deployment.region} is {status}")
        return Result(document=document)
    problem = f"{deployment.stack_name} in {deployment.region} ended as {status}"
    if outcome.cause:
        # Repeated: the events of the rollback have scrolled the cause off the screen.
        problem += f" because of {outcome.cause.logical_id}: {outcome.cause.reason}"
    return Result(
        exit_code=ExitCode.FAILED,
        document=document,
        error=with_hint(problem, outcome.cause.hint if outcome.cause else ""),
    )
