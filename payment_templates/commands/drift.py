"""The command that shows where AWS is no longer what the template says."""

from dataclasses import asdict

from payment_templates.commands.edge import Result, Tools, run
from payment_templates.commands.inputs import name_from, require_suffix
from payment_templates.commands.surroundings import Surroundings
from payment_templates.rollout import clients
from payment_templates.rollout.errors import ExitCode, wrong_use
from payment_templates.rollout.identity import account_of
from payment_templates.rollout.overview import Overview, look_over
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.drift import Drift, detect_drift
from payment_templates.rollout.stack_set.attendance import Attendance
from payment_templates.rollout.stack_set.drift import detect_set_drift


def show_drift(
    surroundings: Surroundings,
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
        overview = look_over(
            tools.session,
            chosen,
            stack_name=name_from(stack_name, suffix),
            stack_set_name=set_name,
        )
        if overview.empty:
            raise wrong_use(
                f"nothing stands under the suffix {suffix} in {', '.join(chosen)}; "
                "give the suffix of a stack, or its --region"
            )
        found = [
            *_of_stacks(tools, overview),
            *_of_set(tools, overview, overview.primary, set_name),
        ]
        return _result(tools, found)

    run(surroundings, work)


def _of_stacks(tools: Tools, overview: Overview) -> list[Drift]:
    # The set compares its own.
    in_set = {instance.stack_id for instance in overview.instances or ()}
    return [
        drift
        for stack in overview.stacks
        if stack.state.stack_id not in in_set
        for drift in detect_drift(
            clients.cloudformation(tools.session, stack.region), stack.state.stack_id, tools.pace()
        )
    ]


def _of_set(tools: Tools, overview: Overview, primary: str, name: str) -> tuple[Drift, ...]:
    if not overview.instances:
        return ()
    attendance = Attendance(
        session=tools.session,
        primary=primary,
        name=name,
        account=account_of(tools.session, primary),
        conversation=tools.talk,
        make_pace=tools.pace,
    )
    return detect_set_drift(attendance)


def _result(tools: Tools, found: list[Drift]) -> Result:
    document = {"drifts": [asdict(drift) for drift in found]}
    if not found:
        tools.talk.tell("nothing has drifted")
        return Result(document=document)
    tools.talk.show_table(
        ("region", "resource", "property", "expected", "actual"),
        [(one.region, one.logical_id, one.path, one.expected, one.actual) for one in found],
    )
    return Result(
        exit_code=ExitCode.FAILED,
        document=document,
        error=f"{len(found)} differences; deploy or rollout does not mend them: change the "
        "resource back, or the template",
    )
