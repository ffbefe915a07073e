"""Runs the rollout command: deploys the stack to several regions through a stack set."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.allowed_replacements import (
    require_logical_ids,
    require_resources,
)
from payment_templates.commands.inputs.command_inputs import read_bucket, read_inputs, read_names
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.inputs.overrides import read_overrides
from payment_templates.commands.inputs.roles_and_tags import (
    read_stack_set_roles,
    read_tags,
    require_distinct_tags,
    require_usable_roles,
)
from payment_templates.commands.inputs.targets import read_targets, require_targets, take_caller
from payment_templates.commands.output.dry_run_report import report_dry_run, require_dry_run
from payment_templates.commands.output.rollout_report import report, rollout_document
from payment_templates.commands.roles.creation import (
    RolesRequest,
    change_roles,
    plan_roles,
    report_other_accounts,
)
from payment_templates.commands.rollout_preflight import checks_a_target, run_preflight
from payment_templates.rollout.dry_run_upload import temporary_body
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack_set.definition import Definition
from payment_templates.rollout.stack_set.home_choice import require_one_home
from payment_templates.rollout.stack_set.homes import Home, find_homes
from payment_templates.rollout.stack_set.one_of_suffix import require_not_beside
from payment_templates.rollout.stack_set.planning.deployed_stacks import (
    find_deployed_stacks,
    require_importable,
    require_working,
)
from payment_templates.rollout.stack_set.planning.region_order import (
    require_one_after_the_other,
    require_own_account,
)
from payment_templates.rollout.stack_set.request import Rollout, RolloutOutcome
from payment_templates.rollout.stack_set.rollout import roll_out
from payment_templates.rollout.stack_set.targets import Speed, Targets
from payment_templates.rollout.stack_states import StackState
from payment_templates.rollout.template_upload import Body, prepare_body


def roll_out_stacks(
    common: CommonOptions,
    *,
    suffix: str,
    template: Path,
    parameters: tuple[str, ...],
    overrides: tuple[str, ...],
    ask_password: bool,
    bucket: str | None,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
    accounts: tuple[str, ...],
    organizational_units: tuple[str, ...],
    call_as: str,
    administration_role_arn: str | None,
    execution_role_name: str | None,
    tags: tuple[str, ...],
    allowed_replacements: tuple[str, ...],
    unseen: bool,
    import_stacks: bool,
    create_roles: bool,
    failure_tolerance: int,
    max_concurrent: int,
    parallel_regions: bool,
    skip_preflight: bool,
    dry_run: bool,
    exit_code: bool,
) -> None:
    """Deploy the stack to every region through a stack set."""

    def work(tools: Tools) -> Result:
        require_dry_run(dry_run=dry_run, exit_code=exit_code)
        require_targets(accounts, organizational_units)
        take_caller(tools, call_as, organizational_units)
        given_tags = read_tags(tags)
        given_roles = read_stack_set_roles(administration_role_arn, execution_role_name)
        require_usable_roles(given_roles, organizational_units, create_roles=create_roles)
        speed = Speed(
            failure_tolerance=failure_tolerance,
            max_concurrent=max_concurrent,
            parallel_regions=parallel_regions,
        )
        inputs = read_inputs(
            tools,
            template=template,
            suffix=suffix,
            parameters=parameters,
            ask_password=ask_password,
        )
        require_distinct_tags(inputs.template, given_tags)
        chosen = require_regions(tools.session, regions)
        by_region = read_overrides(inputs.template, overrides, chosen)
        names = read_names(stack_name, stack_set_name, suffix)
        if import_stacks:
            require_importable(inputs.template)
        require_one_after_the_other(inputs.template, speed)
        require_logical_ids(allowed_replacements)
        read_bucket(bucket)
        tools.output.tell(f"regions: {', '.join(chosen)}")
        account = account_of(tools.session, chosen[0])
        homes = find_homes(tools.session, names.stack_set, suffix, regions=chosen, call_as=call_as)
        for line in require_one_home(tools.session, homes, chosen):
            tools.output.tell(line)
        require_resources(
            tools.session,
            chosen[0],
            inputs.template,
            allowed_replacements,
            stack_name=names.stack,
            stack_set_name=names.stack_set,
        )
        there = homes.in_region(chosen[0])
        used_roles = given_roles.over(there.stack_set.roles) if there else given_roles
        targets = read_targets(chosen, accounts, organizational_units, account)
        require_own_account(inputs.template, targets, account)
        deployed_stacks = _own_stacks(
            tools, targets, account, names.stack, there, import_stacks=import_stacks
        )
        if not skip_preflight and checks_a_target(tools, targets, account):
            run_preflight(
                tools,
                inputs,
                {
                    region: inputs.values.overridden(by_region.get(region, {}))
                    # A stack that deploy created changes only when it is imported.
                    for region in chosen
                    if import_stacks or region not in deployed_stacks
                },
                names,
                homes,
                primary=chosen[0],
                with_roles=not targets.service_managed and not create_roles,
                roles=given_roles,
            )
        planned = Rollout(
            definition=Definition(
                name=names.stack_set,
                suffix=suffix,
                template=inputs.template,
                body=Body(),
                values=inputs.values,
                targets=targets,
                tags=given_tags,
                roles=given_roles,
            ),
            stack_name=names.stack,
            account=account,
            speed=speed,
            overrides=by_region,
            allowed_replacements=allowed_replacements,
            import_stacks=import_stacks,
            unseen=unseen,
            dry_run=dry_run,
        )
        roles = RolesRequest(
            regions=chosen,
            template=inputs.template,
            account=account,
            create=create_roles,
            chosen=used_roles,
            tags=given_tags,
        )
        changes_roles = not targets.service_managed and plan_roles(tools, roles)
        if dry_run:
            outcome = _preview(tools, planned, bucket)
            return report_dry_run(
                tools,
                rollout_document(outcome),
                would_change=outcome.would_change or changes_roles,
                exit_code=exit_code,
            )
        body = prepare_body(
            tools.session,
            chosen[0],
            inputs.template,
            account=account,
            bucket=bucket,
            tags={**(there.stack_set.tags if there else {}), **given_tags},
            tell=tools.output.tell,
        )
        if create_roles:
            report_other_accounts(tools, targets.accounts, account)
        outcome = roll_out(
            tools.session,
            _with_body(planned, body),
            tools.output,
            tools.pace,
            change_roles=lambda: not targets.service_managed and change_roles(tools, roles),
        )
        return report(tools, outcome)

    run(common, work)


def _preview(tools: Tools, planned: Rollout, bucket: str | None) -> RolloutOutcome:
    with temporary_body(
        tools.session,
        planned.primary,
        planned.definition.template,
        account=planned.account,
        bucket=bucket,
        warn=tools.output.warn,
    ) as body:
        return roll_out(tools.session, _with_body(planned, body), tools.output, tools.pace)


def _with_body(planned: Rollout, body: Body) -> Rollout:
    return replace(planned, definition=replace(planned.definition, body=body))


def _own_stacks(
    tools: Tools,
    targets: Targets,
    account: str,
    name: str,
    there: Home | None,
    *,
    import_stacks: bool,
) -> Mapping[str, StackState]:
    found = find_deployed_stacks(tools.session, targets.regions, name)
    if import_stacks or account in targets.accounts:
        require_not_beside(tools.session, there, found, account)
        require_working(found)
    return found
