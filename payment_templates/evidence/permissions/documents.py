"""Lists the properties that hold policy documents, and reads their statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.policies import Statement, read_statements

if TYPE_CHECKING:
    from payment_templates.cloudformation import StackResource

# Resource schemas in cfn-lint 1.58.
_DOCUMENTS = (
    *("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument", "ResourcePolicy"),
    *("AccessPolicies", "FileSystemPolicy", "InlinePolicy", "RepositoryPolicyText"),
)
# With the inline policies of roles.
READ_AS_DOCUMENTS = frozenset({*_DOCUMENTS, "Policies"})


def statements_of(resource: StackResource) -> tuple[Statement, ...]:
    """Read the statements of every policy document that a resource has."""
    return resource.derived(_statements)


def _statements(resource: StackResource) -> tuple[Statement, ...]:
    policies = [resource.properties.child(name) for name in _DOCUMENTS]
    policies += [
        policy.child("PolicyDocument")
        for policy in resource.properties.children("Policies")
        if "PolicyDocument" in policy
    ]
    return tuple(statement for policy in policies for statement in read_statements(policy))
