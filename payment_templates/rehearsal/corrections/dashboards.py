"""Dashboards are the account's; ministack keeps them by region.

"All dashboards are global. They are not Region-specific.": Amazon CloudWatch User Guide, "Creating
a CloudWatch dashboard".
"""

from payment_templates.rehearsal import ministack


def install() -> None:
    """Show a dashboard in every region."""
    ministack.share_between_regions("cloudwatch", "_dashboards")
