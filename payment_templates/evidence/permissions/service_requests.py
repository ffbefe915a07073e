"""Says which condition keys the requests of AWS services have, and which they do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.permissions.requests import ABSENT, LOCKOUT_BYPASS

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack

# "Global condition keys": whether a request has a key is under Availability of each. Whether those
# of a service have aws:SourceIp, aws:PrincipalArn or aws:ViaAWSService is not known.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ENCRYPTED = {"aws:securetransport": ("true",)}
# Only a principal that is a member of an organization has them.
_OF_MEMBERS = {"aws:principalorgid": (ABSENT,), "aws:principalorgpaths": (ABSENT,)}


def context_of_service(stack: Stack, principal: str, *through: str) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of a request that a service makes as itself.

    kms:ViaService is of requests on behalf of a principal, and a service may go `through` another:
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    """
    services = (principal.partition(".")[0], *through)
    return {
        **_ENCRYPTED,
        **_OF_MEMBERS,
        LOCKOUT_BYPASS: (ABSENT,),
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (principal,),
        "kms:viaservice": (ABSENT, *(f"{it}.{stack.region}.amazonaws.com" for it in services)),
    }


def context_through(stack: Stack, service: str, account: str) -> dict[str, tuple[str, ...]]:
    """Return the condition keys of a request that a service makes for a principal of an account.

    Who that is, is not known: a user or a role.
    """
    return {
        **_ENCRYPTED,
        "aws:principalaccount": (account,),
        "kms:calleraccount": (account,),
        "kms:grantisforawsresource": ("true",),
        LOCKOUT_BYPASS: (ABSENT,),
        **({"kms:viaservice": (f"{service}.{stack.region}.amazonaws.com",)} if service else {}),
    }
