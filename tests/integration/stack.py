"""Finds the deployed stack that the environment variables name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from tests.integration import refusals
from tests.integration.profiles import PROFILES, Profile
from tests.integration.refusals import UnusableStackError
from tests.integration.services import Json, Services

if TYPE_CHECKING:
    from collections.abc import Mapping

# The domains of AWS's endpoints in the partitions aws and aws-cn:
# https://docs.aws.amazon.com/general/latest/gr/rande.html
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A deployed stack: its description by CloudFormation, and the services of its account."""

    services: Services
    profile: Profile
    region: str
    suffix: str
    description: Json

    @property
    def name(self) -> str:
        return str(self.description["StackName"])

    @property
    def account(self) -> str:
        return str(self.description["StackId"]).split(":")[4]

    @property
    def outputs(self) -> dict[str, str]:
        outputs = self.description.get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}

    @property
    def parameters(self) -> dict[str, str]:
        return _parameters(self.description)

    @property
    def is_database_home(self) -> bool:
        """Whether the stack created its database, and so has the secret of its master user."""
        home = self.parameters.get("DatabaseHomeRegion", self.region)
        return not self.profile.global_database or home == self.region

    @property
    def endpoint_url(self) -> str:
        return self.services.endpoint_url("cloudformation")

    @property
    def is_in_aws(self) -> bool:
        """Whether the endpoint is AWS, not an emulator."""
        return (urlsplit(self.endpoint_url).hostname or "").endswith(_AWS_DOMAINS)

    def ask(self, service: str, operation: str, **arguments: object) -> Json:
        """Call a service in the stack's account and region: see Services.ask."""
        return self.services.ask(service, operation, **arguments)


def find_stack(environment: Mapping[str, str]) -> Stack:
    """Find the stack that STACK_NAME, ENVIRONMENT_SUFFIX and AWS_REGION name.

    Raises UnusableStackError with a one-line message for the user if it cannot be tested.
    """
    name = _given(environment, "STACK_NAME", "payment-processing-dev")
    suffix = _given(environment, "ENVIRONMENT_SUFFIX", "dev-001")
    profile = environment.get("STACK_PROFILE", "standard")
    if profile not in PROFILES:
        raise UnusableStackError(f"STACK_PROFILE={profile}: use one of {', '.join(PROFILES)}")
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    request = f"STACK_NAME={name} in AWS_REGION={region or '(from the AWS profile)'}"
    try:
        session = boto3.Session(region_name=region)
        if not session.region_name:
            raise UnusableStackError("AWS_REGION is not set: set a region, such as us-east-1")
        services = Services.of(session)
        description = _described(request, services, name)
    except (BotoCoreError, ValueError) as error:
        raise UnusableStackError(refusals.connection_error(request, error, region)) from None
    refusals.require_testable(request, description, _parameters(description), suffix=suffix)
    return Stack(
        services=services,
        profile=PROFILES[profile],
        region=session.region_name,
        suffix=suffix,
        description=description,
    )


def _given(environment: Mapping[str, str], variable: str, example: str) -> str:
    value = environment.get(variable)
    if not value:
        raise UnusableStackError(
            f"{variable} is not set: set it to that of the stack, such as {example}"
        )
    return value


def _described(request: str, services: Services, name: str) -> Json:
    try:
        (description,) = services.ask("cloudformation", "describe_stacks", StackName=name)["Stacks"]
    except ClientError as error:
        raise UnusableStackError(refusals.rejection(request, error, services)) from None
    return dict(description)


def _parameters(description: Json) -> dict[str, str]:
    parameters = description.get("Parameters", [])
    return {given["ParameterKey"]: given["ParameterValue"] for given in parameters}
