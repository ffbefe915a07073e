"""Runs the rollout command: deploys the stack to several regions through a stack set."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from payment_templates.cloudformation import Template
from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.inputs.allowed_replacements import (
    require_logical_ids,
    require_resources,
)
from payment_templates.commands.inputs.command_inputs import (
    read_bucket,
    read_inputs,
    read_names,
)
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
from payment_templates.commands.preflight import check_rollout
from payment_templates.commands.roles.creation import (
    RolesRequest,
    change_roles,
    plan_roles,
    report_other_accounts,
)
from payment_templates.rollout.dry_run_upload import temporary_body
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack_set.chosen_roles import ChosenRoles
from payment_templates.rollout.stack_set.definition import Definition
from payment_templates.rollout.stack_set.home_choice import require_one_home
from payment_templates.rollout.stack_set.homes import Home, Homes, find_homes
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
from payment_templates.rollout.stack_set.targets import Speed
from payment_templates.rollout.stack_states import StackState
from payment_templates.rollout.template_upload import Body, prepare_body


@dataclass(frozen=True, kw_only=True)
class RolloutCommand:
    """The options of `rollout`."""

    suffix: str
    template: Path
    parameters: tuple[str, ...]
    overrides: tuple[str, ...]
    ask_password: bool
    bucket: str | None
    stack_name: str | None
    stack_set_name: str | None
    regions: tuple[str, ...]
    accounts: tuple[str, ...]
    organizational_units: tuple[str, ...]
    call_as: str
    administration_role_arn: str | None
    execution_role_name: str | None
    tags: tuple[str, ...]
    allowed_replacements: tuple[str, ...]
    unseen: bool
    import_stacks: bool
    create_roles: bool
    failure_tolerance: int
    max_concurrent: int
    parallel_regions: bool
    skip_preflight: bool
    dry_run: bool
    exit_code: bool

    def run(self, tools: Tools) -> Result:
        """Deploy the stack to every region through a stack set."""
        planned = self._read(tools)
        homes = self._find_homes(tools, planned)
        there = homes.in_region(planned.primary)
        deployed_stacks = _check_stacks(tools, planned, there)
        if not self.skip_preflight:
            check_rollout(tools, planned, homes, deployed_stacks, create_roles=self.create_roles)
        roles = self._request_roles(planned, there)
        changes_roles = roles is not None and plan_roles(tools, roles)
        if self.dry_run:
            outcome = self._preview(tools, planned)
            return report_dry_run(
                tools,
                rollout_document(outcome),
                would_change=outcome.would_change or changes_roles,
                exit_code=self.exit_code,
            )
        return report(tools, self._execute(tools, planned, there, roles))

    def _read(self, tools: Tools) -> Rollout:
        tags, roles, speed = self._read_options(tools)
        inputs = read_inputs(
            tools, self.template, self.suffix, self.parameters, ask_password=self.ask_password
        )
        require_distinct_tags(inputs.template, tags)
        regions = require_regions(tools.session, self.regions)
        overrides = read_overrides(inputs.template, self.overrides, regions)
        names = read_names(self.stack_name, self.stack_set_name, self.suffix)
        self._require_possible(inputs.template, speed)
        tools.output.tell(f"regions: {', '.join(regions)}")
        account = account_of(tools.session, regions[0])
        return Rollout(
            definition=Definition(
                name=names.stack_set,
                suffix=self.suffix,
                template=inputs.template,
                body=Body(),
                values=inputs.values,
                targets=read_targets(regions, self.accounts, self.organizational_units, account),
                tags=tags,
                roles=roles,
            ),
            stack_name=names.stack,
            account=account,
            speed=speed,
            overrides=overrides,
            allowed_replacements=self.allowed_replacements,
            import_stacks=self.import_stacks,
            unseen=self.unseen,
            dry_run=self.dry_run,
        )

    def _read_options(self, tools: Tools) -> tuple[Mapping[str, str], ChosenRoles, Speed]:
        require_dry_run(dry_run=self.dry_run, exit_code=self.exit_code)
        require_targets(self.accounts, self.organizational_units)
        take_caller(tools, self.call_as, self.organizational_units)
        tags = read_tags(self.tags)
        roles = read_stack_set_roles(self.administration_role_arn, self.execution_role_name)
        require_usable_roles(roles, self.organizational_units, create_roles=self.create_roles)
        speed = Speed(
            failure_tolerance=self.failure_tolerance,
            max_concurrent=self.max_concurrent,
            parallel_regions=self.parallel_regions,
        )
        return tags, roles, speed

    def _require_possible(self, template: Template, speed: Speed) -> None:
        if self.import_stacks:
            require_importable(template)
        require_one_after_the_other(template, speed)
        require_logical_ids(self.allowed_replacements)
        read_bucket(self.bucket)

    def _find_homes(self, tools: Tools, planned: Rollout) -> Homes:
        name, regions = planned.definition.name, planned.definition.targets.regions
        homes = find_homes(tools.session, name, self.suffix, regions=regions, call_as=self.call_as)
        for line in require_one_home(tools.session, homes, regions):
            tools.output.tell(line)
        return homes

    def _request_roles(self, planned: Rollout, there: Home | None) -> RolesRequest | None:
        definition = planned.definition
        if definition.targets.service_managed:
            return None
        return RolesRequest(
            regions=definition.targets.regions,
            template=definition.template,
            account=planned.account,
            create=self.create_roles,
            chosen=definition.roles.over(there.stack_set.roles) if there else definition.roles,
            tags=definition.tags,
        )

    def _preview(self, tools: Tools, planned: Rollout) -> RolloutOutcome:
        with temporary_body(
            tools.session,
            planned.primary,
            planned.definition.template,
            account=planned.account,
            bucket=self.bucket,
            warn=tools.output.warn,
        ) as body:
            return roll_out(tools.session, _with_body(planned, body), tools.output, tools.pace)

    def _execute(
        self, tools: Tools, planned: Rollout, there: Home | None, roles: RolesRequest | None
    ) -> RolloutOutcome:
        definition = planned.definition
        body = prepare_body(
            tools.session,
            planned.primary,
            definition.template,
            account=planned.account,
            bucket=self.bucket,
            tags={**(there.stack_set.tags if there else {}), **definition.tags},
            tell=tools.output.tell,
        )
        if self.create_roles:
            report_other_accounts(tools, definition.targets.accounts, planned.account)
        return roll_out(
            tools.session,
            _with_body(planned, body),
            tools.output,
            tools.pace,
            change_roles=lambda: roles is not None and change_roles(tools, roles),
        )


def _check_stacks(tools: Tools, planned: Rollout, there: Home | None) -> Mapping[str, StackState]:
    """Return the stacks that deploy created; raises RolloutError if the rollout cannot start."""
    definition = planned.definition
    require_resources(
        tools.session,
        planned.primary,
        definition.template,
        planned.allowed_replacements,
        stack_name=planned.stack_name,
        stack_set_name=definition.name,
    )
    require_own_account(definition.template, definition.targets, planned.account)
    found = find_deployed_stacks(tools.session, definition.targets.regions, planned.stack_name)
    if planned.includes_deployed_stacks:
        require_not_beside(tools.session, there, found, planned.account)
        require_working(found)
    return found


def _with_body(planned: Rollout, body: Body) -> Rollout:
    return replace(planned, definition=replace(planned.definition, body=body))
