"""Rejects the deletion of a protected load balancer; ministack deletes it.

AWS's wording: github.com/aws-cloudformation/rain/issues/187.
"""

from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Properties
from payment_templates.rehearsal.services import guard_operations
from payment_templates.rehearsal.wire import ServiceError

_TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_PROTECTED = {"Key": "deletion_protection.enabled", "Value": "true"}


def install() -> None:
    """Reject the deletion by the API and by CloudFormation."""
    guard_operations("elbv2", {"DeleteLoadBalancer": _require_unprotected})
    handlers = ministack.resource_handlers()[_TYPE]
    original = handlers["delete"]

    def delete(arn: str, properties: Properties) -> None:
        try:
            _require_unprotected({"LoadBalancerArn": arn})
        except ServiceError as error:
            raise RuntimeError(
                f"{error.message} (Service: AmazonElasticLoadBalancing; Status Code: 400; "
                f"Error Code: {error.code}; Request ID: {uuid4()}; Proxy: null)"
            ) from error
        original(arn, properties)

    handlers["delete"] = delete


def _require_unprotected(request: dict[str, Any]) -> None:
    arn = request["LoadBalancerArn"]
    try:
        attributes = account.call("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn=arn)[
            "Attributes"
        ]
    except ClientError:
        # botocore, DeleteLoadBalancer: deleting a load balancer that does not exist succeeds.
        return
    if _PROTECTED in attributes:
        raise ServiceError(
            "OperationNotPermitted",
            f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
        )
