"""What must hold before anything is changed."""

from payment_templates.rollout.preflight.checks import run_preflight
from payment_templates.rollout.preflight.finding import Finding, Verdict, asked

__all__ = ["Finding", "Verdict", "asked", "run_preflight"]
