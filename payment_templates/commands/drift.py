"""Runs the drift command: compares AWS with the template and shows how to repair drift."""

from dataclasses import asdict

from payment_templates.commands.command_runner import Result, Tools, run
from payment_templates.commands.inputs.command_inputs import name_from, require_suffix
from payment_templates.commands.inputs.common_options import CommonOptions
from payment_templates.commands.output.error_messages import with_hint
from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.drift import Comparison, Drift, detect_drift
from payment_templates.rollout.stack.drift_meaning import explain, repair_for
from payment_templates.rollout.stack_overview import Overview, read_overview
from payment_templates.rollout.stack_set.drift import detect_set_drift
from payment_templates.rollout.stack_set.operations.runner import OperationRunner


def show_drift(
    common: CommonOptions,
    *,
    suffix: str,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
) -> None:
    """Compare the stacks of a suffix with their template."""

    def work(tools: Tools) -> Result:
        require_suffix(suffix)
        chosen = require_regions(tools.session, regions)
        set_name = name_from(stack_set_name, suffix)
        overview = read_overview(
            tools.session,
            chosen,
            stack_name=name_from(stack_name, suffix),
            stack_set_name=set_name,
        )
        if overview.empty:
            raise wrong_use(
                f"no stack found for the suffix {suffix} in {', '.join(chosen)}",
                "check --suffix and --region",
            )
        found = [
            *_of_stacks(tools, overview),
            *_of_set(tools, overview, overview.primary, set_name),
        ]
        return _result(tools, found)

    run(common, work)


def _of_stacks(tools: Tools, overview: Overview) -> list[Comparison]:
    # StackSets compares the stacks of the set.
    in_set = {instance.stack_id for instance in overview.instances or ()}
    return [
        detect_drift(
            clients.cloudformation(tools.session, stack.region), stack.state.stack_id, tools.pace()
        )
        for stack in overview.stacks
        if stack.state.stack_id not in in_set
    ]


def _of_set(tools: Tools, overview: Overview, primary: str, name: str) -> list[Comparison]:
    if not overview.instances:
        return []
    runner = OperationRunner(
        session=tools.session,
        primary=primary,
        name=name,
        account=account_of(tools.session, primary),
        conversation=tools.output,
        make_pace=tools.pace,
    )
    return [detect_set_drift(runner)]


def _result(tools: Tools, comparisons: list[Comparison]) -> Result:
    all_drifts = [drift for one in comparisons for drift in one.drifts]
    explained = [(drift, why) for drift in all_drifts if (why := explain(drift))]
    false = [drift for drift, _ in explained]
    found = [drift for drift in all_drifts if drift not in false]
    unchecked = sorted({kind for one in comparisons for kind in one.not_compared})
    document = {
        "drifts": [{**asdict(drift), "repair": repair_for(drift) or None} for drift in found],
        "explained": [
            {**asdict(drift), "why": why.why, "source": why.source} for drift, why in explained
        ],
        "not_compared": unchecked,
    }
    for drift, why in explained:
        place = f"{drift.region}: {drift.logical_id} {drift.path}"
        tools.output.tell(f"{place} has not drifted, although AWS reports it: {why.why}")
    if unchecked:
        tools.output.tell(f"CloudFormation does not check: {', '.join(unchecked)}")
    if not found:
        tools.output.tell("no drift in anything that CloudFormation checks")
        return Result(document=document)
    _show(tools, found)
    return Result(
        exit_code=ExitCode.FAILED,
        document=document,
        error=with_hint(
            f"{len(found)} differences between AWS and the template",
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
