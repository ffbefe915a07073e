"""A database instance without a zone may be in any: RDS chooses it."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, changed, cut, drop, put
from tests.evidence.templates import real_document, verdict_of

FAILOVER, READERS = "database-fails-over", "readers-in-other-zones"
WRITER, READER1, READER2 = (
    f"{name}.Properties.AvailabilityZone"
    for name in ("DatabaseWriter", "DatabaseReader1", "DatabaseReader2")
)


@pytest.mark.parametrize(
    ("changes", "failover", "readers"),
    [
        pytest.param((cut(READER1),), Verdict.KEPT, Verdict.UNKNOWN, id="one reader"),
        pytest.param(
            (cut(READER1), cut(READER2)), Verdict.UNKNOWN, Verdict.UNKNOWN, id="both readers"
        ),
        # The readers are in two zones, of which the writer is in one at most.
        pytest.param((cut(WRITER),), Verdict.KEPT, Verdict.UNKNOWN, id="writer"),
        pytest.param(
            (cut(WRITER), drop("DatabaseReader2")),
            Verdict.UNKNOWN,
            Verdict.UNKNOWN,
            id="writer, with one reader",
        ),
        pytest.param(
            (cut(WRITER), cut(READER1), cut(READER2)),
            Verdict.UNKNOWN,
            Verdict.UNKNOWN,
            id="all",
        ),
        pytest.param(
            (put(WRITER, "us-east-1a"), put(READER1, "us-east-1a"), cut(READER2)),
            Verdict.UNKNOWN,
            Verdict.BROKEN,
            id="one reader, with the other one beside the writer",
        ),
        pytest.param(
            (put(WRITER, "us-east-1a"), put(READER1, "us-east-1a"), put(READER2, "us-east-1a")),
            Verdict.BROKEN,
            Verdict.BROKEN,
            id="none, in one zone",
        ),
    ],
)
def test_zone_is_left_to_rds(
    changes: tuple[Change, ...], failover: Verdict, readers: Verdict
) -> None:
    document = changed(real_document(), *changes)

    assert verdict_of(FAILOVER, document) is failover
    assert verdict_of(READERS, document) is readers
