"""What the StackSets API answers when the values of a request do not fit together."""

from payment_templates.rehearsal.wire import ServiceError


def validation_error(message: str) -> ServiceError:
    """Refuse a request whose values do not fit together."""
    return ServiceError("ValidationError", message)
