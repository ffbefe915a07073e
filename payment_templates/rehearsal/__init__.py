"""Starts the embedded AWS: an emulator on 127.0.0.1 that needs no network, Docker or root."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.request import Request, urlopen

from payment_templates.rehearsal import eventual_consistency, process, unreachable_regions

ACCOUNT = "123456789012"

__all__ = ["ACCOUNT", "EmbeddedAws", "embedded_aws"]


@dataclass(frozen=True, kw_only=True)
class EmbeddedAws:
    """A running emulator that any SDK can call at its URL."""

    endpoint_url: str
    # Twelve digits; every account exists, and is empty at first.
    account: str = ACCOUNT

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables that point the AWS CLI and every SDK at it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.account,
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
        }

    def make_unreachable(self, region: str, *, silent: bool = True) -> None:
        """Let a region fail: a silent one never responds, another one closes connections."""
        behaviour = unreachable_regions.SILENT if silent else unreachable_regions.CLOSING
        self._switch("PUT", region, behaviour)

    def make_reachable(self, region: str) -> None:
        """Let an unreachable region respond again."""
        self._switch("DELETE", region, unreachable_regions.CLOSING)

    def _switch(self, method: str, region: str, behaviour: str) -> None:
        self._call(
            method,
            unreachable_regions.SWITCH.format(
                account=self.account, region=region, behaviour=behaviour
            ),
        )

    def show_changes_late(self) -> None:
        """Let reads answer the old state once, and new roles be unusable at first."""
        self._call("PUT", eventual_consistency.SWITCH.format(account=self.account))

    def _call(self, method: str, path: str) -> None:
        # The URL is that of the embedded AWS.
        request = Request(self.endpoint_url + path, method=method)  # noqa: S310
        with urlopen(request):  # noqa: S310
            pass

    def client(self, service: str, region: str) -> Any:  # noqa: ANN401 - boto3 makes it at run time
        """Return the boto3 client of a service in a region."""
        return _client(self.endpoint_url, self.account, service, region)


@cache
def _client(endpoint_url: str, account: str, service: str, region: str) -> Any:  # noqa: ANN401 - as above
    # The child imports this package too, and starts twice as fast without botocore.
    from botocore.config import Config  # noqa: PLC0415

    return _session().client(
        service,
        region_name=region,
        # ministack reads an access key of twelve digits as the account ID.
        aws_access_key_id=account,
        aws_secret_access_key="rehearsal",  # noqa: S106 - nothing to protect
        endpoint_url=endpoint_url,
        config=Config(retries={"max_attempts": 0}, inject_host_prefix=False),
    )


@cache
def _session() -> Any:  # noqa: ANN401 - as above
    # Shared, because a session reads the model of a service only once.
    import boto3  # noqa: PLC0415

    return boto3.Session()


@contextmanager
def embedded_aws() -> Generator[EmbeddedAws, None, None]:
    """Run an emulator until the block ends; it never outlives this process."""
    with process.server() as endpoint_url:
        yield EmbeddedAws(endpoint_url=endpoint_url)
