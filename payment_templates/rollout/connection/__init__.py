"""Opens sessions with AWS, and explains what can go wrong between the program and AWS."""

from payment_templates.rollout.connection.explanation import explain
from payment_templates.rollout.connection.session import connect

__all__ = ["connect", "explain"]
