"""Checks the account and the template before anything is changed."""

from payment_templates.rollout.preflight.checks import run_preflight
from payment_templates.rollout.preflight.finding import Finding, Verdict, run_check

__all__ = ["Finding", "Verdict", "run_check", "run_preflight"]
