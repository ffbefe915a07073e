from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest

from payment_templates import PROFILES, build_template
from payment_templates.profiles import parse_options
from tests.view import View

if TYPE_CHECKING:
    from tests.view import Json

SECRET = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:api-AbCdEf"  # noqa: S105 - an ARN
PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/app/key"
# Everything that takes no tags in CloudFormation.
UNTAGGED = {
    "AWS::ARCZonalShift::ZonalAutoshiftConfiguration",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::Backup::BackupSelection",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCGatewayAttachment",
    "AWS::IAM::ManagedPolicy",
    "AWS::KMS::Alias",
    # CloudFormation reports its tags as drift.
    "AWS::RDS::GlobalCluster",
    "AWS::Route53::RecordSet",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
}
BAD = {
    "a boundary with a space": (
        'permissions_boundary = "my boundary"',
        "permissions_boundary must be the name or ARN .*, got 'my boundary'",
    ),
    "a boundary that is a role": (
        'permissions_boundary = "arn:aws:iam::123456789012:role/admin"',
        "permissions_boundary must be the name or ARN of an IAM policy .*",
    ),
    "a boundary that is a number": ("permissions_boundary = 1", "permissions_boundary .*, got 1"),
    "tags without keys": ('tags = "a"', r"tags must be a table such as \[tags\], got 'a'"),
    "too many tags": (
        "[tags]\n" + "\n".join(f'k{number} = "v"' for number in range(9)),
        "tags must have up to 8 entries, .*, got 9",
    ),
    "a tag of the template": (
        '[tags]\nName = "x"',
        "tags.Name is set by the template, as Name: use another key",
    ),
    "a tag of the template in lower case": (
        '[tags]\nenvironment = "x"',
        "tags.environment is set by the template, as Environment: use another key",
    ),
    "a tag of the HTTP listener": (
        '[tags]\nRedirectsTo = "x"',
        "tags.RedirectsTo is set by the template, as RedirectsTo: use another key",
    ),
    "two tags that differ only in case": (
        '[tags]\nTeam = "x"\nteam = "y"',
        "tags.team and tags.Team are one key for IAM: use one of them",
    ),
    "a tag of RDS": (
        '[tags]\n"rds:x" = "x"',
        "tags.rds:x must not start with aws: or rds:, which are AWS's own",
    ),
    "a value of AWS": (
        '[tags]\na = "aws:x"',
        "tags.a must not have a value that starts with aws: or rds:",
    ),
    "a tag's key over the limit of EC2": (
        f'[tags]\n"{"x" * 128}" = "x"',
        "tags must have keys of 1 to 127 .*",
    ),
    "a tag of AWS": (
        '[tags]\n"AWS:x" = "x"',
        "tags.AWS:x must not start with aws: or rds:, which are AWS's own",
    ),
    "a tag's key with a sign": ('[tags]\n"a*" = "x"', r"tags must have keys of 1 to 127 .*: 'a\*'"),
    "a tag's number": ("[tags]\na = 1", "tags.a must be text of up to 256 .*, got 1"),
    "a tag's value over the limit": (
        f'[tags]\na = "{"x" * 257}"',
        "tags.a must be text of up to 256 .*",
    ),
    "a variable of the template": (
        '[environment]\nDB_HOST = "x"',
        "environment.DB_HOST is set by the template: use another name",
    ),
    "a variable with a hyphen": (
        '[environment]\nA-B = "x"',
        "environment must name variables of letters, digits and underscores, got 'A-B'",
    ),
    "a variable's number": (
        "[environment]\nA = 1",
        'environment.A must be text such as "1", got 1',
    ),
    "a secret in the clear": (
        '[environment]\nA = "{{resolve:secretsmanager:x}}"',
        "environment.A must not be a dynamic reference: use secrets",
    ),
    "a variable twice": (
        f'environment = {{A = "x"}}\nsecrets = {{A = "{PARAMETER}"}}',
        "secrets.A is in environment too: use one of them",
    ),
    "a secret of the template": (
        f'secrets = {{DB_PASSWORD = "{PARAMETER}"}}',
        "secrets.DB_PASSWORD is set by the template: use another name",
    ),
    "an unknown alarm": (
        "[alarm_thresholds]\nresponse = 1",
        "alarm_thresholds must name one of response-time, .*; got 'response'",
    ),
    "a threshold below zero": (
        "[alarm_thresholds]\nresponse-time = -1",
        "alarm_thresholds.response-time must be a number from 0.001 up, got -1",
    ),
    "a threshold without end": (
        "[alarm_thresholds]\nresponse-time = inf",
        "alarm_thresholds.response-time must be a number from 0.001 up, got inf",
    ),
    "a threshold of yes": (
        "[alarm_thresholds]\nunhealthy-targets = true",
        "alarm_thresholds.unhealthy-targets must be a number from 0 up, got True",
    ),
    "the lag of no copy": (
        "[alarm_thresholds]\nreplication-lag = 5",
        "alarm_thresholds.replication-lag needs global_database = true",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_error_names_the_entry_and_what_is_accepted(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        parse_options(text)


# If someone pastes the secret instead of its ARN, the secret must not end up in a log.
def test_error_about_a_secret_does_not_repeat_it() -> None:
    with pytest.raises(ValueError, match=r"^secrets.A must be the ARN .*") as error:
        parse_options('secrets = {A = "hunter2"}')

    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("profile", PROFILES)
def test_everything_that_takes_tags_has_those_of_the_options_file(profile: str) -> None:
    given = parse_options(f'profile = "{profile}"\n[tags]\nCostCenter = "42"\n')

    built = View.of(build_template(given))

    untagged = {
        resource["Type"]
        for resource in built.resources.values()
        if _tags(resource["Properties"]).get("CostCenter") != "42"
    }
    assert untagged <= UNTAGGED


def test_own_tags_stay(template: View) -> None:
    tagged = View.of(build_template(replace(PROFILES["standard"], tags=(("CostCenter", "42"),))))

    vpc = _tags(tagged.properties("Vpc"))

    assert vpc == _tags(template.properties("Vpc")) | {"CostCenter": "42"}


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "boundaries/payments",
            {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/boundaries/payments"},
        ),
        *([("arn:aws:iam::aws:policy/PowerUserAccess",) * 2]),
    ],
    ids=["name", "ARN"],
)
def test_boundary_is_on_every_role(profile: str, given: str, expected: object) -> None:
    options = replace(PROFILES[profile], permissions_boundary=given)

    roles = View.of(build_template(options)).of_type("AWS::IAM::Role")

    assert [role.get("PermissionsBoundary") for role in roles.values()] == [expected] * len(roles)


def test_roles_have_no_boundary_unless_asked_for(production: View) -> None:
    roles = production.of_type("AWS::IAM::Role").values()

    assert not any("PermissionsBoundary" in role for role in roles)


@pytest.mark.parametrize("profile", PROFILES)
def test_container_has_the_variables_of_the_options_file(profile: str) -> None:
    before = _container(_built(profile))

    after = _container(_built(profile, environment=(("LOG_LEVEL", "info"), ("EMPTY", ""))))

    added = [{"Name": "LOG_LEVEL", "Value": "info"}, {"Name": "EMPTY", "Value": ""}]
    assert after["Environment"] == before["Environment"] + added


@pytest.mark.parametrize("profile", PROFILES)
def test_container_has_the_secrets_of_the_options_file(profile: str) -> None:
    before = _container(_built(profile)).get("Secrets", [])

    after = _container(_built(profile, secrets=(("A", f"{SECRET}:key::"), ("B", PARAMETER))))

    added = [
        {"Name": "A", "ValueFrom": {"Fn::Sub": f"{SECRET}:key::"}},
        {"Name": "B", "ValueFrom": PARAMETER},
    ]
    assert after["Secrets"] == before + added


@pytest.mark.parametrize("profile", PROFILES)
def test_execution_role_may_read_exactly_those_secrets(profile: str) -> None:
    before = _built(profile).statements("ExecutionPolicy")
    # The same secret twice, once with a key of its JSON.
    given = (("A", f"{SECRET}:key::"), ("C", SECRET), ("B", PARAMETER))

    after = _built(profile, secrets=given).statements("ExecutionPolicy")

    assert [(it["Action"], it["Resource"]) for it in after if it not in before] == [
        (["secretsmanager:GetSecretValue"], [{"Fn::Sub": SECRET}]),
        (["ssm:GetParameters"], [PARAMETER]),
    ]


@pytest.mark.parametrize(
    ("profile", "alarm", "given", "logical_id", "expected"),
    [
        ("standard", "response-time", 0.5, "ResponseTimeAlarm", 0.5),
        ("standard", "unhealthy-targets", 1, "UnhealthyTargetAlarm", 1),
        # The metric is in milliseconds.
        ("production", "replication-lag", 20, "ReplicationLagAlarm", 20000),
    ],
)
def test_alarm_has_the_threshold_of_the_options_file(
    profile: str, alarm: str, given: float, logical_id: str, expected: float
) -> None:
    built = _built(profile, alarm_thresholds=((alarm, given),)).properties(logical_id)

    assert built["Threshold"] == expected
    assert str(given) in built["AlarmDescription"]


def _built(profile: str, **changes: Any) -> View:  # noqa: ANN401 - options of any type.
    return View.of(build_template(replace(PROFILES[profile], **changes)))


def _container(view: View) -> Json:
    (container,) = view.only("AWS::ECS::TaskDefinition")["ContainerDefinitions"]
    only: Json = container
    return only


def _tags(properties: Json) -> Json:
    names = ("Tags", "HealthCheckTags", "BackupPlanTags", "BackupVaultTags")
    none: list[Json] = []
    tags: Any = next((properties[name] for name in names if name in properties), none)
    if isinstance(tags, list):
        return {tag["Key"]: tag["Value"] for tag in cast("list[Json]", tags)}
    return cast("Json", tags)
