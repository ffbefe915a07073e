"""What the replication of a global database costs, and when that is not known."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation import template_of
from payment_templates.evidence import region_pair, regional_topologies
from payment_templates.report.cost.bill import bills_of
from payment_templates.report.cost.bill_lines import total
from payment_templates.report.cost.choices import choices_of
from payment_templates.report.cost.usage import Usage
from tests.cloudformation.templates import product
from tests.evidence.changes import changed, put
from tests.report.bills import bills, usd

GLOBAL = put("Global", {"Type": "AWS::RDS::GlobalCluster", "Properties": {}})


def test_replication_to_a_region_without_a_confirmed_price_makes_the_sum_a_minimum() -> None:
    topologies = regional_topologies(
        template_of(changed(product(), GLOBAL)), regions=("us-east-1", "us-east-2"), parameters={}
    )
    here, _ = bills_of(topologies, Usage())

    assert usd(here, "replicated writes to us-east-2") == pytest.approx(10.51, rel=0.01)
    assert usd(here, "replicated data to us-east-2") is None
    assert not here.total.exact
    # A total of the tiers without it is still exact.
    assert total(here.of_tier("tasks")).exact


def test_share_of_writes_decides_what_is_replicated() -> None:
    document = changed(product(), GLOBAL)
    few, many = (bills(document, Usage(write_percent=percent))[0] for percent in (10, 100))
    what = "replicated writes to us-west-2"

    assert usd(many, what) == pytest.approx(10 * (usd(few, what) or 0))
    assert usd(bills(document, Usage(requests_per_second=0))[0], what) == 0


def test_region_alone_is_replicated_to_the_other_region_of_the_pair() -> None:
    topologies = regional_topologies(
        template_of(changed(product(), GLOBAL)), regions=("us-west-2",), parameters={}
    )
    (bill,) = bills_of(topologies, Usage())

    assert usd(bill, "replicated data to us-east-1")
    assert bill.total.exact


def test_cluster_that_joins_a_global_database_is_charged_where_the_requests_go() -> None:
    joins = put("DatabaseCluster.Properties.GlobalClusterIdentifier", "payments")
    here, there = bills(changed(product(), joins))

    assert usd(here, "replicated writes to us-west-2")
    assert usd(there, "replicated writes to us-east-1") == 0


def test_replication_is_a_choice_that_drives_the_bill() -> None:
    topologies = regional_topologies(
        template_of(changed(product(), GLOBAL)), regions=region_pair("us-east-1"), parameters={}
    )
    found = choices_of(topologies, bills_of(topologies, Usage()), Usage())
    costs = {it.what: (round(it.cost.usd, 2), it.made) for it in found}

    # 26.28 million requests x 4 I/Os x 50 % x 0.20, and x 4 KB x 0.02 a GB.
    assert costs["the replication of the global database"] == (12.52, True)
