"""The whole bill of the standard template and of production, against a calculation by hand.

The prices are those of published_prices.toml, which has them from other sources than the table: the
test notices a wrong price, a wrong quantity and a line that is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from payment_templates.cloudformation import template_of
from payment_templates.evidence import regional_topologies
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.usage import Usage
from tests.cloudformation.templates import product
from tests.evidence.changes import changed, put
from tests.report.published import REGIONS, published

if TYPE_CHECKING:
    from payment_templates.report.cost.bill_lines import RegionBill
    from tests.evidence.changes import Json

HOURS = 730
# 10 requests a second for 730 hours.
REQUESTS = 10 * HOURS * 3600
KB_PER_GB = 1024 * 1024


def fixed(region: str) -> float:
    """Return what the standard template costs without requests."""

    def usd(name: str) -> float:
        return published(name, region)

    # Writer and two readers; 50 GB; backups of one day cost nothing.
    database = 3 * HOURS * usd("db.t3.medium") + 50 * usd("AURORA_STORAGE")
    # Six tasks of 0.25 vCPU and 0.5 GB.
    tasks = 6 * HOURS * (0.25 * usd("FARGATE_CPU") + 0.5 * usd("FARGATE_MEMORY"))
    # A NAT gateway; its public address, and one of the load balancer in each of three zones.
    network = HOURS * usd("NAT_GATEWAY") + 4 * HOURS * usd("PUBLIC_ADDRESS")
    load_balancer = HOURS * usd("BALANCER_HOUR")
    # Four alarms and two of scaling, a dashboard, 31 metrics of Container Insights.
    monitoring = 6 * usd("ALARM") + usd("DASHBOARD") + 31 * usd("CUSTOM_METRIC")
    key_and_secret = usd("KEY") + usd("SECRET")
    return database + tasks + network + load_balancer + monitoring + key_and_secret


def by_usage(region: str) -> float:
    """Return what the requests to the standard template cost."""

    def usd(name: str) -> float:
        return published(name, region)

    # Four I/O operations a request.
    input_output = REQUESTS * 4 / 1e6 * usd("AURORA_IO")
    # 50 GB through the NAT gateway; responses of 8 KB; 4 KB to the writer from two of three zones,
    # charged in each direction.
    data = 50 * usd("NAT_DATA") + REQUESTS * 8 / KB_PER_GB * usd("INTERNET_DATA")
    data += REQUESTS * 4 / KB_PER_GB * 2 / 3 * 2 * usd("ZONE_DATA")
    # 10 of the 25 new connections a second of a capacity unit.
    capacity_units = 10 / 25 * HOURS * usd("BALANCER_UNIT")
    # 1 KB of logs a request, received and stored for a week.
    logs = REQUESTS / KB_PER_GB * (usd("LOG_INGESTION") + 7 * 24 / 730 * usd("LOG_STORAGE"))
    return input_output + data + capacity_units + logs


def bills(document: Json, *regions: str) -> tuple[RegionBill, ...]:
    topologies = regional_topologies(template_of(document), regions=regions, parameters={})
    return bills_of(topologies, Usage())


def test_bill_is_within_two_percent_of_published_prices() -> None:
    here, there = bills(product(), *REGIONS)

    assert (here.region, there.region) == REGIONS
    assert here.total.exact
    assert there.total.exact
    assert here.total.usd == pytest.approx(fixed("us-east-1") + by_usage("us-east-1"), rel=0.02)
    assert there.total.usd == pytest.approx(fixed("us-west-2"), rel=0.02)


@pytest.mark.parametrize("region", REGIONS)
def test_requests_cost_what_is_published_in_either_region(region: str) -> None:
    (bill,) = bills(product(), region)

    assert bill.total.exact
    assert bill.total.usd == pytest.approx(fixed(region) + by_usage(region), rel=0.02)


@pytest.mark.parametrize(("home", "other"), [REGIONS, REGIONS[::-1]], ids=REGIONS)
def test_global_database_adds_its_replication_at_published_prices(home: str, other: str) -> None:
    cluster = put("Global", {"Type": "AWS::RDS::GlobalCluster", "Properties": {}})
    alone, replicated = (
        bills(product(), home, other),
        bills(changed(product(), cluster), home, other),
    )
    # Half of four I/O operations, and 4 KB, of each request; charged to the region of the writer.
    added = REQUESTS * 2 / 1e6 * published("REPLICATED_WRITES", home)
    added += REQUESTS * 4 / KB_PER_GB * published("REGION_DATA", home)

    assert replicated[0].total.exact
    assert replicated[0].total.usd - alone[0].total.usd == pytest.approx(added, rel=0.02)
    assert replicated[1].total == alone[1].total
