"""Whether CloudFormation gets from the administrator's account into a target."""

from payment_templates.rehearsal.stack_sets.model import Definition, Operation, Target
from payment_templates.rehearsal.stack_sets.stacks import Role, Stacks

# The names that StackSets look for when none are given: StackSets, Grant self-managed permissions.
ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"

_SERVICE = "cloudformation.amazonaws.com"


def administration_role_arn(account: str) -> str:
    """Name the administration role that an account has unless another one is given."""
    return f"arn:aws:iam::{account}:role/{ADMINISTRATION_ROLE}"


def self_managed(definition: Definition) -> bool:
    """Return whether the set's roles were made by hand rather than by Organizations."""
    return definition.permission_model == "SELF_MANAGED"


def find_obstacle(operation: Operation, target: Target, stacks: Stacks) -> str | None:
    """Say why CloudFormation cannot work in the target, or None when it can.

    The wording is AWS's, as users report it in hashicorp/terraform-provider-aws and
    aws-solutions/aws-control-tower-customizations#109.
    """
    if operation.administration_role_arn is None or operation.execution_role_name is None:
        return None
    path = operation.administration_role_arn.partition(":role/")[2]
    administrator = operation.administration_role_arn.split(":")[4]
    administration = stacks.role(administrator, path.rpartition("/")[2])
    execution = stacks.role(target.account, operation.execution_role_name)
    if _lets_in(administration, {_SERVICE, f"cloudformation.{target.region}.amazonaws.com"}) and (
        _lets_in(
            execution,
            {
                administrator,
                f"arn:aws:iam::{administrator}:root",
                operation.administration_role_arn,
            },
        )
    ):
        return None
    return (
        f"Account {target.account} should have '{operation.execution_role_name}' role "
        f"with trust relationship to Role '{path}'."
    )


def _lets_in(role: Role | None, principals: set[str]) -> bool:
    return role is not None and bool(role.trusted & (principals | {"*"}))
