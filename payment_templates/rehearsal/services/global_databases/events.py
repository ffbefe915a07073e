"""Records the RDS events of a move: category `global-failover` of the source type db-cluster.

The texts are those of "DB cluster events" in the Amazon Aurora User Guide.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
"""

from time import time
from uuid import uuid4

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.services.global_databases import records

CATEGORY = "global-failover"
# The category of the two events about blocked writes.
_NOTIFICATION = "notification"
_NOTIFICATIONS = ("RDS-EVENT-0390", "RDS-EVENT-0391")
# By event ID, which DescribeEvents does not show.
_TEXTS = {
    "RDS-EVENT-0181": "Global switchover to DB cluster {name} in Region {region} started.",
    "RDS-EVENT-0182": "Old primary DB cluster {name} in Region {region} successfully shut down.",
    "RDS-EVENT-0184": "New primary DB cluster {name} in Region {region} was successfully promoted.",
    "RDS-EVENT-0185": "Global switchover to DB cluster {name} in Region {region} finished.",
    "RDS-EVENT-0186": "Global switchover to DB cluster {name} in Region {region} is cancelled.",
    "RDS-EVENT-0238": "Global failover to DB cluster {name} in Region {region} completed.",
    "RDS-EVENT-0390": "Attempt to block writes for DB cluster {name} in Region {region} succeeded.",
    "RDS-EVENT-0391": "Attempt to block writes for DB cluster {name} in Region {region} timed out.",
    "RDS-EVENT-0240": (
        "Started resynchronizing members of DB cluster {name} in Region {region} after global "
        "failover."
    ),
    "RDS-EVENT-0241": (
        "Finished resynchronizing members of DB cluster {name} in Region {region} after global "
        "failover."
    ),
}


def record(event: str, about: str, *, at: str) -> None:
    """Record an event about one cluster with the cluster that reports it; both are ARNs."""
    message = _TEXTS[event].format(name=records.name_of(about), region=records.region_of(about))
    with ministack.in_region(records.region_of(at)):
        ministack.database_events()[str(uuid4())] = {
            "SourceIdentifier": records.name_of(at),
            "SourceType": "db-cluster",
            "SourceArn": at,
            "Message": message,
            "Date": time(),
            "EventCategories": [_NOTIFICATION if event in _NOTIFICATIONS else CATEGORY],
        }
