"""Ways to break the real template, each with the claim that must notice."""

from tests.evidence.mutations.alarms import ALARMS
from tests.evidence.mutations.alerts import ALERTS
from tests.evidence.mutations.connections import CONNECTIONS
from tests.evidence.mutations.containers import CONTAINERS
from tests.evidence.mutations.database import DATABASE
from tests.evidence.mutations.encryption import ENCRYPTION
from tests.evidence.mutations.events import EVENTS
from tests.evidence.mutations.health import HEALTH
from tests.evidence.mutations.hygiene import HYGIENE
from tests.evidence.mutations.mutation import Mutation
from tests.evidence.mutations.names import NAMES
from tests.evidence.mutations.network import NETWORK
from tests.evidence.mutations.order import ORDER
from tests.evidence.mutations.outsiders import OUTSIDERS
from tests.evidence.mutations.permissions import PERMISSIONS
from tests.evidence.mutations.platform import PLATFORM
from tests.evidence.mutations.policies import POLICIES
from tests.evidence.mutations.published import PUBLISHED
from tests.evidence.mutations.references import REFERENCES
from tests.evidence.mutations.refused import REFUSED
from tests.evidence.mutations.regions import REGIONS
from tests.evidence.mutations.rollback import ROLLBACK
from tests.evidence.mutations.secrets import SECRETS
from tests.evidence.mutations.service_limits import SERVICE_LIMITS
from tests.evidence.mutations.startup import STARTUP
from tests.evidence.mutations.subscriptions import SUBSCRIPTIONS
from tests.evidence.mutations.tasks import TASKS
from tests.evidence.mutations.traffic import TRAFFIC
from tests.evidence.mutations.tried import TRIED
from tests.evidence.mutations.waiting import WAITING
from tests.evidence.mutations.wiring import WIRING

MUTATIONS: tuple[Mutation, ...] = (
    *DATABASE,
    *TASKS,
    *WIRING,
    *TRAFFIC,
    *TRIED,
    *PUBLISHED,
    *HEALTH,
    *CONTAINERS,
    *NETWORK,
    *ORDER,
    *WAITING,
    *ROLLBACK,
    *PERMISSIONS,
    *POLICIES,
    *ALARMS,
    *ALERTS,
    *ENCRYPTION,
    *CONNECTIONS,
    *EVENTS,
    *SUBSCRIPTIONS,
    *REGIONS,
    *HYGIENE,
    *SECRETS,
    *NAMES,
    *REFUSED,
    *REFERENCES,
    *STARTUP,
    *SERVICE_LIMITS,
    *OUTSIDERS,
    *PLATFORM,
)
