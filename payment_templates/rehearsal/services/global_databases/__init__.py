"""Emulates Aurora global databases: one database whose members are clusters in several regions.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html
"""

from payment_templates.rehearsal.services.global_databases import (
    instances,
    members,
    moves,
    operations,
    replication_lag,
)


def install() -> None:
    """Serve the operations, and check what a membership forbids."""
    operations.install()
    members.install()
    instances.install()
    replication_lag.install()
    # Last, so that every request sees what a move has reached by now.
    moves.install()
