"""What AWS's service level agreements come to along the path of a request."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.evidence.resolve.stack import Stack

# Monthly uptime below which AWS pays credits, with tasks and instances in several zones:
# https://aws.amazon.com/elasticloadbalancing/sla, https://aws.amazon.com/compute/sla,
# https://aws.amazon.com/rds/aurora/sla, https://aws.amazon.com/kms/sla
_SLA = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 0.9999,
    "AWS::ECS::Service": 0.9999,
    "AWS::RDS::DBCluster": 0.9999,
    "AWS::KMS::Key": 0.99999,
}
NO_FIGURE = "without a published figure here: NAT gateway, CloudWatch, EventBridge"
NO_FORECAST = "an SLA is a threshold for credits, no forecast"


def serial_sla(stack: Stack) -> tuple[float, str]:
    """Multiply the SLAs of what a request needs; give the product and its arithmetic."""
    used = {kind: sla for kind, sla in _SLA.items() if stack.of_type(kind)}
    product = prod(used.values())
    factors = " x ".join(f"{kind.split('::')[1]} {sla:.3%}" for kind, sla in used.items())
    return product, f"{factors or 'nothing'} = {product:.4%}"
