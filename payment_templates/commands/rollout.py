"""Runs the rollout command: deploys the stack to several regions through a stack set."""

from collections.abc import Mapping
from pathlib import Path

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.allowed_replacements import require_resources
from payment_templates.commands.inputs.command_inputs import Inputs, name_from, read_inputs
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.inputs.overrides import read_overrides
from payment_templates.commands.output.rollout_report import report
from payment_templates.commands.preflight import require_no_problems, run_checks
from payment_templates.commands.roles import report_other_accounts, require_roles
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack_set.definition import Definition
from payment_templates.rollout.stack_set.delegation import SELF, act_as
from payment_templates.rollout.stack_set.home_choice import require_one_home
from payment_templates.rollout.stack_set.homes import Homes, find_homes
from payment_templates.rollout.stack_set.planning.deployed_stacks import (
    find_deployed_stacks,
    require_importable,
    require_working,
)
from payment_templates.rollout.stack_set.request import Rollout
from payment_templates.rollout.stack_set.rollout import roll_out
from payment_templates.rollout.stack_set.targets import Speed, Targets
from payment_templates.rollout.stack_states import StackState
from payment_templates.rollout.template_upload import prepare_body
from payment_templates.rollout.values import Values


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
    allowed_replacements: tuple[str, ...],
    unseen: bool,
    import_stacks: bool,
    create_roles: bool,
    failure_tolerance: int,
    max_concurrent: int,
    parallel_regions: bool,
    skip_preflight: bool,
) -> None:
    """Deploy the stack to every region through a stack set."""

    def work(tools: Tools) -> Result:
        _act_as(tools, call_as, organizational_units)
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
        chosen = require_regions(tools.session, regions)
        tools.output.tell(f"regions: {', '.join(chosen)}")
        by_region = read_overrides(inputs.template, overrides, chosen)
        account = account_of(tools.session, chosen[0])
        names = name_from(stack_name, suffix), name_from(stack_set_name, suffix)
        homes = find_homes(tools.session, names[1], suffix, regions=chosen, call_as=call_as)
        for line in require_one_home(tools.session, homes, chosen):
            tools.output.tell(line)
        require_resources(
            tools.session,
            chosen[0],
            inputs.template,
            allowed_replacements,
            stack_name=names[0],
            stack_set_name=names[1],
        )
        targets = _targets(chosen, accounts, organizational_units, account)
        if import_stacks:
            require_importable(inputs.template)
        deployed_stacks = _own_stacks(
            tools, targets, account, names[0], import_stacks=import_stacks
        )
        if not skip_preflight and _checks_a_target(tools, targets, account):
            _run_preflight(
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
            )
        body = prepare_body(
            tools.session, chosen[0], inputs.template, account=account, bucket=bucket
        )
        new_roles = not targets.service_managed and require_roles(
            tools, chosen, inputs, account=account, create_roles=create_roles
        )
        if create_roles:
            report_other_accounts(tools, targets.accounts, account)
        outcome = roll_out(
            tools.session,
            Rollout(
                definition=Definition(
                    name=names[1],
                    suffix=suffix,
                    template=inputs.template,
                    body=body,
                    values=inputs.values,
                    targets=targets,
                ),
                stack_name=names[0],
                account=account,
                speed=speed,
                overrides=by_region,
                allowed_replacements=allowed_replacements,
                import_stacks=import_stacks,
                unseen=unseen,
                new_roles=new_roles,
            ),
            tools.output,
            tools.pace,
        )
        return report(tools, outcome)

    run(common, work)


def _targets(
    regions: tuple[str, ...],
    accounts: tuple[str, ...],
    organizational_units: tuple[str, ...],
    own_account: str,
) -> Targets:
    if accounts and organizational_units:
        raise wrong_use(
            "--account and --organizational-unit cannot be used together", "pass one of them"
        )
    if organizational_units:
        return Targets(regions=regions, organizational_units=organizational_units)
    return Targets(regions=regions, accounts=accounts or (own_account,))


def _act_as(tools: Tools, call_as: str, organizational_units: tuple[str, ...]) -> None:
    if call_as != SELF and not organizational_units:
        raise wrong_use(
            f"--call-as {call_as} needs --organizational-unit",
            f"pass an organizational unit, or use --call-as {SELF}",
        )
    act_as(tools.session, call_as)


def _own_stacks(
    tools: Tools, targets: Targets, account: str, name: str, *, import_stacks: bool
) -> Mapping[str, StackState]:
    found = find_deployed_stacks(tools.session, targets.regions, name)
    if import_stacks or account in targets.accounts:
        require_working(found)
    return found


def _checks_a_target(tools: Tools, targets: Targets, account: str) -> bool:
    meant = targets.service_managed or account in targets.accounts
    if not meant:
        tools.output.tell(
            f"preflight: skipped: it can only check account {account}, which is no target"
        )
    return meant


def _run_preflight(
    tools: Tools,
    inputs: Inputs,
    values: Mapping[str, Values],
    names: tuple[str, str],
    homes: Homes,
    *,
    primary: str,
    with_roles: bool,
) -> None:
    if values:
        findings = run_checks(
            tools,
            inputs,
            values,
            primary=primary,
            stack_name=names[0],
            stack_set_name=names[1],
            find_sets=lambda: homes,
            with_roles=with_roles,
        )
        require_no_problems(tools, findings)
