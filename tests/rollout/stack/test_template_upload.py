"""Templates that are uploaded to S3."""

# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# botocore passes untyped arguments to its handlers.

from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from payment_templates.cloudformation import read_template
from payment_templates.rollout.connection import connect
from payment_templates.rollout.template_bucket import add_tags
from payment_templates.rollout.template_upload import prepare_body
from tests.rollout.running import EAST, SMALL, WEST, Commands

_CHINA = "cn-north-1"


@pytest.fixture
def long(tmp_path: Path) -> Path:
    path = tmp_path / "long.json"
    path.write_text(SMALL.read_text() + " " * 60_000)
    return path


def test_bucket_of_another_region_has_its_own_url(commands: Commands) -> None:
    commands.aws.client("s3", WEST).create_bucket(
        Bucket="ours", CreateBucketConfiguration={"LocationConstraint": WEST}
    )

    body = prepare_body(
        connect(None, print),
        EAST,
        read_template(SMALL),
        account=commands.aws.account,
        bucket="ours",
        tags={},
        tell=print,
    )

    assert body.url.startswith(f"https://s3.{WEST}.amazonaws.com/ours/")


def test_partition_has_its_own_names(commands: Commands, long: Path) -> None:
    account = commands.aws.account

    body = prepare_body(
        connect(None, print),
        _CHINA,
        read_template(long),
        account=account,
        bucket=None,
        tags={},
        tell=print,
    )

    policy = commands.aws.client("s3", _CHINA).get_bucket_policy(
        Bucket=f"payment-templates-{account}-{_CHINA}"
    )["Policy"]
    assert body.url.startswith(f"https://s3.{_CHINA}.amazonaws.com.cn/payment-templates-")
    assert "arn:aws-cn:s3:::payment-templates-" in policy


def test_encryption_is_set_by_the_bucket(commands: Commands) -> None:
    commands.aws.client("s3", EAST).create_bucket(Bucket="ours-too")
    sent: dict[str, object] = {}
    session = connect(None, print)
    session.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: sent.update(params)
    )

    prepare_body(
        session,
        EAST,
        read_template(SMALL),
        account=commands.aws.account,
        bucket="ours-too",
        tags={},
        tell=print,
    )

    assert "ServerSideEncryption" not in sent
    assert sent["Bucket"] == "ours-too"


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_unknown_bucket_is_a_usage_error(commands: Commands, command: str) -> None:
    roles = ["--create-roles"] if command == "rollout" else []
    result = commands.run(command, "--yes", "--skip-preflight", "--bucket", "nowhere", *roles)

    assert result.exit_code == 2
    assert "there is no bucket nowhere" in result.stderr


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_no_bucket_is_created_if_preflight_fails(
    commands: Commands, long: Path, command: str
) -> None:
    for region in (EAST, WEST):
        logs = commands.aws.client("logs", region)
        logs.create_log_group(logGroupName="payment-records-dev-001")

    result = commands.run(command, "--yes", template=long)

    assert result.exit_code == 3
    assert commands.aws.client("s3", EAST).list_buckets()["Buckets"] == []


def test_long_template_is_rolled_out(commands: Commands, long: Path) -> None:
    result = commands.rollout(template=long)

    assert result.exit_code == 0, result.output
    assert commands.greeting(EAST) == commands.greeting(WEST) == "first"


@pytest.mark.parametrize("command", ["deploy", "rollout"])
def test_bucket_gets_the_tags_of_its_stacks(commands: Commands, long: Path, command: str) -> None:
    run = commands.deploy if command == "deploy" else commands.rollout
    run("--region", EAST, "--tag", "team=payments", template=long)

    result = run("--region", EAST, "--tag", "team=other", "--tag", "cost=42", template=long)

    assert result.exit_code == 0, result.output
    assert _tags(commands) == {"team": "payments", "cost": "42"}


def test_bucket_of_a_tagged_stack_is_tagged(commands: Commands, long: Path) -> None:
    commands.deploy("--tag", "team=payments")

    commands.deploy(template=long)

    assert _tags(commands) == {"team": "payments"}


def test_tags_that_are_denied_are_no_failure(s3: Stubber) -> None:
    lines: list[str] = []
    s3.add_client_error("get_bucket_tagging", "NoSuchTagSet", http_status_code=404)
    s3.add_client_error("put_bucket_tagging", "AccessDenied", http_status_code=403)
    untyped: Any = s3

    add_tags(untyped.client, "ours", "123456789012", {"team": "payments"}, lines.append)

    assert [line.partition(": ")[0] for line in lines] == ["the bucket ours gets no tags"]


def _tags(commands: Commands) -> dict[str, str]:
    shown = commands.aws.client("s3", EAST).get_bucket_tagging(
        Bucket=f"payment-templates-{commands.aws.account}-{EAST}"
    )
    return {tag["Key"]: tag["Value"] for tag in shown["TagSet"]}
