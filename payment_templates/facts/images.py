"""Lists public container images whose port and files are documented.

NGINX: https://github.com/nginx/docker-nginx-unprivileged/blob/main/README.md and
https://hub.docker.com/_/nginx; Apache: https://hub.docker.com/_/httpd.
"""

from dataclasses import dataclass

_PAGES = ("/", "/index.html")


@dataclass(frozen=True, kw_only=True)
class KnownImage:
    """What a public image does unless its configuration is replaced."""

    # The repositories that have it, without registry.
    repositories: tuple[str, ...]
    # The port that it listens on, whatever the environment says.
    port: int
    # The paths that it answers with 200.
    pages: tuple[str, ...]
    # The folders that it must write to, or else it exits.
    writes: tuple[str, ...] = ()
    # The folder of its configuration; a mount there replaces it.
    configuration: str


_NGINX = "/etc/nginx"
IMAGES = (
    KnownImage(
        repositories=("nginx/nginx-unprivileged", "nginxinc/nginx-unprivileged"),
        port=8080,
        pages=(*_PAGES, "/50x.html"),
        # Its process ID and its temporary files.
        writes=("/tmp",),  # noqa: S108 - a folder in a container.
        configuration=_NGINX,
    ),
    KnownImage(
        repositories=("docker/library/nginx", "library/nginx", "nginx", "nginx/nginx"),
        port=80,
        pages=(*_PAGES, "/50x.html"),
        configuration=_NGINX,
    ),
    KnownImage(
        repositories=("docker/library/httpd", "library/httpd", "httpd"),
        port=80,
        pages=_PAGES,
        configuration="/usr/local/apache2/conf",
    ),
)
# Registries that have them under these names; a name without registry is of Docker Hub.
REGISTRIES = ("docker.io", "ghcr.io", "index.docker.io", "public.ecr.aws", "quay.io")
