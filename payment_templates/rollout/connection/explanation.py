"""Converts every error of botocore to one line, with the exit code and what to do."""

from __future__ import annotations

from botocore import exceptions
from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout.connection.network_setup import explain_setup, is_of_setup
from payment_templates.rollout.errors import (
    AGAIN,
    EXPIRED,
    POLICY_PRINTS,
    UNKNOWN_CREDENTIALS,
    UNUSABLE_ROLE_HINT,
    RolloutError,
    code_of,
    is_denied,
    message_of,
    wrong_use,
)

CREDENTIALS = (
    exceptions.CredentialRetrievalError,
    exceptions.LoginError,
    exceptions.MetadataRetrievalError,
    exceptions.MissingDependencyException,
    exceptions.NoAuthTokenError,
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.RefreshWithMFAUnsupportedError,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
    exceptions.UnknownCredentialError,
    exceptions.UnknownTokenProviderError,
)
# What the AWS configuration file or a variable of the environment says.
CONFIGURATION = (
    exceptions.BaseEndpointResolverError,
    exceptions.ConfigNotFound,
    exceptions.ConfigParseError,
    exceptions.EndpointProviderError,
    exceptions.InvalidChecksumConfigError,
    exceptions.InvalidConfigError,
    exceptions.InvalidDefaultsMode,
    exceptions.InvalidEndpointConfigurationError,
    exceptions.InvalidEndpointDiscoveryConfigurationError,
    exceptions.InvalidIMDSEndpointError,
    exceptions.InvalidIMDSEndpointModeError,
    exceptions.InvalidRegionError,
    exceptions.InvalidRetryConfigurationError,
    exceptions.InvalidS3AddressingStyleError,
    exceptions.InvalidS3UsEast1RegionalEndpointConfigError,
    exceptions.InvalidSTSRegionalEndpointsConfigError,
    exceptions.ProfileNotFound,
    exceptions.ServiceNotInRegionError,
    exceptions.UnknownRegionError,
    exceptions.UnknownSignatureVersionError,
    exceptions.UnsupportedS3AccesspointConfigurationError,
    exceptions.UnsupportedS3ConfigurationError,
    exceptions.UnsupportedS3ControlConfigurationError,
    exceptions.UnsupportedSignatureVersionError,
)
# Values that botocore refuses before it sends them, such as the name of a bucket.
ARGUMENTS = (
    exceptions.InvalidDNSNameError,
    exceptions.InvalidHostLabelError,
    exceptions.MissingParametersError,
    exceptions.ParamValidationError,
    exceptions.UnsupportedOutpostResourceError,
    exceptions.UnsupportedS3ArnError,
    exceptions.UnsupportedS3ControlArnError,
    exceptions.ValidationError,
)
# Of requests that are signed with another time than AWS's: aws/aws-sdk-js-v3,
# service-error-classification, CLOCK_SKEW_ERROR_CODES; aws/aws-cli 6676, aws/aws-sdk-js 2565.
_OF_THE_CLOCK = frozenset({"RequestTimeTooSkewed", "RequestInTheFuture"})
_OTHER_TIME = ("Signature expired:", "Signature not yet current:")
# github.com/aws/aws-cdk/issues/10116
_UNUSABLE_ROLE = "is invalid or cannot be assumed"
NETWORK = (
    exceptions.AwsChunkedWrapperError,
    exceptions.CapacityNotAvailableError,
    exceptions.ChecksumError,
    exceptions.ConnectionError,
    exceptions.FlexibleChecksumError,
    exceptions.HTTPClientError,
    exceptions.IncompleteReadError,
    exceptions.UnseekableStreamError,
)
# The certificates and the proxy have their own explanation.
SETUP = (
    exceptions.InvalidProxiesConfigError,
    exceptions.ProxyConnectionError,
    exceptions.SSLError,
)
# What no retry repairs, and what does: the first kind that fits.
_USAGE: tuple[tuple[tuple[type[BotoCoreError], ...], str], ...] = (
    (CREDENTIALS, "log in, or choose another --aws-profile"),
    # botocore reads no other variable for the region of its own calls.
    ((exceptions.NoRegionError,), "set AWS_DEFAULT_REGION, or region in the profile"),
    # Before the arguments: an invalid region is both.
    (CONFIGURATION, "correct the AWS configuration file or the variable, or use --aws-profile"),
    (ARGUMENTS, ""),
)


def explain(error: BotoCoreError | ClientError) -> RolloutError:
    """Convert an AWS or network error to one line with a hint."""
    if isinstance(error, ClientError):
        return _explain_refusal(error)
    if is_of_setup(error):
        return explain_setup(error)
    for kinds, hint in _USAGE:
        if isinstance(error, kinds):
            return wrong_use(sentence(error), hint)
    if isinstance(error, NETWORK):
        return RolloutError(sentence(error), hint=f"when the network works again, {AGAIN}")
    return RolloutError(sentence(error), hint=AGAIN)


def is_of_the_clock(error: ClientError) -> bool:
    """Return whether AWS refuses the time of the request."""
    return code_of(error) in _OF_THE_CLOCK or message_of(error).startswith(_OTHER_TIME)


def sentence(error: Exception) -> str:
    """Return the text of an error in one line, without the full stop."""
    return " ".join(str(error).split()).rstrip(".")


def _explain_refusal(error: ClientError) -> RolloutError:
    code = code_of(error)
    if is_of_the_clock(error):
        return wrong_use(
            f"{error.operation_name}: the clock of this machine differs from AWS's by more than "
            f"AWS accepts: {message_of(error)}",
            "correct the clock, for example by switching time synchronization on",
        )
    if code in EXPIRED:
        return wrong_use("the credentials have expired", f"renew them, then {AGAIN}")
    if code in UNKNOWN_CREDENTIALS:
        # A region that the account has not enabled answers the same.
        return wrong_use(
            f"{error.operation_name}: AWS does not know the credentials ({code})",
            "log in again; a region that is not enabled needs: aws account enable-region",
        )
    hint = ""
    if _UNUSABLE_ROLE in message_of(error):
        hint = UNUSABLE_ROLE_HINT
    elif is_denied(error):
        hint = POLICY_PRINTS
    return RolloutError(f"{error.operation_name}: {message_of(error) or code} ({code})", hint=hint)
