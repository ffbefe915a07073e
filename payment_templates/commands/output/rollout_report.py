"""Reports the result of a rollout: messages, the table of stacks and the JSON document."""

from collections import Counter
from typing import Any

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.output.error_messages import with_hint
from payment_templates.commands.output.json_entries import cause_document
from payment_templates.exit_codes import ExitCode
from payment_templates.quantity import quantity
from payment_templates.rollout.errors import SAME_COMMAND
from payment_templates.rollout.stack_set.instances import named
from payment_templates.rollout.stack_set.request import RolloutOutcome

_NAMED_FAILURES = 5
# More instances than this are counted, not listed.
_LISTED_INSTANCES = 20


def rollout_document(outcome: RolloutOutcome) -> dict[str, Any]:
    """Return the JSON document of a rollout."""
    return {
        "operations": [
            {
                "id": ended.operation_id,
                "action": ended.operation.action,
                "status": ended.operation.status,
            }
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
        "outside_the_set": list(outcome.kept_by_deploy),
        "causes": [cause_document(cause) for ended in outcome.operations for cause in ended.causes],
    }


def report(tools: Tools, outcome: RolloutOutcome) -> Result:
    """Show the status of every stack, and return the result of the command."""
    document = rollout_document(outcome)
    _show_instances(tools, outcome)
    if outcome.succeeded:
        behind = [one for one in outcome.instances if one.status != "CURRENT"]
        if not outcome.operations:
            tools.output.tell(
                f"nothing to change here; not up to date: {named(behind)}"
                if behind
                else "everything is up to date"
            )
        return Result(document=document)
    if outcome.otherwise_protected:
        return Result(
            exit_code=ExitCode.FAILED,
            document=document,
            error=with_hint(
                f"{named(outcome.otherwise_protected)}: DeletionProtection differs from the "
                "requested value",
                SAME_COMMAND,
            ),
        )
    failed = next((ended for ended in outcome.operations if not ended.succeeded), None)
    if failed is None:
        places = [f"{one.account}/{one.region}" for one in outcome.failed[:_NAMED_FAILURES]]
        more = len(outcome.failed) - len(places)
        return Result(
            exit_code=ExitCode.FAILED,
            document=document,
            error=with_hint(
                f"{len(outcome.failed)} of {quantity(len(outcome.instances), 'stack')} failed: "
                + ", ".join(places)
                + (f" and {more} more" if more else ""),
                SAME_COMMAND,
            ),
        )
    problem = f"operation {failed.operation_id} ended as {failed.operation.status}"
    cause = failed.causes[0] if failed.causes else None
    if cause:
        # Repeated: the events of the rollback have scrolled the cause off the screen.
        problem += f" because of {cause.logical_id}: {cause.reason}"
    return Result(
        exit_code=ExitCode.FAILED,
        document=document,
        error=with_hint(problem, cause.hint if cause else ""),
    )


def _show_instances(tools: Tools, outcome: RolloutOutcome) -> None:
    # Instances that are not up to date come first.
    instances = sorted(outcome.instances, key=lambda one: one.status == "CURRENT")
    tools.output.show_table(
        ("region", "account", "status"),
        [(one.region, one.account, one.status) for one in instances[:_LISTED_INSTANCES]],
    )
    counts = Counter(one.status for one in instances[_LISTED_INSTANCES:])
    if counts:
        more = ", ".join(f"{count} {status}" for status, count in counts.items())
        tools.output.tell(f"and more instances: {more}")
