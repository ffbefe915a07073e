"""The command that brings the stack to many regions."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from payment_templates.commands.allowances import require_resources
from payment_templates.commands.documents import cause_document
from payment_templates.commands.edge import Result, Tools, run
from payment_templates.commands.inputs import Inputs, name_from, read_inputs
from payment_templates.commands.overrides import read_overrides
from payment_templates.commands.preflight import look, require_no_obstacle
from payment_templates.commands.roles import require_roles
from payment_templates.commands.surroundings import Surroundings
from payment_templates.rollout import clients
from payment_templates.rollout.body import place_body
from payment_templates.rollout.errors import ExitCode, wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.states import find_stack
from payment_templates.rollout.stack_set.definition import Definition
from payment_templates.rollout.stack_set.rollout import Rollout, RolloutOutcome, roll_out
from payment_templates.rollout.stack_set.targets import Speed, Targets
from payment_templates.rollout.values import Values


def roll_out_stacks(
    surroundings: Surroundings,
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
    allowed_replacements: tuple[str, ...],
    import_stacks: bool,
    create_roles: bool,
    failure_tolerance: int,
    max_concurrent: int,
    parallel_regions: bool,
    skip_preflight: bool,
) -> None:
    """Bring the stack to every region, through a stack set."""

    def work(tools: Tools) -> Result:
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
        tools.talk.tell(f"regions: {', '.join(chosen)}")
        by_region = read_overrides(inputs.template, overrides, chosen)
        account = account_of(tools.session, chosen[0])
        names = name_from(stack_name, suffix), name_from(stack_set_name, suffix)
        require_resources(
            tools.session,
            chosen[0],
            inputs.template,
            allowed_replacements,
            stack_name=names[0],
            stack_set_name=names[1],
        )
        targets = _targets(chosen, accounts, organizational_units, account)
        if not skip_preflight:
            _look_first(
                tools,
                inputs,
                _values_by_region(tools, chosen, inputs.values, by_region, names[0]),
                names,
                primary=chosen[0],
                with_roles=not targets.service_managed and not create_roles,
            )
        body = place_body(tools.session, chosen[0], inputs.template, account=account, bucket=bucket)
        if not targets.service_managed:
            require_roles(tools, chosen[0], inputs, create_roles=create_roles)
        outcome = roll_out(
            tools.session,
            Rollout(
                definition=Definition(
                    name=names[1],
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
            ),
            tools.talk,
            tools.pace,
        )
        return _result(tools, outcome)

    run(surroundings, work)


def _targets(
    regions: tuple[str, ...],
    accounts: tuple[str, ...],
    organizational_units: tuple[str, ...],
    own_account: str,
) -> Targets:
    if accounts and organizational_units:
        raise wrong_use("give --account or --organizational-unit, not both")
    if organizational_units:
        return Targets(regions=regions, organizational_units=organizational_units)
    return Targets(regions=regions, accounts=accounts or (own_account,))


def _values_by_region(
    tools: Tools,
    regions: Sequence[str],
    values: Values,
    overrides: Mapping[str, Mapping[str, str]],
    stack_name: str,
) -> Mapping[str, Values]:
    # A region whose stack deploy made has what it needs, and values of its own.
    return {
        region: values.overridden(overrides.get(region, {}))
        for region in regions
        if find_stack(clients.cloudformation(tools.session, region), stack_name) is None
    }


def _look_first(
    tools: Tools,
    inputs: Inputs,
    values: Mapping[str, Values],
    names: tuple[str, str],
    *,
    primary: str,
    with_roles: bool,
) -> None:
    if values:
        findings = look(
            tools,
            inputs,
            values,
            primary=primary,
            stack_name=names[0],
            stack_set_name=names[1],
            with_roles=with_roles,
        )
        require_no_obstacle(tools, findings)


def _result(tools: Tools, outcome: RolloutOutcome) -> Result:
    document = {
        "operations": [
            {"id": ended.operation_id, "action": ended.look.action, "status": ended.look.status}
            for ended in outcome.operations
        ],
        "instances": [
            {
                "account": instance.account,
                "region": instance.region,
                "status": instance.status,
                "stack_id": instance.stack_id or None,
                "reason": instance.reason or None,
            }
            for instance in outcome.instances
        ],
        "left_to_deploy": list(outcome.left_to_deploy),
        "causes": [cause_document(cause) for ended in outcome.operations for cause in ended.causes],
    }
    tools.talk.show_table(
        ("region", "account", "status"),
        [(one.region, one.account, one.status) for one in outcome.instances],
    )
    if outcome.succeeded:
        if not outcome.operations:
            tools.talk.tell("everything is up to date")
        return Result(document=document)
    failed = next(ended for ended in outcome.operations if not ended.succeeded)
    return Result(
        exit_code=ExitCode.FAILED,
        document=document,
        error=f"operation {failed.operation_id} ended as {failed.look.status}",
    )
