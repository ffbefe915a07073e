"""Reports the end of deploy, and of its dry run."""

from dataclasses import asdict

from payment_templates.commands.command_runner import Result, Tools
from payment_templates.commands.output.dry_run_report import report_dry_run
from payment_templates.commands.output.error_messages import with_hint
from payment_templates.commands.output.json_entries import cause_document, change_document
from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.running_tasks import count_tasks
from payment_templates.rollout.stack.deployment import Deployment, Outcome
from payment_templates.rollout.stack.dry_run import DryRun


def report_preview(
    tools: Tools, deployment: Deployment, found: DryRun, *, exit_code: bool
) -> Result:
    """Return the result of a dry run."""
    document = {
        "region": deployment.region,
        "stack": deployment.stack_name,
        "stack_id": found.state.stack_id if found.state else None,
        "status": found.state.status if found.state else None,
        "changes": [change_document(deployment.region, change) for change in found.changes],
    }
    return report_dry_run(tools, document, would_change=found.would_change, exit_code=exit_code)


def report(tools: Tools, deployment: Deployment, outcome: Outcome) -> Result:
    """Say how the deployment ended, and return the result of the command."""
    status = outcome.state.status if outcome.state else "DELETE_COMPLETE"
    tasks = (
        count_tasks(tools.session, deployment.region, outcome.state)
        if outcome.succeeded and outcome.state
        else None
    )
    document = {
        "region": deployment.region,
        "stack": deployment.stack_name,
        "stack_id": outcome.state.stack_id if outcome.state else None,
        "status": status,
        "changes": [change_document(deployment.region, change) for change in outcome.changes],
        "outputs": outcome.state.outputs if outcome.state else {},
        "service_deployments": [
            {
                "logical_id": one.logical_id,
                "deployment_id": one.deployment_id,
                "rollout_state": one.rollout_state,
            }
            for one in outcome.service_deployments
        ],
        "tasks": [asdict(tasks)] if tasks else [],
        "cause": cause_document(outcome.cause),
        "causes": [cause_document(outcome.cause)] if outcome.cause else [],
    }
    if outcome.succeeded:
        tools.output.tell(f"{deployment.stack_name} in {deployment.region} is {status}")
        if tasks:
            tools.output.tell(tasks.what)
        return Result(document=document)
    problem = f"{deployment.stack_name} in {deployment.region} ended as {status}"
    if outcome.service_deployments:
        problem = f"{deployment.stack_name} in {deployment.region}: the new deployment failed"
    if outcome.cause:
        # Repeated: the events of the rollback have scrolled the cause off the screen.
        problem += f" because of {outcome.cause.logical_id}: {outcome.cause.reason}"
    return Result(
        exit_code=ExitCode.FAILED,
        document=document,
        error=with_hint(problem, outcome.cause.hint if outcome.cause else ""),
    )
