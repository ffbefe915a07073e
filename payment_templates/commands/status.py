"""The command that shows what stands."""

from collections.abc import Iterator, Sequence
from typing import Any

from payment_templates.commands.documents import cause_document
from payment_templates.commands.edge import Result, Tools, run
from payment_templates.commands.inputs import name_from, require_suffix
from payment_templates.commands.surroundings import Surroundings
from payment_templates.rollout.cause import Cause
from payment_templates.rollout.overview import Overview, look_over
from payment_templates.rollout.regions import require_regions
from payment_templates.rollout.stack.last_failure import find_last_failure


def show_status(
    surroundings: Surroundings,
    *,
    suffix: str,
    stack_name: str | None,
    stack_set_name: str | None,
    regions: tuple[str, ...],
) -> None:
    """Show the stacks and the set of a suffix."""

    def work(tools: Tools) -> Result:
        require_suffix(suffix)
        chosen = require_regions(tools.session, regions)
        overview = look_over(
            tools.session,
            chosen,
            stack_name=name_from(stack_name, suffix),
            stack_set_name=name_from(stack_set_name, suffix),
        )
        _show(tools, overview, suffix, chosen)
        causes = tuple(_causes(tools, overview))
        for cause in causes:
            tools.talk.show_cause(cause)
        document = {**_document(overview), "causes": [cause_document(one) for one in causes]}
        return Result(document=document)

    run(surroundings, work)


def _show(tools: Tools, overview: Overview, suffix: str, regions: Sequence[str]) -> None:
    if overview.empty:
        tools.talk.tell(f"nothing stands under the suffix {suffix} in {', '.join(regions)}")
        return
    tools.talk.show_table(("region", "made by", "stack", "status", "note"), [*_rows(overview)])
    if overview.running_operation:
        tools.talk.tell(f"operation {overview.running_operation} is under way")


def _rows(overview: Overview) -> Iterator[tuple[str, ...]]:
    in_set = {instance.stack_id: instance for instance in overview.instances or ()}
    for stack in overview.stacks:
        if stack.state.stack_id not in in_set:
            url = stack.state.outputs.get("ApplicationUrl", "")
            note = stack.trouble or url
            yield (stack.region, "deploy", stack.state.name, stack.state.status, note)
    for instance in overview.instances or ():
        # Only the last part of the name tells stacks of a set apart.
        name = instance.stack_id.partition(":stack/")[2].partition("/")[0]
        yield (instance.region, "rollout", name, instance.status, instance.reason)


def _causes(tools: Tools, overview: Overview) -> Iterator[Cause]:
    # Whoever was not there when it failed finds the reason here.
    for stack in overview.stacks:
        cause = find_last_failure(tools.session, stack.region, stack.state)
        if cause is not None:
            yield cause


def _document(overview: Overview) -> dict[str, Any]:
    return {
        "stacks": [
            {
                "region": stack.region,
                "stack": stack.state.name,
                "stack_id": stack.state.stack_id,
                "status": stack.state.status,
                "trouble": stack.trouble or None,
                "outputs": stack.state.outputs,
            }
            for stack in overview.stacks
        ],
        "stack_set": overview.instances is not None,
        "instances": [
            {
                "account": instance.account,
                "region": instance.region,
                "status": instance.status,
                "stack_id": instance.stack_id or None,
                "reason": instance.reason or None,
                "drift": instance.drift or None,
            }
            for instance in overview.instances or ()
        ],
        "running_operation": overview.running_operation,
    }
