"""What must hold before anything is changed."""

from payment_templates.rollout.preflight.checks import run_preflight
from payment_templates.rollout.preflight.finding import Finding, Verdict

__all__ = ["Finding", "Verdict", "run_preflight"]
