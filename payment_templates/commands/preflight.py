"""Runs the preflight command, and the preflight checks of rollout."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from payment_templates.cloudformation import Template
from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.inputs.command_inputs import Inputs, read_inputs, read_names
from payment_templates.commands.inputs.overrides import read_overrides
from payment_templates.commands.inputs.roles_and_tags import read_role, read_stack_set_roles
from payment_templates.commands.output.preflight_report import report, require_no_problems
from payment_templates.rollout import clients
from payment_templates.rollout.preflight import (
    Deployer,
    Finding,
    keeps_values,
    run_check,
    run_preflight,
)
from payment_templates.rollout.preflight.stack_set_home import ExistingSets, check_sets
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack_set.delegation import act_as
from payment_templates.rollout.stack_set.homes import Homes, find_homes
from payment_templates.rollout.stack_set.request import Rollout
from payment_templates.rollout.stack_states import find_stack
from payment_templates.rollout.values import Values


@dataclass(frozen=True, kw_only=True)
class PreflightCommand:
    """The options of `preflight`."""

    suffix: str
    template: Path
    parameters: tuple[str, ...]
    overrides: tuple[str, ...]
    ask_password: bool
    stack_name: str | None
    stack_set_name: str | None
    regions: tuple[str, ...]
    call_as: str
    with_roles: bool
    role_arn: str | None
    administration_role_arn: str | None
    execution_role_name: str | None

    def run(self, tools: Tools) -> Result:
        """Check the account for problems without changing anything."""
        role_arn = read_role("--role-arn", self.role_arn)
        roles = read_stack_set_roles(self.administration_role_arn, self.execution_role_name)
        act_as(tools.session, self.call_as)
        inputs = read_inputs(
            tools, self.template, self.suffix, self.parameters, ask_password=self.ask_password
        )
        regions = require_regions(tools.session, self.regions)
        overrides = read_overrides(inputs.template, self.overrides, regions)
        names = read_names(self.stack_name, self.stack_set_name, self.suffix)
        given = (tools.session, names.stack_set, self.suffix)
        find_sets = cache(partial(find_homes, *given, regions=regions, call_as=self.call_as))
        # A missing parameter is a usage error, unless each region has a value that is kept.
        if _lacks_values(inputs):
            for former in _former_values(tools, regions, names.stack, find_sets()):
                inputs.values.request(inputs.template, former)
        findings = _run_checks(
            tools,
            inputs.template,
            {one: inputs.values.overridden(overrides.get(one, {})) for one in regions},
            stack_name=names.stack,
            deployer=Deployer(
                stack_set_name=names.stack_set if self.with_roles else "",
                needs_roles=self.with_roles,
                roles=roles,
                role_arn=role_arn,
            ),
            primary=regions[0],
            find_sets=find_sets,
        )
        return report(tools, findings)


def check_rollout(
    tools: Tools,
    planned: Rollout,
    homes: Homes,
    deployed_stacks: Collection[str],
    *,
    create_roles: bool,
) -> None:
    """Check the regions of a rollout; raises RolloutError for any problem."""
    definition, targets = planned.definition, planned.definition.targets
    if not targets.service_managed and planned.account not in targets.accounts:
        tools.output.tell(
            f"preflight: skipped: it can only check account {planned.account}, which is no target"
        )
        return
    values = {
        region: definition.values.overridden(planned.overrides.get(region, {}))
        # A stack that deploy created changes only when it is imported.
        for region in targets.regions
        if planned.import_stacks or region not in deployed_stacks
    }
    if values:
        findings = _run_checks(
            tools,
            definition.template,
            values,
            stack_name=planned.stack_name,
            deployer=Deployer(
                stack_set_name=definition.name,
                needs_roles=not targets.service_managed and not create_roles,
                roles=definition.roles,
            ),
            primary=planned.primary,
            find_sets=lambda: homes,
        )
        require_no_problems(tools, findings)


def _run_checks(
    tools: Tools,
    template: Template,
    values: Mapping[str, Values],
    *,
    stack_name: str,
    deployer: Deployer,
    primary: str,
    find_sets: Callable[[], Homes],
) -> tuple[Finding, ...]:
    """Run every check; names that the stacks of the set already use count as free."""
    session, regions, sets = tools.session, (primary, *values), [ExistingSets()]
    of_sets = tuple(
        run_check(
            primary,
            "stack set",
            lambda: check_sets(
                session, find_sets(), regions, sets, for_rollout=deployer.needs_roles
            ),
        )
    )
    found = run_preflight(
        session, template, values, stack_name=stack_name, deployer=deployer, sets=sets[-1]
    )
    return (*found, *of_sets)


def _lacks_values(inputs: Inputs) -> bool:
    values = inputs.values
    return any(
        parameter.default is None and name not in {*values.open, *values.secret}
        for name, parameter in inputs.template.parameters.items()
    )


def _former_values(
    tools: Tools, regions: Sequence[str], stack_name: str, homes: Homes
) -> Iterator[Mapping[str, str]]:
    """Yield the values that each region's stack, or else its stack set, keeps."""
    stack_set = homes.own[0].stack_set if homes.own else None
    for region in regions:
        state = find_stack(clients.cloudformation(tools.session, region), stack_name)
        if state is not None and keeps_values(state):
            yield state.parameters
        else:
            yield stack_set.parameters if stack_set else {}
