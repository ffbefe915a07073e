"""The first failure, and why."""

from payment_templates.rollout.cause.finding import Cause, find_cause, first_failure, is_cancelled

__all__ = ["Cause", "find_cause", "first_failure", "is_cancelled"]
