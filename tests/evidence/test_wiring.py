"""Variables for the database: harmless spellings, and what stays open."""

from __future__ import annotations

import pytest

from payment_templates.evidence import Verdict
from tests.evidence.changes import Change, changed, cut, put
from tests.evidence.templates import real_document, verdict_of

CONTAINER = "TaskDefinition.Properties.ContainerDefinitions.0"
ENVIRONMENT = f"{CONTAINER}.Environment"
WRITER = "${DatabaseCluster.Endpoint.Address}"
USED, PUBLISHED = "tasks-use-their-database", "published-endpoints-are-right"

KEPT: dict[str, tuple[str, Change]] = {
    "a connection string": (
        USED,
        put(f"{ENVIRONMENT}.1.Value", {"Fn::Sub": f"postgres://{WRITER}:5432/payments?ssl=true"}),
    ),
    "the database that every server has": (USED, put(f"{ENVIRONMENT}.4.Value", "postgres")),
    "a variable of another language": (USED, put(f"{ENVIRONMENT}.1.Name", "dbHost")),
    "an instance for reports": (
        USED,
        put(f"{ENVIRONMENT}.2.Value", {"Fn::GetAtt": ["DatabaseReader1", "Endpoint.Address"]}),
    ),
    "a thread count": (USED, put(f"{ENVIRONMENT}.0.Name", "THREADS")),
    "the current version by its name": (
        USED,
        put(
            f"{CONTAINER}.Secrets.1.ValueFrom",
            {"Fn::Sub": "${DatabaseSecret}:password:AWSCURRENT:"},
        ),
    ),
    "an output of another name": (
        PUBLISHED,
        put("Outputs.Other", {"Value": {"Fn::GetAtt": ["DatabaseCluster", "Endpoint.Address"]}}),
    ),
}
OPEN: dict[str, tuple[str, Change]] = {
    "a host outside": (USED, put(f"{ENVIRONMENT}.1.Value", "database.example.com")),
    "a database that RDS does not create": (USED, cut("DatabaseCluster.Properties.DatabaseName")),
    "a reader by its alias": (
        PUBLISHED,
        put("ReaderParameter.Properties.Value", "reader.example.com"),
    ),
}


@pytest.mark.parametrize(("claim", "change"), KEPT.values(), ids=list(KEPT))
def test_harmless_variant_is_kept(claim: str, change: Change) -> None:
    assert verdict_of(claim, changed(real_document(), change)) is Verdict.KEPT


@pytest.mark.parametrize(("claim", "change"), OPEN.values(), ids=list(OPEN))
def test_what_the_template_does_not_show_is_a_condition(claim: str, change: Change) -> None:
    assert verdict_of(claim, changed(real_document(), change)) is Verdict.CONDITIONAL
