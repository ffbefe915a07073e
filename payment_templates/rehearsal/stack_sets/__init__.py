"""CloudFormation StackSets for the embedded AWS."""

from payment_templates.rehearsal.stack_sets.installation import install

__all__ = ["install"]
