"""Creates the error of the StackSets API for invalid requests."""

from payment_templates.rehearsal.wire import ServiceError


def validation_error(message: str) -> ServiceError:
    """Return a ValidationError with the message."""
    return ServiceError("ValidationError", message)
