"""Certificate and proxy errors end a command at once, and name the variable to set."""

import ssl
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ProxyConnectionError, SSLError
from urllib3.exceptions import SSLError as TlsError

from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect, explain
from tests.rollout.running import EAST, Commands

_UNTRUSTED = ssl.SSLCertVerificationError(1, "certificate verify failed: self-signed certificate")


@pytest.fixture(autouse=True)
def no_proxies_and_no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=_fail))


def _fail(_seconds: float) -> None:
    pytest.fail("it waits for another attempt")


def _do_not_wait(_seconds: float) -> None:
    return


@pytest.mark.parametrize(
    ("proxy", "problem"),
    [
        ("http://127.0.0.1:9", "Failed to establish a new connection"),
        ("http://me:secret@127.0.0.1:9", "Failed to establish a new connection"),
        ("http://proxy.invalid:3128", "Failed to resolve 'proxy.invalid'"),
        ("socks5://127.0.0.1:9", "socks5 proxies are not supported, only http and https"),
        ("http://m\u00e9:secret@127.0.0.1:9", "it is not a URL such as http://proxy.example.com"),
        ("http://me:secret@host:port", "it is not a URL such as http://proxy.example.com:3128"),
    ],
)
def test_proxy_that_never_worked_is_named(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, proxy: str, problem: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)

    result = commands.run("status")

    assert result.exit_code == 2
    error, hint = result.stderr.splitlines()
    assert error.startswith("error: the proxy in HTTP_PROXY cannot be used: ")
    assert problem in error
    assert hint == "hint: correct HTTP_PROXY, or list the hosts to reach without it in NO_PROXY"
    assert "secret" not in result.output + result.stderr


@pytest.mark.parametrize(
    ("bundle", "hint"),
    [
        (None, "set AWS_CA_BUNDLE to a PEM file with the certificate authority of your proxy"),
        ("/nonexistent.pem", "AWS_CA_BUNDLE is '/nonexistent.pem': name a PEM file"),
    ],
)
def test_failed_encryption_names_the_bundle(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, bundle: str | None, hint: str
) -> None:
    # The embedded AWS speaks no TLS, as a proxy that answers in plain text.
    monkeypatch.setenv("AWS_ENDPOINT_URL", commands.aws.endpoint_url.replace("http:", "https:"))
    if bundle:
        monkeypatch.setenv("AWS_CA_BUNDLE", bundle)

    result = commands.run("status")

    assert result.exit_code == 2
    error, advice = result.stderr.splitlines()
    assert error.startswith("error: no secure connection to https://127.0.0.1")
    assert advice.startswith(f"hint: {hint}")


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (9, "hint: check the clock of this machine"),
        (10, "hint: check the clock of this machine, and whether a proxy shows an old certificate"),
        (62, "hint: another server answers in the place of AWS"),
        (20, "hint: set AWS_CA_BUNDLE to a PEM file"),
    ],
    ids=["not yet valid", "expired", "another host", "unknown authority"],
)
def test_hint_fits_the_problem_of_the_certificate(code: int, hint: str) -> None:
    problem = ssl.SSLCertVerificationError(1, "certificate verify failed")
    problem.verify_code = code

    explained = explain(SSLError(endpoint_url="https://x", error=TlsError(problem)))

    assert explained.exit_code == 2
    assert hint in str(explained)


@pytest.mark.usefixtures("aws")
def test_untrusted_certificate_is_not_tried_again() -> None:
    error = SSLError(endpoint_url="https://x", error=TlsError(_UNTRUSTED))

    assert _attempts([error]) == 1


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    "error",
    [
        SSLError(endpoint_url="https://x", error=TlsError(ssl.SSLEOFError(8, "EOF occurred"))),
        ProxyConnectionError(proxy_url="http://proxy"),
    ],
    ids=["lost connection", "proxy"],
)
def test_connection_that_has_worked_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=_do_not_wait))

    assert _attempts([None, error, error]) == 4


def _attempts(errors: list[Exception | None]) -> int:
    """Make two calls with an error at each attempt; return the number of attempts."""
    made = 0

    def break_attempt(**_: object) -> None:
        nonlocal made
        made += 1
        if made <= len(errors) and (error := errors[made - 1]):
            raise error

    session = connect(None, print)
    untyped: Any = break_attempt
    session.events.register("before-send", untyped)
    try:
        for _ in range(2):
            clients.sts(session, EAST).get_caller_identity()
    except (SSLError, ProxyConnectionError):
        pass
    return made
