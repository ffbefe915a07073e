"""Finds the first failure of an operation and explains it."""

from payment_templates.rollout.cause.first_failure import (
    Cause,
    find_cause,
    first_failure,
    is_cancellation,
    is_cancelled,
)

__all__ = ["Cause", "find_cause", "first_failure", "is_cancellation", "is_cancelled"]
