"""The roles of StackSets come and go when they are asked to."""

from tests.rollout.running import EAST, SUFFIX, Commands

ROLES = "payment-stack-set-roles"
_DESTROY = ("destroy", "--confirm", SUFFIX)


def test_roles_stay_unless_they_are_named(commands: Commands) -> None:
    commands.rollout()

    result = commands.run(*_DESTROY)

    assert result.exit_code == 0, result.output
    assert commands.stack(EAST, ROLES)["StackStatus"] == "CREATE_COMPLETE"


def test_roles_go_when_they_are_named(commands: Commands) -> None:
    commands.rollout()

    result = commands.run(*_DESTROY, "--delete-roles")

    assert result.exit_code == 0, result.output
    assert commands.stack(EAST, ROLES) is None


def test_roles_stay_while_another_set_works_with_them(commands: Commands) -> None:
    commands.rollout()
    commands.aws.client("cloudformation", EAST).create_stack_set(
        StackSetName="theirs", TemplateBody='{"Resources": {"It": {"Type": "AWS::SNS::Topic"}}}'
    )

    result = commands.run(*_DESTROY, "--delete-roles")

    assert result.exit_code == 1
    assert "theirs in us-east-1 works with them" in result.stderr
    assert commands.stack(EAST, ROLES)["StackStatus"] == "CREATE_COMPLETE"


def test_roles_made_otherwise_are_left_alone(commands: Commands) -> None:
    iam = commands.aws.client("iam", EAST)
    iam.create_role(
        RoleName="AWSCloudFormationStackSetExecutionRole", AssumeRolePolicyDocument="{}"
    )
    commands.deploy()

    result = commands.run(*_DESTROY, "--delete-roles")

    assert result.exit_code == 0, result.output
    assert iam.get_role(RoleName="AWSCloudFormationStackSetExecutionRole")["Role"]
