"""Ways to let connections go without encryption."""

from __future__ import annotations

from tests.evidence.changes import Change, cut, put
from tests.evidence.mutations.mutation import Mutation, mutation

_GROUP = "DatabaseParameterGroup.Properties"
_POLICY = "HttpsListener.Properties.SslPolicy"


def _plain(title: str, *changes: Change) -> Mutation:
    return mutation(title, "database-connections-are-encrypted", *changes)


CONNECTIONS = (
    _plain("TLS is not forced", put(f"{_GROUP}.Parameters", {"rds.force_ssl": "0"})),
    _plain("TLS is not forced, by a number", put(f"{_GROUP}.Parameters", {"rds.force_ssl": 0})),
    _plain(
        "TLS is left to the engine's default", put(f"{_GROUP}.Parameters", {"log_lock_waits": "1"})
    ),
    _plain(
        "no parameter group is attached",
        cut("DatabaseCluster.Properties.DBClusterParameterGroupName"),
    ),
    _plain(
        "the default parameter group is attached",
        put(
            "DatabaseCluster.Properties.DBClusterParameterGroupName", "default.aurora-postgresql15"
        ),
    ),
    _plain("the parameters are another engine's", put(f"{_GROUP}.Family", "aurora-mysql8.0")),
    _plain("the parameters are another version's", put(f"{_GROUP}.Family", "aurora-postgresql14")),
    mutation(
        "the listener takes TLS 1.0",
        "payments-use-https",
        put(_POLICY, "ELBSecurityPolicy-2016-08"),
    ),
    mutation(
        "the listener takes TLS 1.1",
        "payments-use-https",
        put(_POLICY, "ELBSecurityPolicy-TLS13-1-1-2021-06"),
    ),
)
