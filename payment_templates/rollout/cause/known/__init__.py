"""Lists the known causes of failure, each with its texts, a hint and a source."""

from payment_templates.rollout.cause.known.account import ACCOUNT
from payment_templates.rollout.cause.known.containers import CONTAINERS
from payment_templates.rollout.cause.known.database import DATABASE
from payment_templates.rollout.cause.known.deletion import DELETION
from payment_templates.rollout.cause.known.dns import DNS
from payment_templates.rollout.cause.known.global_databases import GLOBAL_DATABASES
from payment_templates.rollout.cause.known.known_cause import KnownCause
from payment_templates.rollout.cause.known.names import NAMES
from payment_templates.rollout.cause.known.permissions import PERMISSIONS
from payment_templates.rollout.cause.known.stacks import HOOKS, STACKS

__all__ = ["IN_LOGS", "KNOWN_CAUSES", "KnownCause"]

# The first that explains a failure applies: specific causes come before general ones.
KNOWN_CAUSES = (
    *HOOKS,
    *CONTAINERS,
    *DNS,
    *GLOBAL_DATABASES,
    *DATABASE,
    *DELETION,
    *PERMISSIONS,
    *ACCOUNT,
    *NAMES,
    *STACKS,
)
# A log may say anything, such as "already exists": only these are recognized in it.
IN_LOGS = frozenset(CONTAINERS)
