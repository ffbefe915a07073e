"""Reads the policies of the stack's resources as AWS has them: of roles, key, topic and others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from payment_templates.rollout import clients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from payment_templates.rollout.existing_stacks import Member
    from payment_templates.rollout.verification.deployed_stack import DeployedStack

IDENTITY, RESOURCE = "IDENTITY_POLICY", "RESOURCE_POLICY"
ROLE = "AWS::IAM::Role"
# Also ValidatePolicy's name for it.
TRUST = "AWS::IAM::AssumeRolePolicyDocument"
_BUCKET = "AWS::S3::Bucket"


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy document in force."""

    logical_id: str
    # What it is the policy of, for the user.
    what: str
    # As ValidatePolicy calls them.
    policy_type: str
    resource_type: str
    document: Mapping[str, Any]


def policy_sources() -> Mapping[str, Callable[[DeployedStack, Member], Iterator[Policy]]]:
    """Map each resource type to the reader of its policies, which raises botocore's errors."""
    return {
        ROLE: _of_role,
        "AWS::IAM::ManagedPolicy": _of_managed_policy,
        "AWS::KMS::Key": _of_key,
        "AWS::SNS::Topic": _of_topic,
        "AWS::SQS::Queue": _of_queue,
        _BUCKET: _of_bucket,
        "AWS::EC2::VPCEndpoint": _of_endpoint,
        "AWS::Backup::BackupVault": _of_vault,
    }


def identity_policies(deployed: DeployedStack, role: str) -> Iterator[Policy]:
    """Read the inline and attached policies of a role; raises botocore's errors."""
    iam = clients.iam(deployed.session, deployed.region)
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=role):
        for name in page["PolicyNames"]:
            shown = iam.get_role_policy(RoleName=role, PolicyName=name)
            yield _identity(role, f"{name} of {role}", shown["PolicyDocument"])
    attachments = iam.get_paginator("list_attached_role_policies").paginate(RoleName=role)
    for attached_page in attachments:
        for attached in attached_page["AttachedPolicies"]:
            arn = attached.get("PolicyArn", "")
            yield _identity(role, arn.rpartition("/")[2], _managed_document(deployed, arn))


def _of_role(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    iam, name = clients.iam(deployed.session, deployed.region), member.physical_id
    trust: object = iam.get_role(RoleName=name)["Role"].get("AssumeRolePolicyDocument")
    yield Policy(
        logical_id=member.logical_id,
        what=f"trust policy of {name}",
        policy_type=RESOURCE,
        resource_type=TRUST,
        document=_json(trust),
    )
    for page in iam.get_paginator("list_role_policies").paginate(RoleName=name):
        for policy in page["PolicyNames"]:
            shown = iam.get_role_policy(RoleName=name, PolicyName=policy)
            yield _identity(member.logical_id, f"{policy} of {name}", shown["PolicyDocument"])


def _of_managed_policy(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    arn = member.physical_id
    yield _identity(member.logical_id, arn.rpartition("/")[2], _managed_document(deployed, arn))


def _of_key(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    client = clients.impatient(deployed.session, "kms", deployed.region)
    shown = client.get_key_policy(KeyId=member.physical_id, PolicyName="default")
    yield _of_resource(member, "key policy", shown["Policy"])


def _of_topic(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    client = clients.impatient(deployed.session, "sns", deployed.region)
    shown = client.get_topic_attributes(TopicArn=member.physical_id)["Attributes"]
    yield _of_resource(member, "topic policy", shown["Policy"])


def _of_queue(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    client = clients.impatient(deployed.session, "sqs", deployed.region)
    shown = client.get_queue_attributes(QueueUrl=member.physical_id, AttributeNames=["Policy"])
    # A queue without a policy has no such attribute.
    if policy := shown.get("Attributes", {}).get("Policy"):
        yield _of_resource(member, "queue policy", policy)


def _of_bucket(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    client = clients.s3(deployed.session, deployed.region)
    try:
        policy = client.get_bucket_policy(Bucket=member.physical_id)["Policy"]
    except client.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchBucketPolicy":
            return
        raise
    yield _of_resource(member, "bucket policy", policy, resource_type=_BUCKET)


def _of_endpoint(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    client = clients.ec2(deployed.session, deployed.region)
    shown = client.describe_vpc_endpoints(VpcEndpointIds=[member.physical_id])["VpcEndpoints"][0]
    # AWS gives an endpoint without a policy one that allows everything.
    yield _of_resource(member, "endpoint policy", shown.get("PolicyDocument", "{}"))


def _of_vault(deployed: DeployedStack, member: Member) -> Iterator[Policy]:
    client = clients.impatient(deployed.session, "backup", deployed.region)
    try:
        shown = client.get_backup_vault_access_policy(BackupVaultName=member.physical_id)
    except client.exceptions.ResourceNotFoundException:
        # A vault without a policy.
        return
    yield _of_resource(member, "vault policy", shown.get("Policy", "{}"))


def _managed_document(deployed: DeployedStack, arn: str) -> object:
    iam = clients.iam(deployed.session, deployed.region)
    version = iam.get_policy(PolicyArn=arn)["Policy"].get("DefaultVersionId", "v1")
    shown = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    return shown.get("Document", {})


def _identity(logical_id: str, what: str, document: object) -> Policy:
    return Policy(
        logical_id=logical_id,
        what=what,
        policy_type=IDENTITY,
        resource_type="",
        document=_json(document),
    )


def _of_resource(member: Member, what: str, document: object, *, resource_type: str = "") -> Policy:
    return Policy(
        logical_id=member.logical_id,
        what=f"{what} of {member.logical_id}",
        policy_type=RESOURCE,
        resource_type=resource_type,
        document=_json(document),
    )


def _json(document: object) -> Mapping[str, Any]:
    # botocore reads the documents of IAM; the other services return text.
    found: object = json.loads(document) if isinstance(document, str) else document
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}
