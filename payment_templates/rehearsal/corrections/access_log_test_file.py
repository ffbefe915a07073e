"""Writes a load balancer's test file into the bucket of its access logs; ministack writes none.

"Elastic Load Balancing validates the S3 bucket and creates a test file":
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
Its text: github.com/Corymbia/eucalyptus/issues/92.
"""

from datetime import UTC, datetime
from uuid import uuid4

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account, ministack
from payment_templates.rehearsal.ministack import Attributes, Properties

_TYPE = "AWS::ElasticLoadBalancingV2::LoadBalancer"
_ACCESS_LOGS = "access_logs.s3."


def install() -> None:
    """Write the file when CloudFormation switches access logs on, or to another bucket."""
    handlers = ministack.resource_handlers()[_TYPE]
    create, update, delete = (handlers[step] for step in ("create", "update", "delete"))

    def created(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        arn, attributes = create(logical_id, properties, stack)
        try:
            _write_test_file(arn, _access_logs(properties))
        except RuntimeError:
            delete(arn, properties)
            raise
        return arn, attributes

    def updated(
        arn: str, before: Properties, after: Properties, *more: object
    ) -> tuple[str, Attributes]:
        if _access_logs(after) != _access_logs(before):
            _write_test_file(arn, _access_logs(after))
        result: tuple[str, Attributes] = update(arn, before, after, *more)
        return result

    handlers.update(create=created, update=updated)


def _access_logs(properties: Properties) -> dict[str, str]:
    return {
        one["Key"].removeprefix(_ACCESS_LOGS): str(one["Value"])
        for one in properties.get("LoadBalancerAttributes") or ()
        if one["Key"].startswith(_ACCESS_LOGS)
    }


def _write_test_file(arn: str, logs: dict[str, str]) -> None:
    if logs.get("enabled") != "true":
        return
    bucket, prefix = logs["bucket"], logs.get("prefix")
    folder = f"{prefix}/AWSLogs" if prefix else "AWSLogs"
    # arn:aws:elasticloadbalancing:region:account:loadbalancer/app/name/identity
    text = f"Enable AccessLog for ELB: {arn.split('/')[-2]} at {datetime.now(UTC).isoformat()}"
    try:
        account.call(
            "s3",
            "PutObject",
            Bucket=bucket,
            Key=f"{folder}/{ministack.account()}/ELBAccessLogTestFile",
            Body=text.encode(),
        )
    except ClientError as error:
        # github.com/aws/aws-cdk/issues/21947.
        raise RuntimeError(
            f"Access Denied for bucket: {bucket}. Please check S3bucket permission (Service: "
            "AmazonElasticLoadBalancing; Status Code: 400; Error Code: "
            f"InvalidConfigurationRequest; Request ID: {uuid4()}; Proxy: null)"
        ) from error
