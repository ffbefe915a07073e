"""Runs the drift command: compares AWS with the template and shows how to repair drift."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.inputs.command_inputs import read_names, require_suffix
from payment_templates.commands.output.error_messages import with_hint
from payment_templates.commands.output.stack_set_notices import (
    counted,
    nothing_found,
    search_notices,
    set_notices,
    stack_sets_document,
)
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout import clients
from payment_templates.rollout.deletion.global_databases import member_stacks
from payment_templates.rollout.deletion.plan import list_stacks
from payment_templates.rollout.errors import wrong_use
from payment_templates.rollout.global_database.member_stack import MemberStack
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.drift import Comparison, Drift, detect_drift
from payment_templates.rollout.stack.drift_meaning import explain, repair_for
from payment_templates.rollout.stack.separated_members import find_separated
from payment_templates.rollout.stack_overview import Overview, read_overview
from payment_templates.rollout.stack_set.delegation import act_as
from payment_templates.rollout.stack_set.drift import detect_set_drift
from payment_templates.rollout.stack_set.operations.runner import OperationRunner


@dataclass(frozen=True, kw_only=True)
class DriftCommand:
    """The options of `drift`."""

    suffix: str
    stack_name: str | None
    stack_set_name: str | None
    regions: tuple[str, ...]
    call_as: str

    def run(self, tools: Tools) -> Result:
        """Compare the stacks of a suffix with their template."""
        require_suffix(self.suffix)
        names = read_names(self.stack_name, self.stack_set_name, self.suffix)
        act_as(tools.session, self.call_as)
        regions = require_regions(tools.session, self.regions)
        overview = read_overview(
            tools.session,
            regions,
            suffix=self.suffix,
            stack_name=names.stack,
            stack_set_name=names.stack_set,
            call_as=self.call_as,
        )
        for line in (*set_notices(overview, regions), *search_notices(overview)):
            tools.output.tell(line)
        if not overview.stacks and not overview.instances:
            raise wrong_use(
                f"nothing to compare: {nothing_found(overview, self.suffix, regions)}",
                "check --suffix, --region and --call-as",
            )
        found = [*_of_stacks(tools, overview), *_of_sets(tools, overview)]
        separated = tuple(find_separated(tools.session, _member_stacks(tools, overview)))
        return _result(tools, overview, found, separated)


def _of_stacks(tools: Tools, overview: Overview) -> list[Comparison]:
    # StackSets compares the stacks of the set.
    in_set = {instance.stack_id for instance in overview.instances}
    return [
        detect_drift(
            clients.cloudformation(tools.session, stack.region), stack.state.stack_id, tools.pace()
        )
        for stack in overview.stacks
        if stack.state.stack_id not in in_set
    ]


def _member_stacks(tools: Tools, overview: Overview) -> tuple[MemberStack, ...]:
    regions = [one.region for one in overview.stacks] or [one.home.region for one in overview.sets]
    account = account_of(tools.session, regions[0])
    return member_stacks(tools.session, list_stacks(tools.session, overview, account))


def _of_sets(tools: Tools, overview: Overview) -> list[Comparison]:
    return [
        detect_set_drift(
            OperationRunner(
                session=tools.session,
                primary=one.home.region,
                name=one.home.stack_set.name,
                account=account_of(tools.session, one.home.region),
                conversation=tools.output,
                make_pace=tools.pace,
            )
        )
        for one in overview.sets
        if one.instances
    ]


def _result(
    tools: Tools, overview: Overview, comparisons: list[Comparison], separated: Sequence[Drift]
) -> Result:
    all_drifts = [*(drift for one in comparisons for drift in one.drifts), *separated]
    explained = [(drift, why) for drift in all_drifts if (why := explain(drift))]
    false = [drift for drift, _ in explained]
    found = [drift for drift in all_drifts if drift not in false]
    skipped = [
        *(name for one in comparisons for name in one.stacks_not_compared),
        *(f"{one} (--call-as {one.call_as})" for one in overview.homes.of_other_caller),
    ]
    unchecked = sorted({kind for one in comparisons for kind in one.not_compared})
    document = {
        "drifts": [{**asdict(drift), "repair": repair_for(drift) or None} for drift in found],
        "explained": [
            {**asdict(drift), "why": why.why, "source": why.source} for drift, why in explained
        ],
        "not_compared": unchecked,
        "stacks_not_compared": [*skipped],
        "stack_sets": stack_sets_document(overview),
        "not_searched": [*overview.homes.not_searched],
    }
    for drift, why in explained:
        place = f"{drift.region}: {drift.logical_id} {drift.path}"
        tools.output.tell(f"{place} has not drifted, although AWS reports it: {why.why}")
    if unchecked:
        tools.output.tell(f"CloudFormation does not check: {', '.join(unchecked)}")
    if skipped:
        tools.output.tell(f"not compared: {', '.join(skipped)}")
    if not found:
        compared = sum(one.stacks for one in comparisons)
        tools.output.tell(
            f"no drift in anything that CloudFormation checks in {counted(compared, 'stack')}"
        )
        if not compared:
            return Result(
                exit_code=ExitCode.FAILED, document=document, error="no stack could be compared"
            )
        return Result(document=document)
    _show(tools, found)
    return Result(
        exit_code=ExitCode.FAILED,
        document=document,
        error=with_hint(
            f"{quantity(len(found), 'difference')} between AWS and the template",
            "change the resource back or change the template; deploying the same template again "
            "does not repair drift",
        ),
    )


def _show(tools: Tools, found: list[Drift]) -> None:
    tools.output.show_table(
        ("region", "resource", "property", "expected", "actual"),
        [(one.region, one.logical_id, one.path, one.expected, one.actual) for one in found],
    )
    for drift in found:
        if repair := repair_for(drift):
            tools.output.tell(f"repair {drift.logical_id} {drift.path} with: {repair}")
