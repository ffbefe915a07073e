"""Decides from a template which promises it keeps, breaks or keeps conditionally, and why."""

from payment_templates.evidence.alerting.expected_alarms import ExpectedAlarm, expected_alarms
from payment_templates.evidence.alerting.expected_events import ExpectedEvent, expected_events
from payment_templates.evidence.claim import Claim, Finding, Verdict
from payment_templates.evidence.claims import all_claims
from payment_templates.evidence.deployment.schedule import Creation, creations_of
from payment_templates.evidence.examination import Examination, Result, examine
from payment_templates.evidence.incidents.incidents import Incident, incidents_of
from payment_templates.evidence.promises import PROMISES
from payment_templates.evidence.regional_topologies import region_pair, regional_topologies
from payment_templates.evidence.task_start.execution_role import DeniedPull, denied_pulls
from payment_templates.evidence.topology import Topology, topology_of

__all__ = [
    "PROMISES",
    "Claim",
    "Creation",
    "DeniedPull",
    "Examination",
    "ExpectedAlarm",
    "ExpectedEvent",
    "Finding",
    "Incident",
    "Result",
    "Topology",
    "Verdict",
    "all_claims",
    "creations_of",
    "denied_pulls",
    "examine",
    "expected_alarms",
    "expected_events",
    "incidents_of",
    "region_pair",
    "regional_topologies",
    "topology_of",
]
