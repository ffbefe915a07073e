from pathlib import Path

import pytest

from tests.rollout.running import EAST, NAME, SMALL, WEST, Commands, changed

_QUEUE_NAME_TAKEN = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "RoleName": "payment-taken",
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        },
    },
}


def test_first_deploy_creates_the_stack(commands: Commands) -> None:
    result = commands.deploy()

    assert result.exit_code == 0, result.output
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_second_deploy_changes_nothing(commands: Commands) -> None:
    commands.deploy()

    result = commands.deploy()

    assert result.exit_code == 0
    assert "is up to date" in result.output


def test_deploy_with_another_value_updates_the_stack(commands: Commands) -> None:
    commands.deploy()

    result = commands.deploy("--parameter", "Message=second")

    assert result.exit_code == 0
    assert commands.greeting(EAST) == "second"


def test_omitted_value_keeps_the_former_value(commands: Commands, tmp_path: Path) -> None:
    commands.deploy("--parameter", "Message=second")
    without_role = changed(tmp_path, {"Person": None})

    commands.deploy(template=without_role)

    assert commands.greeting(EAST) == "second"


def test_tags_of_other_users_are_kept(commands: Commands) -> None:
    commands.deploy()
    tags = [{"Key": "cost-center", "Value": "42"}]
    client = commands.aws.client("cloudformation", EAST)
    client.update_stack(
        StackName=NAME,
        UsePreviousTemplate=True,
        Tags=tags,
        Parameters=[{"ParameterKey": "EnvironmentSuffix", "UsePreviousValue": True}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    commands.deploy("--parameter", "Message=second")

    assert commands.greeting(EAST) == "second"
    assert commands.stack()["Tags"] == tags


def test_given_tag_is_added_to_existing_tags(commands: Commands) -> None:
    commands.deploy("--tag", "cost-center=42")

    commands.deploy("--tag", "owner=payments", "--parameter", "Message=second")

    tags = {tag["Key"]: tag["Value"] for tag in commands.stack()["Tags"]}
    assert tags == {"cost-center": "42", "owner": "payments"}


def test_deploy_uses_the_given_region(commands: Commands) -> None:
    commands.deploy("--region", WEST)

    assert commands.stack(EAST) is None
    assert commands.stack(WEST)["StackStatus"] == "CREATE_COMPLETE"


def test_yes_does_not_confirm_the_loss_of_logs(commands: Commands, tmp_path: Path) -> None:
    commands.deploy()
    without_records = changed(tmp_path, {"Records": None, "Person": None})

    result = commands.deploy(template=without_records)

    assert result.exit_code == 3
    assert "--allow-replacement Records" in result.output
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_allowed_resource_may_be_lost(commands: Commands, tmp_path: Path) -> None:
    commands.deploy()
    without_records = changed(tmp_path, {"Records": None, "Person": None})

    result = commands.deploy("--allow-replacement", "Records", template=without_records)

    assert result.exit_code == 0, result.output
    assert commands.stack()["StackStatus"] == "UPDATE_COMPLETE"


def test_refused_creation_leaves_no_stack(commands: Commands) -> None:
    result = commands.run("deploy")

    assert result.exit_code == 2
    assert "pass --yes" in result.output
    assert commands.stack() is None


def test_first_failure_is_reported_with_a_hint(commands: Commands, tmp_path: Path) -> None:
    iam = commands.aws.client("iam", EAST)
    trust = '{"Version": "2012-10-17", "Statement": []}'
    iam.create_role(RoleName="payment-taken", AssumeRolePolicyDocument=trust)
    taken = changed(tmp_path, {"Person": _QUEUE_NAME_TAKEN})

    document = commands.document("deploy", "--yes", "--skip-preflight", template=taken)

    assert document["exit_code"] == 1
    assert document["status"] == "ROLLBACK_COMPLETE"
    assert document["cause"]["logical_id"] == "Person"
    assert "already exists" in document["cause"]["reason"]
    assert "the name is taken" in document["cause"]["hint"]


def test_failed_stack_is_not_deleted_without_confirmation(
    commands: Commands, tmp_path: Path
) -> None:
    _fail_creation(commands, tmp_path)

    result = commands.deploy()

    assert result.exit_code == 1
    assert "use --recreate" in result.output
    assert commands.stack()["StackStatus"] == "ROLLBACK_COMPLETE"


def test_recreate_replaces_a_failed_creation(commands: Commands, tmp_path: Path) -> None:
    _fail_creation(commands, tmp_path)

    result = commands.deploy("--recreate")

    assert result.exit_code == 0, result.output
    assert commands.stack()["StackStatus"] == "CREATE_COMPLETE"


def test_change_set_of_another_user_is_kept(commands: Commands) -> None:
    commands.deploy()
    client = commands.aws.client("cloudformation", EAST)
    parameters = [{"ParameterKey": "EnvironmentSuffix", "ParameterValue": "dev-001"}]
    client.create_change_set(
        StackName=NAME,
        ChangeSetName="theirs",
        TemplateBody=SMALL.read_text(),
        Parameters=[*parameters, {"ParameterKey": "Message", "ParameterValue": "theirs"}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )

    result = commands.deploy()

    assert "change set theirs was created by someone else" in result.output
    left = client.list_change_sets(StackName=NAME)["Summaries"]
    assert "theirs" in {summary["ChangeSetName"] for summary in left}


def test_long_template_is_uploaded_to_a_private_bucket(commands: Commands, tmp_path: Path) -> None:
    long = tmp_path / "long.json"
    long.write_text(SMALL.read_text() + " " * 60_000)

    result = commands.deploy(template=long)

    assert result.exit_code == 0, result.output
    s3 = commands.aws.client("s3", EAST)
    bucket = f"payment-templates-{commands.aws.account}-us-east-1"
    access = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert all(access.values())
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_short_template_needs_no_bucket(commands: Commands) -> None:
    commands.deploy()

    assert commands.aws.client("s3", EAST).list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--parameter", "Massage=x"], "did you mean Message?"),
        (["--parameter", "Message=UPPER"], "lower-case letters"),
        (["--parameter", "Message"], "use KEY=VALUE"),
        (["--parameter", "DBMasterPassword=x"], "DB_MASTER_PASSWORD"),
        (["--tag", "aws:owner=me"], "neither can start with aws: or rds:"),
        (["--region", "us-est-1"], "did you mean us-east-1"),
        (["--suffix", "Dev_1"], "such as dev-001"),
        (["--stack-name", "1st"], "a letter, then"),
        (["--template", "missing.json"], "name a CloudFormation template"),
        (["--template", __file__], "a template is an object with Resources"),
    ],
    ids=[
        "unknown parameter",
        "value that the pattern refuses",
        "no value",
        "secret on the command line",
        "tag of AWS",
        "unknown region",
        "suffix",
        "stack name",
        "no template",
        "template that is no JSON",
    ],
)
def test_usage_error_names_the_next_step(
    commands: Commands, arguments: list[str], says: str
) -> None:
    result = commands.deploy(*arguments)

    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert all(line.startswith("hint: ") for line in result.stderr.splitlines()[1:])


def _fail_creation(commands: Commands, tmp_path: Path) -> None:
    client = commands.aws.client("iam", EAST)
    trust = '{"Version": "2012-10-17", "Statement": []}'
    client.create_role(RoleName="payment-taken", AssumeRolePolicyDocument=trust)
    taken = changed(tmp_path, {"Person": _QUEUE_NAME_TAKEN})
    commands.deploy(template=taken)
