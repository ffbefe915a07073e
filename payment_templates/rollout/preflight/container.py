"""Checks the container: its port, and whether ECS may pull its image from a private repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.cloudformation import TemplateError
from payment_templates.rollout.preflight.finding import Finding, refused, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.rollout.planned_stack import PlannedStack

_IMAGE, _PORT, _REPOSITORY = "ContainerImage", "ContainerPort", "ContainerRepositoryArn"
_IN_ECR = ".dkr.ecr."


def check_port(planned: PlannedStack) -> Iterator[Finding]:
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


def check_image_access(planned: PlannedStack) -> Iterator[Finding]:
    """Report an image in ECR that the execution role may not pull: no task would start.

    CloudFormation would notice only after it has created the database.
    """
    # Public images need no permission, and the evidence takes a tenth of a second to load.
    texts = (*planned.stack.parameters.values(), planned.stack.template.text)
    if not any(_IN_ECR in text for text in texts):
        return
    from payment_templates.evidence import Topology, denied_pulls  # noqa: PLC0415 - see above.

    try:
        found = tuple(denied_pulls(Topology(stack=planned.stack)))
    except TemplateError as error:
        yield unknown(
            planned.region,
            f"whether the tasks may pull their image cannot be decided here: {error}",
            "check that the execution role may pull the image",
        )
        return
    for denied in found:
        who = denied.role or f"{denied.service}, which has no execution role,"
        yield refused(
            planned.region,
            f"{who} may not pull the image {denied.image}",
            f"pass --parameter {_REPOSITORY}={denied.repository}"
            if _REPOSITORY in planned.stack.template.parameters
            else f"allow the execution role to pull from {denied.repository}",
        )
