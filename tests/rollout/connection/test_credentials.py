"""Credentials that cannot be used end every command with exit code 2 and the next step."""

# ruff: noqa: ANN401 - botocore's requests have no annotations.

import inspect
import subprocess
import sys
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from botocore import exceptions
from botocore.awsrequest import AWSResponse
from botocore.exceptions import BotoCoreError, ClientError

from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect, explain
from payment_templates.rollout.connection.explanation import (
    ARGUMENTS,
    CONFIGURATION,
    CREDENTIALS,
    NETWORK,
    SETUP,
)
from payment_templates.rollout.errors import RolloutError
from tests.rollout.faults import Fault, FaultPlan, answer, break_connections
from tests.rollout.running import EAST, Commands

_ROLE = "role_arn = arn:aws:iam::123456789012:role/Deployer"
_CONFIG = f"""
[profile login]
login_session = arn:aws:iam::123456789012:user/me
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session corp]
sso_start_url = https://corp.example.com/start
sso_region = us-east-1
[profile behind-sso]
{_ROLE}
source_profile = sso
[profile failing]
credential_process = sh -c 'echo the vault is sealed >&2; exit 1'
[profile talking]
credential_process = echo welcome
[profile absent-program]
credential_process = /nonexistent/program
[profile mfa]
{_ROLE}
source_profile = base
mfa_serial = arn:aws:iam::123456789012:mfa/me
[profile base]
aws_access_key_id = 123456789012
aws_secret_access_key = x
[profile half]
aws_access_key_id = 123456789012
[profile role]
{_ROLE}
source_profile = base
region = us-east-1
[profile no-region]
{_ROLE}
source_profile = base
[profile absent-source]
{_ROLE}
source_profile = gone
[profile circle]
{_ROLE}
source_profile = circle-back
[profile circle-back]
{_ROLE}
source_profile = circle
[profile token]
{_ROLE}
web_identity_token_file = /nonexistent/token
[profile empty]
"""
_SSO = "log in with: aws sso login --profile sso"
_REFUSED = b"""<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>
<Message>User me is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"""


@pytest.fixture
def with_profiles(commands: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    config = tmp_path / "config"
    config.write_text(_CONFIG)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return commands


@pytest.mark.parametrize(
    ("profile", "problem", "hint"),
    [
        ("login", "the profile login need botocore[crt]", "pip install 'botocore[crt]'"),
        ("sso", "Token for corp does not exist", _SSO),
        ("behind-sso", "Token for corp does not exist", _SSO),
        ("failing", "profile failing failed: the vault is sealed", "run that program alone"),
        ("talking", "profile talking failed", "run that program alone"),
        ("absent-program", "cannot use /nonexistent/program", "correct credential_process of"),
        ("mfa", "mfa needs an MFA code", "aws configure export-credentials --profile mfa"),
        ("half", "Partial credentials", "log in, or choose another --aws-profile"),
        ("absent-source", '"gone" referenced in the profile', "correct the AWS configuration"),
        ("circle", "Infinite loop", "correct the AWS configuration"),
        ("token", "cannot use /nonexistent/token", "correct web_identity_token_file of the"),
        ("no-region", "specify a region", "set AWS_DEFAULT_REGION, or region in the profile"),
        ("empty", "Unable to locate credentials", "log in, or choose another --aws-profile"),
        ("unknown", "profile (unknown) could not be found", "or use --aws-profile"),
    ],
)
@pytest.mark.parametrize("command", ["status", "deploy"])
def test_failing_credentials_are_a_usage_error_with_the_next_step(
    with_profiles: Commands, command: str, profile: str, problem: str, hint: str
) -> None:
    result = with_profiles.run(command, "--aws-profile", profile, "--region", EAST)

    assert result.exit_code == 2, result.output
    error, advice = result.stderr.splitlines()
    assert error.startswith("error: ")
    assert problem in error
    assert advice.startswith("hint: ")
    assert hint in advice


@pytest.mark.usefixtures("with_profiles")
def test_refused_role_is_a_usage_error_with_the_reason() -> None:
    session = connect("role", print)
    # The stub accepts only handlers that return nothing.
    refuse: Any = _refuse
    session.events.register("before-send.sts.AssumeRole", refuse)

    with pytest.raises(RolloutError, match="not authorized to perform: sts:AssumeRole") as caught:
        clients.sts(session, EAST).get_caller_identity()

    assert caught.value.exit_code == 2
    assert "no credentials of the profile role: AssumeRole: User me" in str(caught.value)


def test_token_file_that_vanishes_during_a_command_is_a_usage_error(
    with_profiles: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/Deployer")

    result = with_profiles.run("status")

    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        f"error: cannot use {token}: No such file or directory",
        "hint: correct AWS_WEB_IDENTITY_TOKEN_FILE",
    ]


@pytest.mark.parametrize(
    "variable", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]
)
@pytest.mark.parametrize("end", ["\n", " ", "\u2019"], ids=["line break", "space", "quote"])
def test_credentials_with_a_stray_character_are_named_but_not_shown(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, variable: str, end: str
) -> None:
    monkeypatch.setenv(variable, f"hidden{end}")

    result = commands.run("status")

    error, hint = result.stderr.splitlines()
    assert (result.exit_code, hint) == (2, f"hint: set {variable} again")
    assert f"of {variable} contains a line break, a space or another character" in error
    assert "hidden" not in result.output


@pytest.mark.parametrize(
    ("variable", "value", "problem", "hint"),
    [
        ("AWS_ENDPOINT_URL", "localhost:4566", "Invalid endpoint: localhost:4566", "_ENDPOINT_URL"),
        ("AWS_ENDPOINT_URL", "http://localhost:port", "Port could not be cast", "_ENDPOINT_URL"),
        ("AWS_ENDPOINT_URL", "ftp://localhost", "Invalid endpoint: ftp://localhost", "AWS_END"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "soon", "is not a number: 'soon'", "correct AWS_METADATA"),
    ],
)
def test_invalid_setting_is_a_usage_error(
    commands: Commands,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    *,
    problem: str,
    hint: str,
) -> None:
    monkeypatch.setenv(variable, value)

    result = commands.run("status")

    assert result.exit_code == 2, result.output
    error, advice = result.stderr.splitlines()
    assert problem in error
    assert hint in advice


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SignatureDoesNotMatch", "Signature expired: 1 is now earlier than 2 (3 - 15 min.)"),
        ("InvalidSignatureException", "Signature not yet current: 3 is still later than 2"),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time"),
    ],
)
def test_wrong_clock_is_not_called_unknown_credentials(code: str, message: str) -> None:
    error = ClientError({"Error": {"Code": code, "Message": message}}, "GetCallerIdentity")

    explained = explain(error)

    assert explained.exit_code == 2
    assert "the clock of this machine differs" in str(explained)
    assert "log in" not in str(explained)


@pytest.mark.parametrize(
    "code", ["InvalidAccessKeyId", "InvalidToken", "InvalidSignatureException"]
)
def test_credentials_that_a_service_does_not_know_are_a_usage_error(code: str) -> None:
    explained = explain(ClientError({"Error": {"Code": code, "Message": "x"}}, "PutObject"))

    assert explained.exit_code == 2
    assert "AWS does not know the credentials" in str(explained)


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_expired_credentials_are_no_valid_ones(code: str) -> None:
    explained = explain(ClientError({"Error": {"Code": code, "Message": "x"}}, "DescribeStacks"))

    assert explained.exit_code == 2
    assert str(explained).splitlines() == [
        "the credentials have expired",
        "hint: renew them, then run the same command again",
    ]


@pytest.mark.parametrize(
    "command", ["deploy", "destroy", "drift", "preflight", "rollout", "status", "verify"]
)
def test_every_command_ends_alike_with_expired_credentials(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    break_connections(monkeypatch, FaultPlan(faults={0: Fault.EXPIRED}))

    document = commands.document(command, "--region", EAST)

    assert (document["exit_code"], document["error"].splitlines()[0]) == (
        2,
        "the credentials have expired",
    )


def test_expired_sso_login_names_the_command_that_logs_in(tmp_path: Path) -> None:
    # The name of the file: the SHA-1 of the session's name.
    cache = tmp_path / ".aws/sso/cache/a94a8fe5ccb19ba61c4c0873d391e987982fbbd3.json"
    cache.parent.mkdir(parents=True)
    cache.write_text('{"accessToken": "x", "expiresAt": "2020-01-01T00:00:00Z"}')
    (tmp_path / ".aws/config").write_text(
        _CONFIG.replace("corp\n", "test\n").replace("corp]", "test]")
    )

    run = subprocess.run(
        [
            *(sys.executable, "-m", "payment_templates", "status", "--suffix", "dev-001"),
            *("--aws-profile", "sso", "--region", EAST),
        ],
        env={"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 2, run.stderr
    assert run.stderr.splitlines()[1:] == [f"hint: {_SSO}"]


def test_every_error_of_botocore_has_a_kind() -> None:
    # Those that are left are faults of this program, or occur only in tests.
    others = {
        *("ApiVersionNotFoundError", "BotoCoreError", "DataNotFoundError", "MD5UnavailableError"),
        *("InvalidExpressionError", "OperationNotPageableError", "PaginationError"),
        *("StubAssertionError", "StubResponseError", "UnStubbedResponseError"),
        *("UnknownClientMethodError", "UnknownServiceError", "UnknownServiceStyle"),
        *("UnsupportedServiceProtocolsError", "WaiterConfigError", "WaiterError"),
    }
    kinds = (*CREDENTIALS, *CONFIGURATION, *ARGUMENTS, *NETWORK, *SETUP)

    found = {
        name
        for name, kind in inspect.getmembers(exceptions, inspect.isclass)
        if issubclass(kind, BotoCoreError) and not issubclass(kind, kinds)
    }

    assert found == others


@pytest.mark.parametrize("kind", [*CREDENTIALS, *CONFIGURATION, *ARGUMENTS])
def test_error_that_no_retry_repairs_does_not_advise_one(kind: type[BotoCoreError]) -> None:
    explained = explain(_made(kind))

    assert explained.exit_code == 2
    assert "again" not in str(explained)


def _made(kind: type[BotoCoreError]) -> BotoCoreError:
    # With a value for each name in its text.
    names = (name for _, name, _, _ in Formatter().parse(kind.fmt) if name)
    return kind(**dict.fromkeys(names, "x"))


def _refuse(request: Any, **_: object) -> AWSResponse:
    return answer(request, 403, _REFUSED)
