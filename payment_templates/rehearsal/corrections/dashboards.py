"""Shares dashboards between the regions of an account; ministack stores them per region.

"All dashboards are global. They are not Region-specific.": Amazon CloudWatch User Guide, "Creating
a CloudWatch dashboard".
"""

from payment_templates.rehearsal import ministack


def install() -> None:
    """Store dashboards per account."""
    ministack.share_between_regions("cloudwatch", "_dashboards")
