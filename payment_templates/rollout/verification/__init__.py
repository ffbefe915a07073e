"""Verifies on AWS what evidence assumes about a deployed stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.verification.alarms import read_alarms
from payment_templates.rollout.verification.database_options import check_database
from payment_templates.rollout.verification.deployed_stack import DeployedStack, read_deployed_stack
from payment_templates.rollout.verification.event_patterns import check_event_patterns
from payment_templates.rollout.verification.finding import Finding, Verdict
from payment_templates.rollout.verification.forced_alarms import AlarmTest
from payment_templates.rollout.verification.policy_validation import check_policies
from payment_templates.rollout.verification.quotas import check_stack_quota
from payment_templates.rollout.verification.role_permissions import check_roles
from payment_templates.rollout.verification.running_state import check_running_state
from payment_templates.rollout.verification.topic_deliveries import check_deliveries

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "AlarmTest",
    "DeployedStack",
    "Finding",
    "Verdict",
    "check_deliveries",
    "read_alarms",
    "read_deployed_stack",
    "verify_assumptions",
]


def verify_assumptions(deployed: DeployedStack) -> Iterator[Finding]:
    """Ask AWS every question that changes nothing; raises ClientError for expired credentials."""
    yield from check_running_state(deployed)
    yield from check_event_patterns(deployed)
    yield from check_roles(deployed)
    yield from check_policies(deployed)
    yield from check_database(deployed)
    yield from check_stack_quota(deployed)
