"""Whether a template keeps its promises: kept, broken, or kept under a condition, and why."""

from payment_templates.evidence.acceptance import ACCEPTED
from payment_templates.evidence.claim import Claim, Finding, Verdict
from payment_templates.evidence.claims import all_claims
from payment_templates.evidence.examination import Examination, Result, examine

__all__ = [
    "ACCEPTED",
    "Claim",
    "Examination",
    "Finding",
    "Result",
    "Verdict",
    "all_claims",
    "examine",
]
