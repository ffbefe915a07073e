"""Metric math at one point in time, with the examples of AWS's documentation."""

from __future__ import annotations

import pytest

from payment_templates.cloudformation import UnexpectedValueError
from payment_templates.evidence.topology.alerting.metric_math import Point, value_of

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
FIRST = (30, 20, 0, 0)
SECOND = (20, None, 20, None)


def results(expression: str, **series: tuple[float | None, ...]) -> list[float | None]:
    """Evaluate an expression for each point in time."""
    return [
        value_of(
            expression, {name: Point(value=value) for name, value in zip(series, at, strict=True)}
        ).value
        for at in zip(*series.values(), strict=True)
    ]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 < m2", [0, 0, 1, 0]),
        ("m1 >= 30", [1, 0, 0, 0]),
        ("m1 > 15 AND m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 && m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 OR m2 > 15", [1, 1, 1, 0]),
    ],
)
def test_comparison_takes_a_missing_value_for_0(expression: str, expected: list[float]) -> None:
    assert results(expression, m1=FIRST, m2=SECOND) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(m1, m2, m3)", [30, 0, 20, None, None]),
        ("IF(m1, 5, m3)", [5, 5, 20, None, None]),
        ("IF(m1, m2, 5)", [30, 0, 5, 5, None]),
        ("IF(m1, m2)", [30, 0, None, None, None]),
    ],
)
def test_if_drops_a_point_without_condition_or_second_branch(
    expression: str, expected: list[float | None]
) -> None:
    found = results(
        expression,
        m1=(1, 1, 0, 0, None),
        m2=(30, None, 0, 0, 30),
        m3=(0, 0, 20, None, 20),
    )

    assert found == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 + m2", [3, 1, 2, None]),
        ("m1 - m2", [-1, 1, -2, None]),
        ("-m1", [-1, -1, None, None]),
        ("m1 * 60", [60, 60, None, None]),
        ("m2 ^ 2", [4, None, 4, None]),
        ("1 / (m1 - 1)", [None] * 4),
        ("m1 / m2", [0.5, None, 0, None]),
        ("FILL(m1, 7)", [1, 1, 7, 7]),
        ("FILL(m1, m2)", [1, 1, 2, None]),
        ("MAX([FILL(m1, 0), FILL(m2, 0)])", [2, 1, 2, 0]),
        ("MIN([FILL(m1, 0), FILL(m2, 0)])", [1, 0, 0, 0]),
        ("SUM([FILL(m1, 0), 1])", [2, 2, 1, 1]),
        ("TIME_SERIES(3)", [3, 3, 3, 3]),
    ],
)
def test_arithmetic_takes_one_missing_value_for_0(
    expression: str, expected: list[float | None]
) -> None:
    assert results(expression, m1=(1, 1, None, None), m2=(2, None, 2, None)) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "SEARCH('{AWS/RDS}', 'Sum')",
        "RATE(m1)",
        "m1 < 2 < 3",
        "other",
        "MAX([m2, 1])",
        "m1 +",
        "IF(1)",
    ],
)
def test_what_aws_does_not_document_is_refused(expression: str) -> None:
    with pytest.raises(UnexpectedValueError, match="not evaluated here"):
        value_of(expression, {"m1": Point(value=1), "m2": Point(value=None)})
