"""Returns TargetGroupFullName as CloudWatch's dimension: the ARN from "targetgroup/" on.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
"""

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Attributes

_TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"


def install() -> None:
    """Correct the attribute when a target group is created or updated."""
    handlers = ministack.resource_handlers()[_TARGET_GROUP]
    original_create, original_update = handlers["create"], handlers["update"]

    def create(*request: object) -> tuple[str, Attributes]:
        return _named(*original_create(*request))

    def update(*request: object) -> tuple[str, Attributes]:
        return _named(*original_update(*request))

    handlers.update(create=create, update=update)


def _named(arn: str, attributes: Attributes) -> tuple[str, Attributes]:
    return arn, {**attributes, "TargetGroupFullName": arn.rpartition(":")[2]}
