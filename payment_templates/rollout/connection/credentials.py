"""Gets the credentials before each call, and explains why there are none."""

from __future__ import annotations

import getpass
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore import exceptions
from botocore.credentials import EnvProvider
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from payment_templates.rollout.connection.explanation import (
    CONFIGURATION,
    NETWORK,
    explain,
    is_of_the_clock,
    sentence,
)
from payment_templates.rollout.errors import (
    EXPIRED,
    RolloutError,
    code_of,
    message_of,
    wrong_use,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

_SERVER_ERROR = 500
# Where a token or its file is named outside the profile.
_TOKEN_FILES = ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
# The parts of credentials, with the variable of the environment for each.
_PARTS = (
    ("access key ID", "access_key", "AWS_ACCESS_KEY_ID"),
    ("secret access key", "secret_key", "AWS_SECRET_ACCESS_KEY"),
    ("session token", "token", "AWS_SESSION_TOKEN"),
)
# What fails, the command that logs in, and the settings of the profile that it needs.
_LOGINS: tuple[tuple[tuple[type[Exception], ...], str, frozenset[str]], ...] = (
    (
        (exceptions.SSOError, exceptions.TokenRetrievalError),
        "aws sso login",
        frozenset({"sso_session", "sso_start_url"}),
    ),
    ((exceptions.LoginError,), "aws login", frozenset({"login_session"})),
)


class CheckedSession(Session):
    """A session that explains why it has no credentials."""

    def __init__(self, profile: str | None) -> None:
        super().__init__(profile=profile)
        self._asks_aws = False
        try:
            resolver: Any = self.get_component("credential_provider")
        except ValueError as error:
            # "invalid literal for int() with base 10: 'abc'": botocore reads no other numbers here.
            raise wrong_use(
                "the timeout or the attempts of the instance metadata service is not a number: "
                f"{sentence(error).rpartition(': ')[2]}",
                "correct AWS_METADATA_SERVICE_TIMEOUT or AWS_METADATA_SERVICE_NUM_ATTEMPTS, or "
                "the same setting of the profile",
            ) from error
        for provider in resolver.providers:
            if provider.METHOD == "assume-role":
                # There is no public place for it: botocore makes the provider.
                provider._prompter = self._ask_for_code  # noqa: SLF001

    def create_client(self, service_name: str, *given: Any, **options: Any) -> Any:  # noqa: ANN401 - as below.
        """Return a client; raises RolloutError for an endpoint that is not a URL."""
        try:
            client: Any = super().create_client(service_name, *given, **options)
            url = urlsplit(str(client.meta.endpoint_url))
            usable = url.scheme in {"http", "https"} and (url.port is None or url.port)
        except ValueError as error:
            if isinstance(error, BotoCoreError):
                raise
            raise _explain_endpoint(service_name, sentence(error)) from error
        if not usable:
            raise _explain_endpoint(service_name, f"Invalid endpoint: {client.meta.endpoint_url}")
        return client

    def get_credentials(self) -> Any:  # noqa: ANN401 - the stub has another type per release.
        """Return the credentials, None if there are none; raises RolloutError."""
        with self._explained():
            return super().get_credentials()

    def require_valid_credentials(self, **_: object) -> None:
        """Raise RolloutError before a call whose credentials cannot be renewed."""
        # Renewing them asks AWS in turn, with credentials of its own.
        if self._asks_aws:
            return
        self._asks_aws = True
        try:
            with self._explained():
                if found := self.get_credentials():
                    self._require_usable(found.method, found.get_frozen_credentials())
        finally:
            self._asks_aws = False

    def _require_usable(self, method: str, found: Any) -> None:  # noqa: ANN401 - as above.
        # HTTP headers accept none of these, and the error would show the session token.
        for what, part, variable in _PARTS:
            if any(not "!" <= each <= "~" for each in getattr(found, part) or ""):
                place = variable if method == EnvProvider.METHOD else f"the profile {self._name}"
                raise wrong_use(
                    f"the {what} of {place} contains a line break, a space or another character "
                    "that no AWS credentials have",
                    f"set {place} again" if place == variable else "log in again, or correct it",
                )

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except (RolloutError, *NETWORK):
            raise
        except Exception as error:
            if _is_temporary(error):
                raise
            raise self._explain(error) from error

    @property
    def _name(self) -> str:
        return self.profile or "default"

    def _ask_for_code(self, prompt: str) -> str:
        if not sys.stdin.isatty():
            raise wrong_use(
                f"the profile {self._name} needs an MFA code, which can be entered only in a "
                "terminal",
                f"in a terminal, {_exported(self._name)}",
            )
        return getpass.getpass(prompt)

    def _explain(self, error: Exception) -> RolloutError:
        name = self._name
        chain = dict(_chain(self.full_config.get("profiles", {}), name))
        if isinstance(error, exceptions.MissingDependencyException):
            return wrong_use(
                f"the credentials of the profile {name} need botocore[crt]",
                f"{sys.executable} -m pip install 'botocore[crt]', or {_exported(name)}",
            )
        for kinds, command, settings in _LOGINS:
            if isinstance(error, kinds):
                own = next((one for one in chain if settings & {*chain[one]}), name)
                return wrong_use(sentence(error), f"log in with: {command} --profile {own}")
        if isinstance(error, OSError) and error.filename:
            return _explain_file(error, name, chain)
        if isinstance(error, CONFIGURATION):
            return explain(error)
        if isinstance(error, ClientError):
            return _explain_refusal(error, name)
        return _explain_failure(error, name, chain)


def _explain_endpoint(service: str, problem: str) -> RolloutError:
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    return wrong_use(
        f"no connection to {service}: {problem}",
        "give AWS_ENDPOINT_URL, or endpoint_url of the profile, a URL such as "
        "https://vpce-0123.cloudformation.us-east-1.vpce.amazonaws.com, or remove it",
    )


def _exported(profile: str) -> str:
    # https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html
    return f'run: eval "$(aws configure export-credentials --profile {profile} --format env)"'


def _chain(
    profiles: Mapping[str, Mapping[str, str]], name: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield a profile and the profiles that it takes its credentials from."""
    seen: set[str] = set()
    while name in profiles and name not in seen:
        seen.add(name)
        yield name, profiles[name]
        name = profiles[name].get("source_profile", "")


def _is_temporary(error: Exception) -> bool:
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_ERROR or "Throttl" in code_of(error)


def _explain_file(
    error: OSError, name: str, chain: Mapping[str, Mapping[str, str]]
) -> RolloutError:
    file = str(error.filename)
    places = [
        f"{setting} of the profile {profile}"
        for profile, settings in chain.items()
        for setting, value in settings.items()
        if file in value
    ]
    places = [name for name in _TOKEN_FILES if os.environ.get(name) == file] or places
    place = places[0] if places else f"the profile {name}"
    return wrong_use(f"cannot use {file}: {error.strerror}", f"correct {place}")


def _explain_failure(
    error: Exception, name: str, chain: Mapping[str, Mapping[str, str]]
) -> RolloutError:
    if any("credential_process" in settings for settings in chain.values()):
        return wrong_use(
            f"the credential_process of the profile {name} failed: {_detail(error)}",
            "run that program alone to see why",
        )
    return wrong_use(
        f"no credentials of the profile {name}: {_detail(error)}",
        "log in, or choose another --aws-profile",
    )


def _detail(error: Exception) -> str:
    # The program's own words, where it said something.
    said = getattr(error, "kwargs", {}).get("error_msg")
    text = " ".join(str(said).split()) if said is not None else sentence(error)
    return text or "it gave no reason"


def _explain_refusal(error: ClientError, name: str) -> RolloutError:
    if is_of_the_clock(error):
        return explain(error)
    code = code_of(error)
    if code in EXPIRED:
        return wrong_use(
            f"the credentials that the profile {name} starts from have expired", "log in again"
        )
    return wrong_use(
        f"no credentials of the profile {name}: {error.operation_name}: "
        f"{message_of(error) or code} ({code})",
        "correct the role of the profile, or let it trust you; or choose another --aws-profile",
    )
