"""Checks the container port: the default image listens only on its own port."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from payment_templates.rollout.preflight.finding import Finding, refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from payment_templates.rollout.resolution import Resolution

_IMAGE, _PORT = "ContainerImage", "ContainerPort"


def check_container(resolution: Resolution) -> Iterator[Finding]:
    """Refuse another port for the default image, which ignores the PORT variable."""
    parameters: Mapping[str, Mapping[str, Any]] = resolution.template.document.get("Parameters", {})
    image, port = (parameters.get(name, {}).get("Default") for name in (_IMAGE, _PORT))
    if image is None or port is None or resolution.text({"Ref": _IMAGE}) != image:
        return
    given = resolution.text({"Ref": _PORT})
    if given is not None and given != str(port):
        yield refused(
            resolution.region,
            f"the default image listens on port {port}, not on {given}",
            f"pass --parameter {_IMAGE}=IMAGE with an image that listens on {given}, or leave "
            f"{_PORT} at {port}",
        )
