"""Adds the bucket that keeps the load balancer's access logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awacs import s3 as bucket_actions
from awacs.aws import Allow, Bool, Condition, Deny, PolicyDocument, Principal, Statement
from troposphere import Sub, s3

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.scope import Scope

# An upload that log delivery did not finish is no log.
UNFINISHED_UPLOAD_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class AccessLogs:
    """The bucket and its policy, without which a load balancer cannot write to it."""

    bucket: s3.Bucket
    policy: s3.BucketPolicy


def add_access_logs(scope: Scope) -> AccessLogs | None:
    """Add the bucket for access logs and its policy; None without the option."""
    if not scope.options.access_logs:
        return None
    bucket = _add_bucket(scope)
    policy = scope.add(
        s3.BucketPolicy(
            "AccessLogBucketPolicy",
            Bucket=bucket.ref(),
            PolicyDocument=PolicyDocument(
                Version="2012-10-17",
                Statement=[_let_load_balancer_write(bucket), _refuse_plain_http(bucket)],
            ),
        )
    )
    return AccessLogs(bucket=bucket, policy=policy)


def _add_bucket(scope: Scope) -> s3.Bucket:
    return scope.add(
        s3.Bucket(
            "AccessLogBucket",
            BucketName=naming.access_log_bucket(),
            # Log delivery supports no other encryption, and no key of one's own:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
            BucketEncryption=s3.BucketEncryption(
                ServerSideEncryptionConfiguration=[
                    s3.ServerSideEncryptionRule(
                        ServerSideEncryptionByDefault=s3.ServerSideEncryptionByDefault(
                            SSEAlgorithm="AES256"
                        )
                    )
                ]
            ),
            OwnershipControls=s3.OwnershipControls(
                Rules=[s3.OwnershipControlsRule(ObjectOwnership="BucketOwnerEnforced")]
            ),
            PublicAccessBlockConfiguration=s3.PublicAccessBlockConfiguration(
                BlockPublicAcls=True,
                BlockPublicPolicy=True,
                IgnorePublicAcls=True,
                RestrictPublicBuckets=True,
            ),
            VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
            LifecycleConfiguration=s3.LifecycleConfiguration(Rules=[_expire(scope)]),
            Tags=naming.tags("access-logs"),
        )
    )


def _expire(scope: Scope) -> s3.LifecycleRule:
    # A log that someone deletes or overwrites can be restored for as long as logs are kept. S3 also
    # removes a delete marker that is left alone, because the rule expires objects by their age:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    days = scope.options.log_days
    return s3.LifecycleRule(
        Id="expire",
        Status="Enabled",
        ExpirationInDays=days,
        NoncurrentVersionExpiration=s3.NoncurrentVersionExpiration(NoncurrentDays=days),
        AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(
            DaysAfterInitiation=UNFINISHED_UPLOAD_DAYS
        ),
    )


def _let_load_balancer_write(bucket: s3.Bucket) -> Statement:
    # The path names the account: log delivery writes a balancer's logs, and the file that tests the
    # permission, only below its owner's ID. Not also aws:SourceArn: where delivery sends none, the
    # balancer could not be created.
    path = f"${{{bucket.title}.Arn}}/AWSLogs/${{AWS::AccountId}}/*"
    return Statement(
        Sid="LoadBalancerWrites",
        Effect=Allow,
        Principal=Principal("Service", "logdelivery.elasticloadbalancing.amazonaws.com"),
        Action=[bucket_actions.PutObject],
        Resource=[Sub(path)],
    )


def _refuse_plain_http(bucket: s3.Bucket) -> Statement:
    return Statement(
        Sid="OnlyTls",
        Effect=Deny,
        Principal=Principal("*"),
        Action=[bucket_actions.Action("*")],
        Resource=[bucket.get_att("Arn"), Sub(f"${{{bucket.title}.Arn}}/*")],
        Condition=Condition(Bool("aws:SecureTransport", "false")),
    )
