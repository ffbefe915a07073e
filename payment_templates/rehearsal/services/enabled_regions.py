"""Emulates which regions an account has enabled: at first those that need no opt-in.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.services import add_rest_service, amend_operations
from payment_templates.rehearsal.wire import ServiceError

SERVICE = "account"
_BY_DEFAULT = "opt-in-not-required"
_DISABLED = "not-opted-in"


@dataclass(frozen=True, kw_only=True)
class _EnabledRegions:
    """The regions that every account has enabled, beyond those that need no opt-in."""

    enabled: MutableMapping[str, bool]

    def enable(self, request: dict[str, Any]) -> Mapping[str, Any]:
        """Enable a region at once, which takes AWS minutes to hours."""
        name = request["RegionName"]
        shown = account.call("ec2", "DescribeRegions", AllRegions=True)["Regions"]
        if name not in [one["RegionName"] for one in shown if one["OptInStatus"] != _BY_DEFAULT]:
            raise ServiceError("ValidationException", f"{name} is no region that can be enabled.")
        self.enabled[name] = True
        return {}

    def describe(self, request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
        """Say for each region whether it is enabled; without AllRegions, leave out the others."""
        shown = [{**one, "OptInStatus": self._status(one)} for one in answer["Regions"]]
        if not request.get("AllRegions"):
            shown = [one for one in shown if one["OptInStatus"] != _DISABLED]
        return {"Regions": shown}

    def _status(self, region: Mapping[str, Any]) -> str:
        if region["OptInStatus"] == _BY_DEFAULT:
            return _BY_DEFAULT
        return "opted-in" if region["RegionName"] in self.enabled else _DISABLED


def install() -> None:
    """Serve EnableRegion, and change the answers of DescribeRegions."""
    regions = _EnabledRegions(enabled=ministack.account_store())
    add_rest_service(SERVICE, {"EnableRegion": regions.enable})
    amend_operations("ec2", {"DescribeRegions": regions.describe})
