"""Returns the ARN as the Ref of a secret, as IAM policies and dynamic references need it.

AWS::SecretsManager::Secret, return values. ministack returns the name.
"""

from typing import Any

from payment_templates.rehearsal import ministack
from payment_templates.rehearsal.ministack import Attributes, Properties

_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a resource type


def install() -> None:
    """Translate between the ARN and the name that ministack's handlers use."""
    handlers = ministack.resource_handlers()[_SECRET]
    create_by_name, update_by_name, delete_by_name = (
        handlers[name] for name in ("create", "update", "delete")
    )

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Attributes]:
        _, attributes = create_by_name(logical_id, properties, stack)
        return attributes["Arn"], attributes

    def update(arn: str, *arguments: Any) -> tuple[str, Attributes]:  # noqa: ANN401 - ministack's own
        _, attributes = update_by_name(_name(arn), *arguments)
        return attributes["Arn"], attributes

    def delete(arn: str, properties: Properties) -> None:
        delete_by_name(_name(arn), properties)

    handlers.update(create=create, update=update, delete=delete)
    read_by_name, compared = ministack.drift_readers()[_SECRET]

    def read(arn: str, properties: Properties) -> object:
        return read_by_name(_name(arn), properties)

    ministack.drift_readers()[_SECRET] = (read, compared)


def _name(arn: str) -> str:
    # The last part is the name, a hyphen and six random characters.
    return arn.rpartition(":")[2].rpartition("-")[0]
