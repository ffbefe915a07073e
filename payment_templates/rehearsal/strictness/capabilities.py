"""Requires capabilities for IAM resources: InsufficientCapabilitiesException.

ministack has this rule, but applies it only if it also enforces IAM policies.
"""

from payment_templates.rehearsal import ministack


def install() -> None:
    """Require CAPABILITY_IAM and CAPABILITY_NAMED_IAM in every account."""
    ministack.replace_everywhere(
        ministack.HANDLERS, "_capabilities_enforced", lambda _original: lambda: True
    )
