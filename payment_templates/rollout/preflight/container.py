"""Checks the container port: the default image listens only on its own port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.rollout.preflight.finding import Finding, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.planned_stack import PlannedStack

_IMAGE, _PORT = "ContainerImage", "ContainerPort"


def check_container(planned: PlannedStack) -> Iterator[Finding]:
    """Report a wrong port for the default image, which ignores the variable PORT."""
    parameters = planned.stack.template.parameters
    if _IMAGE not in parameters or _PORT not in parameters:
        return
    image, port = (parameters[name].default for name in (_IMAGE, _PORT))
    given = planned.parameter(_PORT)
    if image is not None and port and planned.parameter(_IMAGE) == image and given != port:
        yield refused(
            planned.region,
            f"the default image listens on port {port}, not on {given}",
            f"pass --parameter {_IMAGE}=IMAGE with an image that listens on {given}, or leave "
            f"{_PORT} at {port}",
        )
