"""Explains certificate and proxy errors, which no retry can repair."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    HTTPClientError,
    InvalidProxiesConfigError,
    ProxyConnectionError,
    SSLError,
)
from urllib3.exceptions import LocationValueError, ProxyError, ProxySchemeUnknown

from payment_templates.rollout.errors import wrong_use

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError

    from payment_templates.rollout.errors import RolloutError

# A connection that was lost while it was encrypted is an error of TLS too.
_LOST = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
_INVALID_URL = (LocationValueError, ProxySchemeUnknown, UnicodeError)
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html, "Using proxies"
_PROXY_SCHEMES = frozenset({"http", "https"})
# OpenSSL's x509_vfy.h: X509_V_ERR_CERT_NOT_YET_VALID, _CERT_HAS_EXPIRED and _HOSTNAME_MISMATCH.
_NOT_YET_VALID, _EXPIRED, _OTHER_HOST = 9, 10, 62
_ABOUT_THE_CERTIFICATE = {
    _NOT_YET_VALID: "check the clock of this machine: AWS's certificates are valid already",
    _EXPIRED: "check the clock of this machine, and whether a proxy shows an old certificate",
    _OTHER_HOST: "another server answers in the place of AWS: check the network, its login page, "
    "and AWS_ENDPOINT_URL",
}
# In the order in which Python's getproxies prefers them.
_PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY")


@dataclass(kw_only=True)
class NetworkSetup:
    """Stops retries that cannot help; mutable, since a proxy that has worked may work again."""

    _worked: bool = False

    def stop_permanent(self, **attempt: Any) -> None:  # noqa: ANN401 - botocore's event arguments
        """Raise an error of the certificates or the proxy instead of letting botocore retry."""
        caught: Exception | None = attempt["caught_exception"]
        if caught is None:
            self._worked = True
        elif _is_of_certificates(caught) or (_is_of_proxy(caught) and not self._worked):
            raise caught


def is_of_setup(error: Exception) -> bool:
    """Return whether the error comes from the certificates or the proxy."""
    return _is_of_certificates(error) or _is_of_proxy(error)


def explain_setup(error: BotoCoreError) -> RolloutError:
    """Convert such an error to one line that names the variable to set."""
    cause = _cause(error)
    if isinstance(error, SSLError):
        return wrong_use(
            f"no secure connection to {error.kwargs['endpoint_url']}: {_first_argument(cause)}",
            _ABOUT_THE_CERTIFICATE.get(getattr(_first_argument(cause), "verify_code", 0))
            or _about_certificates(os.environ.get("AWS_CA_BUNDLE")),
        )
    name = next((one for one in _PROXY_VARIABLES if os.environ.get(one)), "HTTPS_PROXY")
    return wrong_use(
        f"the proxy in {name} cannot be used: {_proxy_problem(cause, os.environ.get(name, ''))}",
        f"correct {name}, or list the hosts to reach without it in NO_PROXY",
    )


def _is_of_certificates(error: Exception) -> bool:
    return isinstance(error, SSLError) and not isinstance(_first_argument(_cause(error)), _LOST)


def _is_of_proxy(error: Exception) -> bool:
    if isinstance(error, ProxyConnectionError | InvalidProxiesConfigError):
        return True
    return isinstance(error, HTTPClientError) and isinstance(_cause(error), _INVALID_URL)


def _about_certificates(bundle: str | None) -> str:
    if bundle:
        return f"AWS_CA_BUNDLE is {bundle!r}: name a PEM file with the right certificate authority"
    return "set AWS_CA_BUNDLE to a PEM file with the certificate authority of your proxy"


def _cause(error: Exception) -> object:
    return getattr(error, "kwargs", {}).get("error")


def _first_argument(cause: object) -> object:
    return cause.args[0] if isinstance(cause, Exception) and cause.args else cause


def _proxy_problem(cause: object, url: str) -> str:
    scheme, separator, _ = url.partition("://")
    if separator and scheme.lower() not in _PROXY_SCHEMES:
        # botocore takes the scheme for the name of a host.
        return f"{scheme} proxies are not supported, only http and https"
    # The text of the error would show a password in the URL.
    if not isinstance(cause, ProxyError):
        return "it is not a URL such as http://proxy.example.com:3128"
    # urllib3 starts with the name of its connection object.
    return str(cause.original_error).rpartition("): ")[2]
