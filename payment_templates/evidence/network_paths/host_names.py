"""Names the hosts that a task asks DNS for: those of AWS's services, registries and databases.

A name that starts with "*." has first labels that the template does not show.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Stack

_ACCOUNT = re.compile(r"\d{12}")
_REGISTRY = "registry of "
# An image without a registry is on Docker Hub.
_DOCKER_HUB = ("registry-1.docker.io", "auth.docker.io")
# Services with labels before or after the usual ones: botocore, endpoints of ECR;
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
_HOSTS = {"ecr.api": "api.ecr", "ecr.dkr": "*.dkr.ecr", "s3": "*.s3"}


def hosts_of(stack: Stack, need: str, images: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the hosts of what a task needs: a service of AWS, or the registry of an image.

    An image of ECR states the account that its registry is named for.
    """
    if need.startswith(_REGISTRY):
        return _hosts_of_image(need.removeprefix(_REGISTRY))
    host = f"{_HOSTS.get(need, need)}.{_domain(stack)}"
    if need == "ecr.dkr":
        own = [image.partition("/")[0] for image in images if host[1:] in image]
        stated = [it for it in own if _ACCOUNT.fullmatch(it.removesuffix(host[1:]))]
        return tuple(dict.fromkeys(stated)) if len(stated) == len(own) and own else (host,)
    return (host,)


def endpoint_zone(stack: Stack, need: str) -> str:
    """Return the name of the private zone that an endpoint for a service of AWS has.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
    """
    return hosts_of(stack, need)[0].removeprefix("*.")


def database_host(stack: Stack) -> str:
    """Return the host of the databases of the stack's region.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html;
    in China, the service comes first.
    """
    if stack.partition == "aws-cn":
        return f"*.rds.{_domain(stack)}"
    return f"*.{stack.region}.rds.{stack.values['AWS::URLSuffix']}"


def _domain(stack: Stack) -> str:
    return f"{stack.region}.{stack.values['AWS::URLSuffix']}"


def _hosts_of_image(image: str) -> tuple[str, ...]:
    host, slash, _ = image.partition("/")
    is_host = slash and ("." in host or ":" in host)
    name = host.partition(":")[0].lower() if is_host else ""
    return _DOCKER_HUB if name in {"", "docker.io", "index.docker.io"} else (name,)
