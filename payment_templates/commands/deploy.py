"""Runs the deploy command: creates or updates one stack in one region."""

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
    name_from,
    read_bucket,
    read_inputs,
    require_not_of_a_set,
)
from payment_templates.commands.inputs.roles_and_tags import (
    read_role,
    read_tags,
    require_distinct_tags,
)
from payment_templates.commands.inputs.skipped_resources import require_skippable
from payment_templates.commands.output.deployment_report import report, report_preview
from payment_templates.commands.output.dry_run_report import require_dry_run
from payment_templates.commands.output.preflight_report import require_no_problems
from payment_templates.rollout import clients
from payment_templates.rollout.dry_run_upload import temporary_body
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.ownership import TAG, require_own, require_recognizable
from payment_templates.rollout.preflight import Deployer, run_preflight
from payment_templates.rollout.regions import require_region
from payment_templates.rollout.stack.deploy import deploy
from payment_templates.rollout.stack.deployment import Deployment
from payment_templates.rollout.stack.dry_run import preview_deployment
from payment_templates.rollout.stack.service_deployment import has_service
from payment_templates.rollout.stack_set.one_of_suffix import require_not_in_a_set
from payment_templates.rollout.stack_states import NextStep, StackState, find_stack, next_step
from payment_templates.rollout.template_upload import Body, prepare_body


@dataclass(frozen=True, kw_only=True)
class DeployCommand:
    """The options of `deploy`."""

    suffix: str
    template: Path
    parameters: tuple[str, ...]
    ask_password: bool
    bucket: str | None
    stack_name: str | None
    region: str | None
    tags: tuple[str, ...]
    role_arn: str | None
    allowed_replacements: tuple[str, ...]
    recreate: bool
    continue_rollback: bool
    skipped_resources: tuple[str, ...]
    force_new_deployment: bool
    skip_preflight: bool
    dry_run: bool
    exit_code: bool

    def run(self, tools: Tools) -> Result:
        """Create or update one stack and wait until it is done."""
        planned = self._read(tools)
        account = account_of(tools.session, planned.region)
        require_resources(
            tools.session,
            planned.region,
            planned.template,
            planned.allowed_replacements,
            stack_name=planned.stack_name,
        )
        kept_tags = self._require_own(tools, planned)
        self._require_not_in_a_set(tools, planned, account)
        if not self.skip_preflight:
            _run_preflight(tools, planned)
        if self.dry_run:
            return self._preview(tools, planned, account)
        body = prepare_body(
            tools.session,
            planned.region,
            planned.template,
            account=account,
            bucket=self.bucket,
            tags={**kept_tags, **planned.tags},
            tell=tools.output.tell,
        )
        deployment = replace(planned, body=body)
        outcome = deploy(tools.session, deployment, tools.output, tools.pace())
        return report(tools, deployment, outcome)

    def _read(self, tools: Tools) -> Deployment:
        require_dry_run(dry_run=self.dry_run, exit_code=self.exit_code)
        tags = read_tags(self.tags)
        require_skippable(self.skipped_resources, continue_rollback=self.continue_rollback)
        role_arn = read_role("--role-arn", self.role_arn)
        inputs = read_inputs(
            tools, self.template, self.suffix, self.parameters, ask_password=self.ask_password
        )
        require_distinct_tags(inputs.template, tags)
        if self.force_new_deployment:
            _require_service(inputs.template)
        name = name_from(self.stack_name, self.suffix)
        require_not_of_a_set(name)
        require_recognizable(inputs.template, name, self.suffix)
        require_logical_ids(self.allowed_replacements)
        read_bucket(self.bucket)
        return Deployment(
            region=require_region(tools.session, self.region),
            stack_name=name,
            suffix=self.suffix,
            template=inputs.template,
            body=Body(),
            values=inputs.values,
            tags=tags,
            role_arn=role_arn,
            allowed_replacements=self.allowed_replacements,
            may_recreate=self.recreate,
            may_continue_rollback=self.continue_rollback,
            skipped_resources=self.skipped_resources,
            force_new_deployment=self.force_new_deployment,
        )

    def _require_own(self, tools: Tools, planned: Deployment) -> Mapping[str, str]:
        """Return the stack's tags by the operator; raises RolloutError if it is someone else's."""
        # Before the template is uploaded; deploy checks again before it changes the stack.
        client = clients.cloudformation(tools.session, planned.region)
        state = find_stack(client, planned.stack_name)
        if state is None:
            return {}
        require_own(client, state, self.suffix)
        return {key: value for key, value in state.own_tags.items() if key != TAG}

    def _require_not_in_a_set(self, tools: Tools, planned: Deployment, account: str) -> None:
        own = _find(tools, planned)
        for line in require_not_in_a_set(tools.session, planned.region, account, self.suffix, own):
            tools.output.tell(line)

    def _preview(self, tools: Tools, planned: Deployment, account: str) -> Result:
        with temporary_body(
            tools.session,
            planned.region,
            planned.template,
            account=account,
            bucket=self.bucket,
            warn=tools.output.warn,
        ) as body:
            deployment = replace(planned, body=body)
            found = preview_deployment(tools.session, deployment, tools.output, tools.pace())
        return report_preview(tools, deployment, found, exit_code=self.exit_code)


def _require_service(template: Template) -> None:
    if not has_service(template):
        raise wrong_use(
            "--force-new-deployment: the template has no ECS service",
            "leave --force-new-deployment out",
        )


def _run_preflight(tools: Tools, planned: Deployment) -> None:
    # deploy itself handles running operations and stuck states.
    if next_step(_find(tools, planned)) in {NextStep.CREATE, NextStep.UPDATE}:
        findings = run_preflight(
            tools.session,
            planned.template,
            {planned.region: planned.values},
            stack_name=planned.stack_name,
            deployer=Deployer(role_arn=planned.role_arn),
        )
        require_no_problems(tools, tuple(findings))


def _find(tools: Tools, planned: Deployment) -> StackState | None:
    client = clients.cloudformation(tools.session, planned.region)
    return find_stack(client, planned.stack_name)
