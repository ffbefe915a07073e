"""Reads botocore's model of each service once: ministack would read it again in its own session."""

from botocore.exceptions import UnknownServiceError
from botocore.model import ServiceModel

from payment_templates.rehearsal import ministack, wire


def install() -> None:
    """Let ministack choose content types by the models that the rehearsal reads anyway."""
    names = ministack.boto_names()

    def model(service: str) -> ServiceModel | None:
        try:
            return wire.service_model(names.get(service, service))
        except UnknownServiceError:
            return None

    ministack.read_models_with(model)
