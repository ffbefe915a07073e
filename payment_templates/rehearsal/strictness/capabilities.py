"""IAM resources without the caller's consent: InsufficientCapabilitiesException.

ministack knows AWS's rule and asks for it only where it checks IAM policies too.
"""

from payment_templates.rehearsal import ministack


def install() -> None:
    """Ask for CAPABILITY_IAM and CAPABILITY_NAMED_IAM, as every account does."""
    ministack.replace_everywhere(
        ministack.HANDLERS, "_capabilities_enforced", lambda _original: lambda: True
    )
