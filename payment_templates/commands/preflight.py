"""Runs the preflight command, and the preflight checks of deploy and rollout."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.inputs.command_inputs import Inputs, read_inputs, read_names
from payment_templates.commands.inputs.overrides import read_overrides
from payment_templates.commands.inputs.roles_and_tags import read_role, read_stack_set_roles
from payment_templates.commands.output.preflight_report import report
from payment_templates.rollout import clients
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.preflight import (
    Finding,
    keeps_values,
    run_check,
    run_preflight,
)
from payment_templates.rollout.preflight.stack_set_home import check_home
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles
from payment_templates.rollout.stack_set.delegation import act_as
from payment_templates.rollout.stack_set.homes import Homes, find_homes
from payment_templates.rollout.stack_set.instances import list_instances
from payment_templates.rollout.stack_states import find_stack
from payment_templates.rollout.values import Values

_DEFAULT_ROLES = ChosenRoles()


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

        @cache
        def find_sets() -> Homes:
            return find_homes(
                tools.session, names.stack_set, self.suffix, regions=regions, call_as=self.call_as
            )

        # A missing parameter is a usage error, unless each region has a value that is kept.
        if _lacks_values(inputs):
            for former in _former_values(tools, regions, names.stack, find_sets()):
                inputs.values.request(inputs.template, former)
        findings = run_checks(
            tools,
            inputs,
            {one: inputs.values.overridden(overrides.get(one, {})) for one in regions},
            primary=regions[0],
            stack_name=names.stack,
            stack_set_name=names.stack_set,
            stack_sets=self.with_roles,
            find_sets=find_sets,
            with_roles=self.with_roles,
            role_arn=role_arn,
            roles=roles,
        )
        return report(tools, findings)


def run_checks(
    tools: Tools,
    inputs: Inputs,
    values: Mapping[str, Values],
    *,
    primary: str,
    stack_name: str,
    # None where no stack set is involved.
    stack_set_name: str | None,
    find_sets: Callable[[], Homes] | None = None,
    with_roles: bool,
    # False if the caller, or the service role, changes the resources although a set may exist.
    stack_sets: bool = True,
    role_arn: str = "",
    roles: ChosenRoles = _DEFAULT_ROLES,
) -> tuple[Finding, ...]:
    """Run every check; names that the stacks of the set already use count as free."""
    known: dict[str, str] = {}
    set_values: dict[str, str] = {}
    chosen = roles

    def find_known() -> Iterator[Finding]:
        nonlocal chosen
        if find_sets is None:
            return
        homes = find_sets()
        account = account_of(tools.session, primary)
        for home in homes.own:
            set_values.update(home.stack_set.parameters)
            client = clients.cloudformation(tools.session, home.region)
            found = list_instances(client, home.stack_set.name)
            known.update({one.region: one.stack_id for one in found if one.account == account})
        if there := homes.in_region(primary):
            chosen = roles.over(there.stack_set.roles)
        yield from check_home(tools.session, homes, (primary, *values), for_rollout=with_roles)

    of_sets = tuple(run_check(primary, "stack set", find_known))
    found = run_preflight(
        tools.session,
        inputs.template,
        values,
        stack_name=stack_name,
        known=known,
        set_values=set_values,
        with_roles=with_roles,
        stack_set_name=stack_set_name if stack_sets else None,
        role_arn=role_arn,
        roles=chosen,
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
