"""Says for each requirement of PCI DSS v4.0.1 what decides it, and what others must do."""

from __future__ import annotations

from payment_templates.report.compliance.matrix.access import ACCESS
from payment_templates.report.compliance.matrix.data import DATA
from payment_templates.report.compliance.matrix.logs import LOGS
from payment_templates.report.compliance.matrix.monitoring import MONITORING
from payment_templates.report.compliance.matrix.network import NETWORK
from payment_templates.report.compliance.matrix.row import Row
from payment_templates.report.compliance.matrix.software import SOFTWARE

# In the order of the standard.
MATRIX: tuple[Row, ...] = (
    *NETWORK,
    *DATA,
    *SOFTWARE,
    *ACCESS,
    *LOGS,
    *MONITORING,
)

__all__ = ["MATRIX", "Row"]
