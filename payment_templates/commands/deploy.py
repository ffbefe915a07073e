"""Runs the deploy command: creates or updates one stack in one region."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.allowed_replacements import (
    require_logical_ids,
    require_resources,
)
from payment_templates.commands.inputs.command_inputs import (
    Inputs,
    name_from,
    read_bucket,
    read_inputs,
    require_not_of_a_set,
)
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.inputs.roles_and_tags import (
    read_role,
    read_tags,
    require_distinct_tags,
)
from payment_templates.commands.inputs.skipped_resources import require_skippable
from payment_templates.commands.output.deployment_report import report, report_preview
from payment_templates.commands.output.dry_run_report import require_dry_run
from payment_templates.commands.output.preflight_report import require_no_problems
from payment_templates.commands.preflight import run_checks
from payment_templates.rollout import clients
from payment_templates.rollout.dry_run_upload import temporary_body
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.ownership import TAG, require_own, require_recognizable
from payment_templates.rollout.regions import require_region
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack.dry_run import preview_deployment
from payment_templates.rollout.stack.service_deployment import has_service
from payment_templates.rollout.stack_set.one_of_suffix import require_not_in_a_set
from payment_templates.rollout.stack_states import NextStep, find_stack, next_step
from payment_templates.rollout.template_upload import Body, prepare_body


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
    role_arn: str | None,
    allowed_replacements: tuple[str, ...],
    recreate: bool,
    continue_rollback: bool,
    skipped_resources: tuple[str, ...],
    force_new_deployment: bool,
    skip_preflight: bool,
    dry_run: bool,
    exit_code: bool,
) -> None:
    """Create or update one stack and wait until it is done."""

    def work(tools: Tools) -> Result:
        require_dry_run(dry_run=dry_run, exit_code=exit_code)
        given_tags = read_tags(tags)
        require_skippable(skipped_resources, continue_rollback=continue_rollback)
        given_role = read_role("--role-arn", role_arn)
        inputs = read_inputs(tools, template, suffix, parameters, ask_password=ask_password)
        require_distinct_tags(inputs.template, given_tags)
        _require_service(inputs, force_new_deployment=force_new_deployment)
        name = name_from(stack_name, suffix)
        require_not_of_a_set(name)
        require_recognizable(inputs.template, name, suffix)
        require_logical_ids(allowed_replacements)
        read_bucket(bucket)
        chosen = require_region(tools.session, region)
        account = account_of(tools.session, chosen)
        require_resources(
            tools.session, chosen, inputs.template, allowed_replacements, stack_name=name
        )
        kept_tags = _require_own(tools, chosen, name, suffix)
        _require_not_in_a_set(tools, chosen, account, name, suffix)
        if not skip_preflight:
            _run_preflight(tools, inputs, chosen, name, given_role)
        deployment = Deployment(
            region=chosen,
            stack_name=name,
            suffix=suffix,
            template=inputs.template,
            body=Body(),
            values=inputs.values,
            tags=given_tags,
            role_arn=given_role,
            allowed_replacements=allowed_replacements,
            may_recreate=recreate,
            may_continue_rollback=continue_rollback,
            skipped_resources=skipped_resources,
            force_new_deployment=force_new_deployment,
        )
        if dry_run:
            with temporary_body(
                tools.session,
                chosen,
                inputs.template,
                account=account,
                bucket=bucket,
                warn=tools.output.warn,
            ) as body:
                planned = replace(deployment, body=body)
                found = preview_deployment(tools.session, planned, tools.output, tools.pace())
            return report_preview(tools, planned, found, exit_code=exit_code)
        body = prepare_body(
            tools.session,
            chosen,
            inputs.template,
            account=account,
            bucket=bucket,
            tags={**kept_tags, **given_tags},
            tell=tools.output.tell,
        )
        deployment = replace(deployment, body=body)
        outcome = deploy(tools.session, deployment, tools.output, tools.pace())
        return report(tools, deployment, outcome)

    run(common, work)


def _require_own(tools: Tools, region: str, name: str, suffix: str) -> Mapping[str, str]:
    """Return the stack's tags by the operator; raises RolloutError if it is someone else's."""
    # Before the template is uploaded; deploy checks again before it changes the stack.
    client = clients.cloudformation(tools.session, region)
    state = find_stack(client, name)
    if state is None:
        return {}
    require_own(client, state, suffix)
    return {key: value for key, value in state.own_tags.items() if key != TAG}


def _require_not_in_a_set(tools: Tools, region: str, account: str, name: str, suffix: str) -> None:
    own = find_stack(clients.cloudformation(tools.session, region), name)
    for line in require_not_in_a_set(tools.session, region, account, suffix, own):
        tools.output.tell(line)


def _require_service(inputs: Inputs, *, force_new_deployment: bool) -> None:
    if force_new_deployment and not has_service(inputs.template):
        raise wrong_use(
            "--force-new-deployment: the template has no ECS service",
            "leave --force-new-deployment out",
        )


def _run_preflight(tools: Tools, inputs: Inputs, region: str, name: str, role_arn: str) -> None:
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
            role_arn=role_arn,
        )
        require_no_problems(tools, findings)
