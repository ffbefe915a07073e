"""The zones of a region: Fn::GetAZs and DescribeAvailabilityZones name those that AWS has.

ministack gives every region the letters a, b and c. The exceptions are those of cfn-lint 1.58.0,
AVAILABILITY_ZONES in cfnlint/helpers.py, whose import takes too long to ask at run time.
"""

from collections.abc import Callable
from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.document import is_object
from payment_templates.rehearsal.services import amend_operations

_USUAL = "abc"
# ministack numbers zones by their letters, and subnets carry its numbers.
_LETTERS_BY_NUMBER = " abcdef"
_LETTERS = {
    "ap-northeast-1": "abcd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abcd",
    "us-east-1": "abcdef",
    "us-west-1": "ac",
    "us-west-2": "abcd",
}


def install() -> None:
    """Answer both with the same zones."""
    ministack.replace_everywhere(ministack.ENGINE, "_resolve_refs", _with_zones)
    amend_operations("ec2", {"DescribeAvailabilityZones": _described})


def zones(region: str) -> list[str]:
    """Name the zones of a region, in the order of their letters."""
    return [f"{region}{letter}" for letter in _LETTERS.get(region, _USUAL)]


def _with_zones(original: Callable[..., Any]) -> object:
    def resolve(value: object, *context: Any) -> Any:  # noqa: ANN401 - ministack's own signature
        if is_object(value) and "Fn::GetAZs" in value:
            asked = original(value["Fn::GetAZs"], *context) or ministack.region()
            # Of another region CloudFormation knows none: measured by ministack's authors.
            return zones(asked) if asked == ministack.region() else []
        return original(value, *context)

    return resolve


def _described(_request: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    pattern = answer["AvailabilityZones"][0]
    prefix = pattern["ZoneId"].rstrip("0123456789")
    return {
        "AvailabilityZones": [
            {**pattern, "ZoneName": name, "ZoneId": f"{prefix}{_LETTERS_BY_NUMBER.index(name[-1])}"}
            for name in zones(ministack.region())
        ]
    }
