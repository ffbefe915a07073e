"""AWS::Backup::BackupSelection: what a backup plan backs up, and the role for it.

ministack creates vaults and plans, but no selections.
"""

from typing import Any

from botocore.exceptions import ClientError

from payment_templates.rehearsal import account
from payment_templates.rehearsal.handler_request import failure
from payment_templates.rehearsal.ministack import Attributes, Properties
from payment_templates.rehearsal.resources.resource_type import Created, ResourceType

_SERVICE = "backup"
_PRINCIPAL = "backup.amazonaws.com"


def _create(properties: Properties, _name: str) -> Created:
    selection = properties["BackupSelection"]
    _require_role(selection["IamRoleArn"])
    made = account.call(
        _SERVICE,
        "CreateBackupSelection",
        BackupPlanId=properties["BackupPlanId"],
        BackupSelection=selection,
    )
    selection_id = made["SelectionId"]
    identifier = f"{selection_id}_{made['BackupPlanId']}"
    return Created(ref=identifier, attributes={"Id": identifier, "SelectionId": selection_id})


def _update(ref: str, _before: Properties, _after: Properties) -> Attributes:
    # Both properties are create-only: a selection is replaced.
    return {"Id": ref, "SelectionId": ref.partition("_")[0]}


def _delete(ref: str, _properties: Properties) -> None:
    selection_id, _, plan_id = ref.partition("_")
    account.call(_SERVICE, "DeleteBackupSelection", BackupPlanId=plan_id, SelectionId=selection_id)


def _require_role(arn: str) -> None:
    # https://github.com/hashicorp/terraform-provider-aws/issues/9297
    if _PRINCIPAL not in _trust(arn.rpartition("/")[2]):
        raise failure(f"IAM Role {arn} cannot be assumed by AWS Backup", "InvalidRequest")


def _trust(name: str) -> str:
    try:
        role: dict[str, Any] = account.call("iam", "GetRole", RoleName=name)["Role"]
    except ClientError:
        return ""
    return str(role["AssumeRolePolicyDocument"])


BACKUP_SELECTION = ResourceType(
    name="AWS::Backup::BackupSelection", create=_create, update=_update, delete=_delete
)
