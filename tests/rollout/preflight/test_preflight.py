# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# The small fakes of AWS accept any arguments.

# ruff: noqa: ANN401 - the documents of the commands are JSON of any shape.

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from payment_templates import PROFILES, build_template
from payment_templates.cloudformation import parse_template, read_template
from payment_templates.rollout import clients
from payment_templates.rollout.connection import connect, explain
from payment_templates.rollout.planned_stack import PlannedStack, plan_stack
from payment_templates.rollout.preflight import Verdict
from payment_templates.rollout.preflight.certificates import check_certificate
from payment_templates.rollout.preflight.limits import check_types
from payment_templates.rollout.preflight.quotas import running_vcpus
from payment_templates.rollout.preflight.zones import check_zones
from payment_templates.rollout.values import Values
from tests.rollout.faults import FaultPlan, break_connections
from tests.rollout.running import EAST, SMALL, WEST, Commands, changed

_PAYMENT = Path(__file__).parents[3] / "output" / "TapStack.json"
_EMAIL = ("--parameter", "AlertEmail=on-call@example.com")
_WITHOUT_FARGATE = ("--parameter", "AvailabilityZones=us-east-1a,us-east-1b,us-east-1e")
_PORT = ("--parameter", "ContainerPort=9000")
_IN_EAST = ("--region", EAST, "--without-roles")
_IN_ECR = "111122223333.dkr.ecr.us-east-1.amazonaws.com/pay:1"
_REPOSITORY = "arn:aws:ecr:us-east-1:111122223333:repository/pay"
_PRIVATE_IMAGE = ("--parameter", f"ContainerImage={_IN_ECR}")
_INSIGHTS = "/aws/ecs/containerinsights/payment-cluster-dev-001/performance"


def test_region_without_problems_passes(commands: Commands) -> None:
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
    assert "AvailabilityZones=us-east-1a,us-east-1b,us-east-1c" in finding["remediation"]


def test_exhausted_quota_is_refused(commands: Commands) -> None:
    ec2 = commands.aws.client("ec2", EAST)
    for number in range(5):
        ec2.create_vpc(CidrBlock=f"10.{number}.0.0/16")

    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert finding["what"].startswith("VPCs: ")


def test_taken_name_is_refused(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-records-dev-001")

    document = commands.document("preflight", *_IN_EAST)

    (finding,) = _refused(document)
    assert finding["what"] == "Logs::LogGroup payment-records-dev-001 already exists"


def test_log_group_recreated_by_container_insights_may_be_deleted(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName=_INSIGHTS)

    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert finding["remediation"].startswith("Container Insights created it again")
    assert f"aws logs delete-log-group --log-group-name {_INSIGHTS}" in finding["remediation"]


def test_log_group_with_retention_may_hold_logs_of_an_earlier_stack(commands: Commands) -> None:
    logs = commands.aws.client("logs", EAST)
    logs.create_log_group(logGroupName=_INSIGHTS)
    logs.put_retention_policy(logGroupName=_INSIGHTS, retentionInDays=400)

    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert "earlier stack retained: choose another --suffix" in finding["remediation"]


def test_names_of_the_existing_stack_are_accepted(commands: Commands) -> None:
    commands.deploy()

    document = commands.document("preflight", *_IN_EAST)

    assert _refused(document) == []


def test_role_name_without_the_region_is_refused_for_two_regions(
    commands: Commands, tmp_path: Path
) -> None:
    shared = changed(tmp_path, {"Person": _role_named("payment-person")})

    document = commands.document("preflight", "--without-roles", template=shared)

    (finding,) = _refused(document)
    assert "payment-person would be created in more than one region" in finding["what"]


def test_missing_roles_are_refused(commands: Commands) -> None:
    document = commands.document("preflight")

    assert all("--create-roles" in finding["remediation"] for finding in _refused(document))
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
    assert finding["what"] == "the certificate is in us-east-1"


def test_text_that_is_no_certificate_is_refused() -> None:
    # The payment template refuses it by its pattern; another template may have none.
    (finding,) = check_certificate(connect(None, print), _planned("mycert"))

    assert finding.verdict is Verdict.REFUSED
    assert finding.what == "'mycert' is no ARN of a certificate"


def test_certificate_of_iam_is_left_alone() -> None:
    arn = "arn:aws:iam::123456789012:server-certificate/pay"

    assert list(check_certificate(connect(None, print), _planned(arn))) == []


@pytest.mark.parametrize(
    ("days", "kind", "verdict", "words"),
    [
        (29, "AMAZON_ISSUED", Verdict.WARNING, "ACM has not renewed it"),
        (29, "IMPORTED", Verdict.WARNING, "ACM renews no imported one"),
        (31, "IMPORTED", Verdict.FINE, "is issued"),
    ],
)
def test_certificate_about_to_expire_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, days: int, kind: str, verdict: Verdict, words: str
) -> None:
    end = datetime.now(UTC) + timedelta(days=days, minutes=1)
    shown = {"Status": "ISSUED", "DomainName": "pay.example.com", "NotAfter": end, "Type": kind}
    client = SimpleNamespace(
        describe_certificate=lambda **_: {"Certificate": shown},
        exceptions=SimpleNamespace(ResourceNotFoundException=LookupError),
    )
    monkeypatch.setattr(clients, "acm", lambda *_: client)
    planned = _planned(f"arn:aws:acm:{EAST}:123456789012:certificate/1")

    (finding,) = check_certificate(connect(None, print), planned)

    assert finding.verdict is verdict
    assert finding.what.endswith(words)


def _planned(certificate: str) -> PlannedStack:
    values = Values(open={"CertificateArn": certificate})
    return plan_stack(read_template(_PAYMENT), values, region=EAST, account="123456789012")


def test_default_image_with_another_port_is_refused(commands: Commands) -> None:
    document = commands.document("preflight", *_EMAIL, *_PORT, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert finding["what"] == "the default image listens on port 8080, not on 9000"


def test_custom_image_may_listen_on_another_port(commands: Commands) -> None:
    image = ("--parameter", "ContainerImage=registry.example.com/pay:1")

    document = commands.document("preflight", *_EMAIL, *_PORT, *image, *_IN_EAST, template=_PAYMENT)

    assert _refused(document) == []


@pytest.mark.parametrize(
    "repository",
    ["", "arn:aws:ecr:us-east-1:111122223333:repository/other"],
    ids=["no repository", "another repository"],
)
def test_private_image_that_the_execution_role_may_not_pull_is_refused(
    commands: Commands, repository: str
) -> None:
    given = ("--parameter", f"ContainerRepositoryArn={repository}") if repository else ()

    document = commands.document(
        "preflight", *_EMAIL, *_PRIVATE_IMAGE, *given, *_IN_EAST, template=_PAYMENT
    )

    (finding,) = _refused(document)
    assert finding["what"] == f"ExecutionRole may not pull the image {_IN_ECR}"
    assert finding["remediation"] == f"pass --parameter ContainerRepositoryArn={_REPOSITORY}"


def test_private_image_in_its_repository_is_accepted(commands: Commands) -> None:
    given = ("--parameter", f"ContainerRepositoryArn={_REPOSITORY}")

    document = commands.document(
        "preflight", *_EMAIL, *_PRIVATE_IMAGE, *given, *_IN_EAST, template=_PAYMENT
    )

    assert _refused(document) == []


def test_private_image_in_any_template_needs_a_role_that_may_pull_it(
    commands: Commands, tmp_path: Path
) -> None:
    template = changed(tmp_path, _service_with_image(_IN_ECR))

    document = commands.document("preflight", *_IN_EAST, template=template)

    (finding,) = _refused(document)
    assert finding["what"] == (
        f"Service, which has no execution role, may not pull the image {_IN_ECR}"
    )
    assert finding["remediation"] == f"allow the execution role to pull from {_REPOSITORY}"


def test_private_image_that_only_aws_can_judge_is_unknown(
    commands: Commands, tmp_path: Path
) -> None:
    resources = _service_with_image(_IN_ECR)
    resources["Service"]["Properties"]["DesiredCount"] = {"Fn::ImportValue": "tasks"}

    document = commands.document("preflight", *_IN_EAST, template=changed(tmp_path, resources))

    unknown = [one["what"] for one in document["findings"] if one["verdict"] == "unknown"]
    assert document["exit_code"] == 0
    assert "whether the tasks may pull their image cannot be decided here" in unknown[0]


def test_hosted_zone_that_does_not_exist_is_refused(commands: Commands) -> None:
    domain = ("--parameter", "HostedZoneId=Z0123456789", "--parameter", "DomainName=a.example.com")

    document = commands.document("preflight", *_EMAIL, *domain, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert finding["what"] == "hosted zone Z0123456789 does not exist"


@pytest.mark.parametrize(
    ("record", "what"),
    [
        ({"Type": "A"}, "pay.example.com has a record of type A already"),
        ({"Type": "CNAME"}, "pay.example.com has a record of type CNAME already"),
        (
            {"Type": "CNAME", "Failover": "PRIMARY", "SetIdentifier": "payment-dev-001-us-east-1"},
            (
                "pay.example.com has a record of type CNAME of an earlier stack: "
                "payment-dev-001-us-east-1"
            ),
        ),
        (
            {"Type": "CNAME", "Failover": "PRIMARY", "SetIdentifier": "payment-prod-us-west-2"},
            (
                "pay.example.com has a record of type CNAME with the role PRIMARY, of "
                "payment-prod-us-west-2"
            ),
        ),
    ],
    ids=["another type", "no failover", "left over", "same role"],
)
def test_conflicting_record_is_refused(
    commands: Commands, record: dict[str, str], what: str
) -> None:
    domain = _with_record(commands, record)

    document = commands.document("preflight", *_EMAIL, *domain, *_IN_EAST, template=_PAYMENT)

    (finding,) = _refused(document)
    assert finding["what"] == what


@pytest.mark.parametrize(
    "record",
    [
        {"Type": "CNAME", "Failover": "SECONDARY", "SetIdentifier": "payment-dev-001-us-west-2"},
        {"Type": "A", "Name": "pay2.example.com"},
    ],
    ids=["the other region's", "another name"],
)
def test_record_without_conflict_is_accepted(commands: Commands, record: dict[str, str]) -> None:
    domain = _with_record(commands, record)

    document = commands.document("preflight", *_EMAIL, *domain, *_IN_EAST, template=_PAYMENT)

    assert _refused(document) == []


def _with_record(commands: Commands, record: dict[str, str]) -> tuple[str, ...]:
    """Create a zone with a record; returns the parameters of a stack in that zone."""
    route53 = commands.aws.client("route53", EAST)
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="test")
    target = "192.0.2.1" if record["Type"] == "A" else "elsewhere.example.com"
    whole = {
        "Name": "pay.example.com",
        "TTL": 30,
        "ResourceRecords": [{"Value": target}],
        **record,
    }
    route53.change_resource_record_sets(
        HostedZoneId=zone["HostedZone"]["Id"],
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": whole}]},
    )
    zone_id = zone["HostedZone"]["Id"].rpartition("/")[2]
    values = (f"HostedZoneId={zone_id}", "DomainName=pay.example.com", f"PrimaryRegion={EAST}")
    return tuple(text for value in values for text in ("--parameter", value))


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
    assert finding["what"] == "Resources: 501, but CloudFormation accepts at most 500"


def test_denied_check_is_unknown(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Any:
        raise commands.aws.client("iam", EAST).exceptions.ClientError(
            {"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetRole"
        )

    monkeypatch.setattr("payment_templates.rollout.preflight.stack_set_roles.missing_roles", refuse)

    document = commands.document("preflight", template=SMALL)

    unknown = [one for one in document["findings"] if one["verdict"] == "unknown"]
    assert [one["what"] for one in unknown] == ["roles of StackSets: GetRole returns AccessDenied"]


def test_disabled_region_is_refused_without_further_calls(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    regions = [
        {"RegionName": EAST, "OptInStatus": "opt-in-not-required"},
        {"RegionName": "ap-east-1", "OptInStatus": "not-opted-in"},
    ]
    client = SimpleNamespace(describe_regions=lambda **_: {"Regions": regions})
    monkeypatch.setattr(
        "payment_templates.rollout.preflight.enabled_regions.clients",
        SimpleNamespace(ec2=lambda *_: client),
    )

    document = commands.document("preflight", *_IN_EAST, "--region", "ap-east-1")

    about = [one for one in document["findings"] if one["where"] == "ap-east-1"]
    assert [one["what"] for one in about] == ["the account has not enabled the region"]
    assert "enable-region --region-name ap-east-1" in about[0]["remediation"]


@pytest.mark.parametrize("code", ["InvalidClientTokenId", "UnrecognizedClientException"])
def test_unknown_credentials_hint_at_a_disabled_region(code: str) -> None:
    error = explain(ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeStacks"))

    assert error.exit_code == 2
    assert "enable-region" in str(error)


def test_zone_of_tokyo_without_fargate_is_refused(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    zones = [
        {"ZoneName": f"ap-northeast-1{letter}", "ZoneId": f"apne1-az{number}"}
        for letter, number in (("a", 4), ("b", 3), ("c", 1), ("d", 2))
    ]
    client = SimpleNamespace(
        describe_availability_zones=lambda **_: {"AvailabilityZones": zones},
        describe_subnets=lambda **_: {"Subnets": []},
    )
    monkeypatch.setattr(clients, "ec2", lambda *_: client)
    planned = plan_stack(
        read_template(_PAYMENT),
        Values(open={}),
        region="ap-northeast-1",
        account=commands.aws.account,
    )

    first = next(check_zones(connect(None, print), planned))

    assert first.verdict is Verdict.REFUSED
    assert "ap-northeast-1b offers no Fargate" in first.what
    assert "ap-northeast-1a,ap-northeast-1c,ap-northeast-1d" in first.remediation


@pytest.mark.parametrize(
    ("zones", "verdict", "says"),
    [
        ("abc", Verdict.FINE, "7 endpoints in every zone"),
        ("ab", Verdict.REFUSED, "the endpoint of com.amazonaws.us-east-1.ecr.api is not in"),
    ],
)
def test_zone_without_an_endpoint_service_is_refused(
    commands: Commands, monkeypatch: pytest.MonkeyPatch, zones: str, verdict: Verdict, says: str
) -> None:
    built = build_template(replace(PROFILES["standard"], interface_endpoints=True))
    planned = plan_stack(
        parse_template(built.to_json()),
        Values(open={}),
        region=EAST,
        account=commands.aws.account,
    )
    client = commands.aws.client("ec2", EAST)
    described = client.describe_vpc_endpoint_services

    def describe(**request: Any) -> Any:
        shown = described(**request)
        for service in shown["ServiceDetails"]:
            service["AvailabilityZones"] = [f"{EAST}{zone}" for zone in zones]
        return shown

    monkeypatch.setattr(client, "describe_vpc_endpoint_services", describe)
    monkeypatch.setattr(clients, "ec2", lambda *_: client)
    monkeypatch.setattr(clients, "rds", lambda *_: commands.aws.client("rds", EAST))

    found = [it for it in check_zones(connect(None, print), planned) if "endpoint" in it.what]

    assert {it.verdict for it in found} == {verdict}
    assert says in found[0].what


def test_names_of_every_kind_are_looked_up(commands: Commands) -> None:
    for service, operation, arguments, _ in _TAKEN:
        getattr(commands.aws.client(service, EAST), operation)(**arguments)

    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=_PAYMENT)

    kinds = {finding["what"].partition(" ")[0] for finding in _refused(document)}
    assert kinds == {kind for *_, kind in _TAKEN}


def test_missing_permission_does_not_stop_other_checks(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeStackSet")

    monkeypatch.setattr("payment_templates.rollout.stack_set.homes.find_stack_set", refuse)

    document = commands.document("preflight", *_EMAIL, *_IN_EAST, template=_PAYMENT)

    (unknown,) = [one["what"] for one in document["findings"] if one["verdict"] == "unknown"]
    fine = sum(one["verdict"] == "fine" for one in document["findings"])
    assert document["exit_code"] == 0
    assert unknown.endswith("DescribeStackSet returns AccessDenied")
    assert document["messages"][-1] == f"{fine} checks passed, 1 could not be checked"


def test_deployment_without_the_permission_to_read_its_stack_is_refused(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Any:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "DescribeStacks")

    monkeypatch.setattr("payment_templates.rollout.preflight.checks.find_stack", refuse)
    arguments = (*_EMAIL, *_IN_EAST, "--without-roles")

    document = commands.document("preflight", *arguments, template=_PAYMENT)

    assert document["exit_code"] == 3
    (finding,) = _refused(document)
    assert finding["what"] == "DescribeStacks is denied, which every deployment needs"
    assert "payment-stack policy prints" in finding["remediation"]


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
def test_missing_permission_hints_at_the_policy(code: str) -> None:
    error = explain(ClientError({"Error": {"Code": code, "Message": "no"}}, "DescribeStacks"))

    assert error.exit_code == 1
    assert error.hint == "payment-stack policy prints the permissions that are needed"


def test_deploy_reads_stack_sets_only_before_a_creation(
    commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.deploy()
    plan = FaultPlan()
    break_connections(monkeypatch, plan)

    commands.deploy("--parameter", "Message=second")

    assert "ExecuteChangeSet" in plan.calls
    assert "DescribeStackSet" not in plan.calls


def test_tasks_of_every_page_of_clusters_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {
        "list_clusters": [{"clusterArns": ["a"]}, {"clusterArns": ["b"]}],
        "list_tasks": [{"taskArns": ["t"]}],
    }
    client = SimpleNamespace(
        get_paginator=lambda name: SimpleNamespace(paginate=lambda **_: pages[name]),
        describe_tasks=lambda **_: {"tasks": [{"cpu": "1024"}]},
    )
    monkeypatch.setattr(clients, "ecs", lambda *_: client)

    assert running_vcpus(connect(None, print), EAST) == 2


def test_deploy_changes_nothing_if_preflight_fails(commands: Commands) -> None:
    commands.aws.client("logs", EAST).create_log_group(logGroupName="payment-records-dev-001")

    result = commands.deploy(preflight=True)

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


def _service_with_image(image: str) -> dict[str, Any]:
    container = {"Name": "web", "Image": image}
    return {
        "Tasks": {
            "Type": "AWS::ECS::TaskDefinition",
            "Properties": {"ContainerDefinitions": [container]},
        },
        "Service": {
            "Type": "AWS::ECS::Service",
            "Properties": {"TaskDefinition": {"Ref": "Tasks"}, "DesiredCount": 1},
        },
    }


_TAKEN: list[tuple[str, str, dict[str, Any], str]] = [
    ("sns", "create_topic", {"Name": "payment-alerts-dev-001"}, "SNS::Topic"),
    (
        "secretsmanager",
        "create_secret",
        {"Name": "payment-database-dev-001", "SecretString": "x"},
        "SecretsManager::Secret",
    ),
    (
        "events",
        "put_rule",
        {"Name": "payment-task-stopped-dev-001", "ScheduleExpression": "rate(1 day)"},
        "Events::Rule",
    ),
    (
        "ssm",
        "put_parameter",
        {"Name": "/payment/dev-001/database/secret-arn", "Value": "x", "Type": "String"},
        "SSM::Parameter",
    ),
    (
        "elbv2",
        "create_target_group",
        {"Name": "payment-tg-dev-001", "Port": 80, "Protocol": "HTTP", "VpcId": "vpc-1"},
        "ElasticLoadBalancingV2::TargetGroup",
    ),
    ("ecs", "create_cluster", {"clusterName": "payment-cluster-dev-001"}, "ECS::Cluster"),
]


@pytest.mark.parametrize(
    ("profile", "region", "missing"),
    [
        ("production", "us-gov-west-1", {"AWS::RDS::GlobalCluster"}),
        ("standard", "us-gov-west-1", set[str]()),
        ("production", "us-east-1", set[str]()),
        ("production", "nowhere-1", set[str]()),
    ],
)
def test_type_that_the_region_lacks_is_refused(
    profile: str, region: str, missing: set[str]
) -> None:
    text = build_template(PROFILES[profile]).to_json()
    template = parse_template(text, name=profile)

    refused = {finding.what.rsplit(" ", 1)[1] for finding in check_types(template, region)}

    assert missing <= refused
    assert bool(missing) is bool(refused)
