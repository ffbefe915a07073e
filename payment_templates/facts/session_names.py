"""Lists the session names of assumed roles that no one has chosen."""

from __future__ import annotations

import re

# Of an SDK, where the profile has no role_session_name: the time, so that every process has another
# name. Several people may share such a role.
_OF_SDKS = (
    # botocore, credentials.py, _generate_assume_role_name, of which the AWS CLI has a copy in
    # awscli/botocore: github.com/aws/aws-cli/issues/8797
    r"botocore-session-\d+",
    # github.com/aws/aws-sdk-go-v2, credentials/stscreds/assume_role_provider.go: nanoseconds
    r"aws-go-sdk-\d{19}",
    # github.com/aws/aws-sdk-go, aws/credentials/stscreds/assume_role_provider.go, and
    # github.com/99designs/aws-vault, vault/assumeroleprovider.go: nanoseconds
    r"\d{19}",
    # github.com/aws/aws-sdk-java-v2, StsProfileCredentialsProviderFactory: milliseconds
    r"aws-sdk-java-\d{13}",
    # github.com/aws/aws-sdk-js-v3, credential-provider-ini, resolveAssumeRoleCredentials:
    # milliseconds
    r"aws-sdk-js-\d{13}",
)
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# Of a service, for one run of the job that has the role. Not the ID of an EC2 instance: it is the
# same in every run there.
_OF_JOBS = (
    # The ID of the build: github.com/aws/aws-sam-cli/issues/4358
    rf"AWSCodeBuild-{_UUID}",
    # The ID of the task: github.com/aws/amazon-ecs-agent/issues/3498
    r"[0-9a-f]{32}",
    # botocore, eks-auth, AssumedRoleUser: eks-clustername-podname-random UUID
    rf"eks-.+-{_UUID}",
)


def is_of_sdk(name: str) -> bool:
    """Return whether an SDK has generated the name of a session."""
    return _is_one_of(_OF_SDKS, name)


def is_of_job(name: str) -> bool:
    """Return whether a service has generated the name for one run of a job."""
    return _is_one_of(_OF_JOBS, name)


def _is_one_of(patterns: tuple[str, ...], name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in patterns)
