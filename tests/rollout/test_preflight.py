# ruff: noqa: ANN401 - the documents of the commands are JSON of any shape.

from pathlib import Path
from typing import Any

import pytest

from tests.rollout.running import EAST, SMALL, WEST, Commands, changed

_PAYMENT = Path(__file__).parents[2] / "output" / "TapStack.json"
_EMAIL = ("--parameter", "AlertEmail=on-call@example.com")
_WITHOUT_FARGATE = ("--parameter", "AvailabilityZones=us-east-1a,us-east-1b,us-east-1e")
_IN_EAST = ("--region", EAST, "--without-roles")


def test_region_without_obstacles_is_fine(commands: Commands) -> None:
    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=_PAYMENT)

    assert document["exit_code"] == 0
    assert {finding["verdict"] for finding in document["findings"]} == {"fine"}


def test_zone_without_fargate_is_refused_with_three_that_have_it(commands: Commands) -> None:
    document = commands.document(
        "preflight", *_EMAIL, *_WITHOUT_FARGATE, *_IN_EAST, template=_PAYMENT
    )

    (finding,) = _refused(document)
    assert document["exit_code"] == 3
    assert "us-east-1e offers no Fargate" in finding["what"]
    assert "AvailabilityZones=us-east-1a,us-east-1b,us-east-1c" in finding["mend"]


def test_quota_that_is_used_up_is_refused(commands: Commands) -> None:
    ec2 = commands.aws.client("ec2", EAST)
    for number in range(5):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")

    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert finding["what"].startswith("VPCs: ")


def test_name_that_is_taken_is_refused(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-records-dev-001")

    document = commands.document("preflight", *_IN_EAST)

    (finding,) = _refused(document)
    assert finding["what"] == "Logs::LogGroup payment-records-dev-001 exists already"


def test_names_of_the_stack_itself_are_not_in_its_way(commands: Commands) -> None:
    commands.deploy()

    document = commands.document("preflight", *_IN_EAST)

    assert _refused(document) == []


def test_role_name_without_the_region_is_refused_for_two_regions(
    commands: Commands, tmp_path: Path
) -> None:
    shared = changed(tmp_path, {"Person": _role_named("payment-person")})

    document = commands.document("preflight", "--without-roles", template=shared)

    (finding,) = _refused(document)
    assert "payment-person would be made in more than one region" in finding["what"]


def test_missing_roles_are_refused(commands: Commands) -> None:
    document = commands.document("preflight")

    assert all("--create-roles" in finding["mend"] for finding in _refused(document))
    assert len(_refused(document)) == 2


def test_certificate_of_another_region_is_refused(commands: Commands) -> None:
    arn = f"arn:aws:acm:{EAST}:{commands.aws.account}:certificate/12345678"

    document = commands.document(
        "preflight",
        *_EMAIL,
        *("--parameter", f"CertificateArn={arn}", "--region", WEST, "--without-roles"),
        template=_PAYMENT,
    )

    (finding,) = _refused(document)
    assert finding["what"] == "the certificate is of us-east-1"


def test_hosted_zone_that_does_not_exist_is_refused(commands: Commands) -> None:
    domain = ("--parameter", "HostedZoneId=Z0123456789", "--parameter", "DomainName=a.example.com")

    document = commands.document("preflight", *_EMAIL, *domain, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert finding["what"] == "hosted zone Z0123456789 does not exist"


def test_database_version_that_cannot_be_ordered_is_refused(
    commands: Commands, tmp_path: Path
) -> None:
    old = tmp_path / "old.json"
    old.write_text(_PAYMENT.read_text().replace("^15", "^14").replace('"15.19"', '"14.1"'))

    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=old)

    (finding,) = _refused(document)
    assert finding["what"] == "aurora-postgresql 14.1 on db.t3.medium cannot be ordered"


def test_template_over_a_limit_is_refused(commands: Commands, tmp_path: Path) -> None:
    resource = {"Type": "AWS::SNS::Topic"}
    crowded = changed(tmp_path, {f"Topic{number}": resource for number in range(498)})

    document = commands.document("preflight", *_IN_EAST, template=crowded)

    (finding,) = _refused(document)
    assert finding["what"] == "Resources: 501, and CloudFormation takes 500"


def test_what_may_not_be_asked_is_unknown(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Any:
        raise commands.aws.client("iam", EAST).exceptions.ClientError(
            {"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole"
        )

    monkeypatch.setattr("payment_templates.rollout.preflight.checks.missing_roles", refuse)

    document = commands.document("preflight", template=SMALL)

    unknown = [one for one in document["findings"] if one["verdict"] == "unknown"]
    assert [one["what"] for one in unknown] == ["roles of StackSets: GetRole answers AccessDenied"]


def test_deploy_begins_nothing_when_preflight_refuses(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-records-dev-001")

    result = commands.deploy()

    assert result.exit_code == 3
    assert commands.stack() is None


def _refused(document: Any) -> list[dict[str, str]]:
    return [one for one in document["findings"] if one["verdict"] == "refused"]


def _role_named(name: str) -> dict[str, Any]:
    trust: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": name, "AssumeRolePolicyDocument": trust},
    }
