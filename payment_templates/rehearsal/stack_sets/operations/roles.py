"""Checks the IAM roles that CloudFormation needs to deploy to a target."""

from payment_templates.rehearsal import eventual_consistency
from payment_templates.rehearsal.stack_sets.model.stack_set import Definition, Operation, Target
from payment_templates.rehearsal.stack_sets.model.stacks import Role, Stacks

# The default role names: StackSets, Grant self-managed permissions.
ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole"
EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole"

_SERVICE = "cloudformation.amazonaws.com"


def administration_role_arn(account: str) -> str:
    """Return the ARN of the default administration role of an account."""
    return f"arn:aws:iam::{account}:role/{ADMINISTRATION_ROLE}"


def self_managed(definition: Definition) -> bool:
    """Return whether the account owner manages the roles, not AWS Organizations."""
    return definition.permission_model == "SELF_MANAGED"


def find_access_error(operation: Operation, target: Target, stacks: Stacks) -> str | None:
    """Return why CloudFormation cannot access the target, or None if it can.

    The wording is AWS's, as users report it in hashicorp/terraform-provider-aws and
    aws-solutions/aws-control-tower-customizations#109.
    """
    if operation.administration_role_arn is None or operation.execution_role_name is None:
        return None
    path = operation.administration_role_arn.partition(":role/")[2]
    administrator = operation.administration_role_arn.split(":")[4]
    administration = stacks.role(administrator, path.rpartition("/")[2])
    execution = stacks.role(target.account, operation.execution_role_name)
    administrators = {
        administrator,
        f"arn:aws:iam::{administrator}:root",
        operation.administration_role_arn,
    }
    if (
        _trusts_service(administration, target, stacks)
        and _trusts(execution, administrators)
        and not eventual_consistency.hides_role(target.account, operation.execution_role_name)
    ):
        return None
    return (
        f"Account {target.account} should have '{operation.execution_role_name}' role "
        f"with trust relationship to Role '{path}'."
    )


def _trusts_service(role: Role | None, target: Target, stacks: Stacks) -> bool:
    regional = f"cloudformation.{target.region}.amazonaws.com"
    if not stacks.is_opt_in(target.region):
        return _trusts(role, {_SERVICE, regional})
    # "You will also need to include the regional service principal for that Region":
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html
    return _trusts(role, {_SERVICE}) and _trusts(role, {regional})


def _trusts(role: Role | None, principals: set[str]) -> bool:
    return role is not None and bool(role.trusted & (principals | {"*"}))
