"""The whole bill of the standard template, against a calculation by hand from AWS's prices.

The prices are written out here and are those with a source in facts/prices.py: the test checks the
quantities and the sum, and would not notice a price that is wrong in both places.
"""

from __future__ import annotations

import pytest

from payment_templates.cloudformation import template_of
from payment_templates.evidence import regional_topologies
from payment_templates.report.cost.calculation import bills_of
from payment_templates.report.cost.usage import Usage
from tests.cloudformation.templates import product

HOURS = 730
# 10 requests a second for 730 hours.
REQUESTS = 10 * HOURS * 3600
KB_PER_GB = 1024 * 1024

# Writer and two readers, db.t3.medium; 50 GB; backups of one day cost nothing.
DATABASE = 3 * HOURS * 0.082 + 50 * 0.10
# Six tasks of 0.25 vCPU and 0.5 GB.
TASKS = 6 * HOURS * (0.25 * 0.04048 + 0.5 * 0.004445)
# A NAT gateway; its public address, and one of the load balancer in each of three zones.
NETWORK = HOURS * 0.045 + 4 * HOURS * 0.005
LOAD_BALANCER = HOURS * 0.0225
# Four alarms and two of scaling, a dashboard, 31 metrics of Container Insights.
MONITORING = 6 * 0.10 + 3.00 + 31 * 0.30
KEY_AND_SECRET = 1.00 + 0.40
FIXED = DATABASE + TASKS + NETWORK + LOAD_BALANCER + MONITORING + KEY_AND_SECRET

# Four I/O operations a request.
INPUT_OUTPUT = REQUESTS * 4 / 1e6 * 0.20
# 50 GB through the NAT gateway; responses of 8 KB; 4 KB to the writer from two of three zones,
# charged in each direction.
DATA = 50 * 0.045 + REQUESTS * 8 / KB_PER_GB * 0.09 + REQUESTS * 4 / KB_PER_GB * 2 / 3 * 2 * 0.01
# 10 of the 25 new connections a second of a capacity unit.
CAPACITY_UNITS = 10 / 25 * HOURS * 0.008
# 1 KB of logs a request, received and stored for a week.
LOGS = REQUESTS / KB_PER_GB * (0.50 + 7 / 30 * 0.03)
BY_USAGE = INPUT_OUTPUT + DATA + CAPACITY_UNITS + LOGS


@pytest.mark.parametrize(
    ("number", "region", "published"),
    [(0, "us-east-1", FIXED + BY_USAGE), (1, "us-west-2", FIXED)],
    ids=["us-east-1", "us-west-2"],
)
def test_bill_is_within_two_percent_of_published_prices(
    number: int, region: str, published: float
) -> None:
    topologies = regional_topologies(
        template_of(product()), regions=("us-east-1", "us-west-2"), parameters={}
    )
    bill = bills_of(topologies, Usage())[number]

    assert bill.region == region
    assert bill.total.exact
    assert bill.total.usd == pytest.approx(published, rel=0.02)


@pytest.mark.parametrize("region", ["us-east-1", "us-west-2"])
def test_requests_cost_the_same_in_both_regions(region: str) -> None:
    topologies = regional_topologies(template_of(product()), regions=(region,), parameters={})
    (bill,) = bills_of(topologies, Usage())

    assert bill.total.exact
    assert bill.total.usd == pytest.approx(FIXED + BY_USAGE, rel=0.02)
