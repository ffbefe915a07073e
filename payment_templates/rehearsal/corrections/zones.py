"""Returns AWS's zones of a region from Fn::GetAZs and DescribeAvailabilityZones.

ministack gives every region the letters a, b and c.
"""

from collections.abc import Callable
from typing import Any

from payment_templates.facts.regions import ZONES
from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.document import is_object
from payment_templates.rehearsal.services import amend_operations

_EC2 = f"{ministack.SERVICES}.ec2"
# AWS maps letters to zones per account: here use1-az3, which lacks Fargate, is not among the first
# three, as in accounts where the first three zones work.
_SWAPPED = {"us-east-1c": "us-east-1e", "us-east-1e": "us-east-1c"}


def install() -> None:
    """Return the same zones from both."""
    ministack.replace_everywhere(ministack.ENGINE, "_resolve_refs", _with_zones)
    ministack.replace_everywhere(_EC2, "_az_id_for_zone_name", _with_own_letters)
    amend_operations("ec2", {"DescribeAvailabilityZones": _described})


def zones(region: str) -> list[str]:
    """Return the zones of a region in alphabetical order."""
    return list(ZONES.get(region) or (f"{region}{letter}" for letter in "abc"))


def _with_zones(original: Callable[..., Any]) -> object:
    def resolve(value: object, *context: Any) -> Any:  # noqa: ANN401 - ministack's own signature
        if is_object(value) and "Fn::GetAZs" in value:
            asked = original(value["Fn::GetAZs"], *context) or ministack.region()
            # CloudFormation returns none for another region: measured by ministack's authors.
            return zones(asked) if asked == ministack.region() else []
        return original(value, *context)

    return resolve


def _with_own_letters(original: Callable[[str], str]) -> Callable[[str], str]:
    # ministack numbers zones by their letters.
    return lambda name: original(_SWAPPED.get(name, name))


def _described(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    pattern = answer["AvailabilityZones"][0]
    number_of = ministack.look_up(_EC2, "_az_id_for_zone_name")
    return {
        "AvailabilityZones": [
            {**pattern, "ZoneName": name, "ZoneId": number_of(name)}
            for name in zones(ministack.region())
        ]
    }
