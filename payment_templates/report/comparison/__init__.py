"""Compares two templates: what an update changes, what is lost, and which verdicts change."""

from payment_templates.report.comparison.change import (
    Effect,
    ParameterChange,
    PropertyChange,
    ResourceChange,
)
from payment_templates.report.comparison.comparison import Comparison, compare
from payment_templates.report.comparison.promises import PromiseChange, RecoveryChange

__all__ = [
    "Comparison",
    "Effect",
    "ParameterChange",
    "PromiseChange",
    "PropertyChange",
    "RecoveryChange",
    "ResourceChange",
    "compare",
]
