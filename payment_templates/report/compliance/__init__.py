"""Maps a template to PCI DSS v4.0.1: what meets each requirement, and what others must do."""

from payment_templates.report.compliance.assessment import Assessment, Status, assess

__all__ = ["Assessment", "Status", "assess"]
