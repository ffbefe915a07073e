"""Asks whether the quota of Fargate has room to start every task of the service once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.planned_stack import plan_stack
from payment_templates.rollout.preflight import Verdict as PreflightVerdict
from payment_templates.rollout.preflight.quotas import check_task_quota
from payment_templates.rollout.preflight.updates.stack_change import StackChange
from payment_templates.rollout.values import Values
from payment_templates.rollout.verification.finding import Finding, decided, not_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.verification.deployed_stack import DeployedStack

CHECK = "quotas"
_ASKED = "does the quota of Fargate have room for every task once more?"
_ASSUMED = "room, so that a deployment or a failed zone can replace tasks"


def check_stack_quota(deployed: DeployedStack) -> Iterator[Finding]:
    """Ask as preflight does before a creation: the running tasks count as used."""
    planned = plan_stack(
        deployed.template,
        Values(open=deployed.state.parameters),
        region=deployed.region,
        account=deployed.account,
    )
    for found in check_task_quota(deployed.session, StackChange(planned=planned)):
        if found.verdict is PreflightVerdict.UNKNOWN:
            yield not_asked(
                check=CHECK,
                asked=_ASKED,
                assumed=_ASSUMED,
                reason=found.what,
                remediation=found.remediation,
            )
        else:
            yield decided(
                confirmed=found.verdict is PreflightVerdict.FINE,
                check=CHECK,
                asked=_ASKED,
                assumed=_ASSUMED,
                answer=found.what,
                remediation=found.remediation,
            )
