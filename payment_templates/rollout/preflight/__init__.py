"""Checks the account and the template before anything is changed."""

from payment_templates.rollout.preflight.checks import run_preflight
from payment_templates.rollout.preflight.deployer import Deployer
from payment_templates.rollout.preflight.finding import Finding, Verdict, run_check
from payment_templates.rollout.preflight.updates.stack_change import keeps_values

__all__ = ["Deployer", "Finding", "Verdict", "keeps_values", "run_check", "run_preflight"]
