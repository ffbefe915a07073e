from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES, build_template
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

BUCKET = "AccessLogBucket"


def test_standard_stack_has_no_bucket(template: View) -> None:
    assert not template.of_type("AWS::S3::Bucket")
    assert not [key for key in attributes(template) if key.startswith("access_logs")]


def test_load_balancer_writes_to_the_bucket(production: View) -> None:
    found = attributes(production)

    assert found["access_logs.s3.enabled"] == "true"
    assert found["access_logs.s3.bucket"] == {"Ref": BUCKET}


# Enabling the logs writes a first file, which the policy must allow already.
def test_load_balancer_waits_for_the_policy_of_the_bucket(production: View) -> None:
    assert "AccessLogBucketPolicy" in production.depends_on("LoadBalancer")


def test_name_of_the_bucket_has_account_and_region(production: View) -> None:
    assert production.properties(BUCKET)["BucketName"] == {
        "Fn::Sub": "payment-logs-${AWS::AccountId}-${EnvironmentSuffix}-${AWS::Region}"
    }


# Log delivery supports no key of one's own.
def test_bucket_is_encrypted_with_the_key_of_s3(production: View) -> None:
    (rule,) = production.properties(BUCKET)["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


@pytest.mark.parametrize(
    "setting",
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"],
)
def test_bucket_is_private(production: View, setting: str) -> None:
    assert production.properties(BUCKET)["PublicAccessBlockConfiguration"][setting] is True


def test_bucket_uses_no_access_lists_and_keeps_versions(production: View) -> None:
    bucket = production.properties(BUCKET)

    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_access_logs_and_their_versions_expire_like_other_logs() -> None:
    options = replace(PROFILES["standard"], access_logs=True, log_days=90)
    bucket = View.of(build_template(options)).properties(BUCKET)

    (rule,) = bucket["LifecycleConfiguration"]["Rules"]

    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 90)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}


# The path with the account's ID lets in no load balancer of another account.
def test_only_load_balancers_of_this_account_may_write(production: View) -> None:
    (allowed,) = [
        each for each in production.statements("AccessLogBucketPolicy") if each["Effect"] == "Allow"
    ]

    assert allowed["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert allowed["Action"] == ["s3:PutObject"]
    assert allowed["Resource"] == [
        {"Fn::Sub": "${AccessLogBucket.Arn}/AWSLogs/${AWS::AccountId}/*"}
    ]


def test_bucket_refuses_requests_without_tls(production: View) -> None:
    (denied,) = [
        each for each in production.statements("AccessLogBucketPolicy") if each["Effect"] == "Deny"
    ]

    assert (denied["Principal"], denied["Action"]) == ("*", ["s3:*"])
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert denied["Resource"] == [
        {"Fn::GetAtt": [BUCKET, "Arn"]},
        {"Fn::Sub": "${AccessLogBucket.Arn}/*"},
    ]


@pytest.mark.parametrize(
    ("profile", "policies"),
    [("standard", ("Delete", "Delete")), ("production", ("RetainExceptOnCreate", "Retain"))],
)
def test_bucket_is_retained_with_the_other_logs(profile: str, policies: tuple[str, str]) -> None:
    options = replace(PROFILES[profile], access_logs=True)

    bucket = View.of(build_template(options)).resource(BUCKET)

    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == policies


def attributes(view: View) -> Json:
    listed = view.properties("LoadBalancer")["LoadBalancerAttributes"]
    return {entry["Key"]: entry["Value"] for entry in listed}
