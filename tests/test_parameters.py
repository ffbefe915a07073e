from __future__ import annotations

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from payment_templates import PROFILES
from payment_templates.cloudformation import references_in
from tests.tiers.test_dns import DOMAIN

if TYPE_CHECKING:
    from tests.view import Json, View

# The create-stack call of the specification.
CALL = {
    "EnvironmentSuffix": "dev-001",
    "AlertEmail": "your-email@example.com",
    "DBMasterPassword": "SecurePassword123!",
}
PARAMETERS = [
    *CALL,
    *("DBEngineVersion", "ContainerImage", "ContainerRepositoryArn", "ContainerPort"),
    *(
        "ContainerUser",
        "HealthCheckPath",
        "CertificateArn",
        "AvailabilityZones",
        "HostedZoneId",
        "DomainName",
    ),
    "PrimaryRegion",
]
ACCEPTED = [
    ("EnvironmentSuffix", ["a", "1", "dev", "dev-001", "pr-7-b", "x" * 20]),
    ("AlertEmail", ["a@b.co", "on-call@example.com", "a+b@x.example.com"]),
    (
        "DBMasterPassword",
        ["", "SecurePassword123!", "x" * 8, "x" * 41, "#$%&'()*+,-.:;<=>?[]^_`{|}~"],
    ),
    ("DBEngineVersion", ["15.19", "15.2"]),
    (
        "ContainerImage",
        [
            "nginx",
            "public.ecr.aws/nginx/nginx-unprivileged:1.29-alpine",
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/payments@sha256:" + "0" * 64,
        ],
    ),
    (
        "ContainerRepositoryArn",
        [
            "",
            "arn:aws:ecr:us-east-1:123456789012:repository/team/payments",
            "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/payments",
        ],
    ),
    ("ContainerPort", ["1024", "8080", "65535"]),
    ("ContainerUser", ["", "101", "1000:1000", "65534:65534", "4294967295:4294967295"]),
    ("HealthCheckPath", ["/", "/health", "/health?full=yes&n=1"]),
    ("CertificateArn", ["", "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234"]),
    ("AvailabilityZones", ["", ",,", "us-east-1a,us-east-1b,us-east-1f", "us-gov-west-1a"]),
    ("HostedZoneId", ["", "Z1", "Z0123456789ABCDEFGHIJ"]),
    ("DomainName", ["", "pay.example.com", "a.b-c.example.co"]),
    ("PrimaryRegion", ["us-east-1", "ap-southeast-2", "us-gov-west-1", "us-isof-south-1"]),
]
REFUSED = [
    ("EnvironmentSuffix", ["", "Dev", "dev_1", "-dev", "dev-", "dev--1", "x" * 21, "dev\n", "é"]),
    ("AlertEmail", ["", "example.com", "a@b", "a b@c.de", "a@b.de,c@d.ef@", "a@@b.de"]),
    ("DBMasterPassword", ["x" * 7, "x" * 42, *(f"password{bad}" for bad in '/\\"@ é\t')]),
    ("DBEngineVersion", ["", "15", "14.19", "16.4", "15.x", "15.190"]),
    ("ContainerImage", ["", "Nginx", "nginx latest", ":latest", "x" * 513]),
    (
        "ContainerRepositoryArn",
        [
            "payments",
            "arn:aws:ecr:us-east-1:1234:repository/payments",
            "arn:aws:ecr:us-east-1:123456789012:repository/",
            "arn:aws:ecs:us-east-1:123456789012:repository/payments",
        ],
    ),
    ("ContainerPort", ["80", "1023", "65536", "http"]),
    ("ContainerUser", ["0", "0:0", "101:0", "root", "-1", "1:", "01"]),
    ("HealthCheckPath", ["", "health", "/a b", "/" + "x" * 255]),
    ("CertificateArn", ["one", "arn:aws:iam::123456789012:server-certificate/one"]),
    ("AvailabilityZones", ["us-east-1", "us-east-1a,b,c", "use1-az1", "us-east-1a, us-east-1b"]),
    ("HostedZoneId", ["example.com", "z123", "Z" + "1" * 32, "/hostedzone/Z1"]),
    (
        "DomainName",
        ["example.com", "pay.example.com.", "Pay.example.com", "-a.example.com", "a..b.co"],
    ),
    ("PrimaryRegion", ["", "us-east", "us-east-1a", "Virginia"]),
]
each_parameter = pytest.mark.parametrize("name", PARAMETERS)


def cases(table: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table for value in values]


def test_there_are_no_other_parameters(template: View) -> None:
    parameters = set(template.document["Parameters"])

    assert parameters == set(PARAMETERS)


@pytest.mark.parametrize("table", [ACCEPTED, REFUSED], ids=["accepted", "refused"])
def test_every_parameter_is_tried(table: list[tuple[str, list[str]]]) -> None:
    tried = {name for name, _ in table}

    assert tried == set(PARAMETERS)


@pytest.mark.parametrize(("name", "value"), cases(ACCEPTED))
def test_value_is_accepted(template: View, name: str, value: str) -> None:
    parameter = template.document["Parameters"][name]

    assert accepts(parameter, value)


@pytest.mark.parametrize(("name", "value"), cases(REFUSED))
def test_value_is_refused(template: View, name: str, value: str) -> None:
    parameter = template.document["Parameters"][name]

    assert not accepts(parameter, value)


@each_parameter
def test_default_is_an_accepted_value(template: View, name: str) -> None:
    parameter = template.document["Parameters"][name]

    assert accepts(parameter, str(parameter.get("Default", CALL.get(name))))


@each_parameter
def test_values_are_bounded(template: View, name: str) -> None:
    parameter = template.document["Parameters"][name]

    bounds = {"MinValue", "MaxValue"} if parameter["Type"] == "Number" else {"AllowedPattern"}
    assert bounds <= set(parameter)


@each_parameter
def test_text_is_bounded_in_length(template: View, name: str) -> None:
    parameter = template.document["Parameters"][name]

    endless = re.search("[*+]", parameter.get("AllowedPattern", ""))
    assert parameter["Type"] != "String" or "MaxLength" in parameter or not endless


@each_parameter
@pytest.mark.parametrize("text", ["Description", "ConstraintDescription"])
def test_parameter_is_explained(template: View, name: str, text: str) -> None:
    parameter = template.document["Parameters"][name]

    assert parameter[text].strip()


@each_parameter
def test_parameter_is_in_one_group_of_the_form(template: View, name: str) -> None:
    groups = template.document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    holding = [group["Label"]["default"] for group in groups if name in group["Parameters"]]

    assert len(holding) == 1


@each_parameter
def test_parameter_has_a_label(template: View, name: str) -> None:
    labels = template.document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterLabels"]

    assert labels[name]["default"].strip()


def test_parameters_of_the_specifications_call_are_enough(template: View) -> None:
    parameters = template.document["Parameters"].items()

    needed = {name for name, parameter in parameters if "Default" not in parameter}

    assert needed <= set(CALL)


def test_password_may_be_left_out(template: View) -> None:
    parameter = template.document["Parameters"]["DBMasterPassword"]

    assert parameter["Default"] == ""


def test_only_the_password_is_hidden(template: View) -> None:
    parameters = template.document["Parameters"].items()

    hidden = {name for name, parameter in parameters if parameter.get("NoEcho")}

    assert hidden == {"DBMasterPassword"}


# Fn::Select needs a value at every index.
def test_default_zones_are_one_blank_per_zone(template: View) -> None:
    parameter = template.document["Parameters"]["AvailabilityZones"]

    assert parameter["Default"].split(",") == [""] * PROFILES["standard"].zones


@pytest.mark.parametrize(
    ("zone", "domain", "accepted"),
    [
        ("", "", True),
        ("Z123", "pay.example.com", True),
        ("Z123", "", False),
        ("", "pay.example.com", False),
    ],
    ids=["neither", "both", "zone alone", "domain alone"],
)
def test_hosted_zone_and_domain_belong_together(
    template: View, zone: str, domain: str, *, accepted: bool
) -> None:
    given = {"HostedZoneId": zone, "DomainName": domain}

    broken = template.broken_rules(**given)

    assert (not broken) is accepted


def test_rule_describes_the_valid_values(template: View) -> None:
    (rule,) = assertions(template)

    assert rule["AssertDescription"] == "Give both HostedZoneId and DomainName, or none"


@pytest.mark.parametrize(
    ("certificate", "accepted"),
    [("", False), ("arn:aws:acm:us-east-1:123456789012:certificate/a", True)],
    ids=["without a certificate", "with a certificate"],
)
def test_production_serves_no_payments_over_plain_http(
    production: View, certificate: str, *, accepted: bool
) -> None:
    given = {"HostedZoneId": "", "DomainName": "", "CertificateArn": certificate}

    broken = production.broken_rules(**given)

    assert (not broken) is accepted


def test_production_has_deletion_protection_by_default(
    production: View,
) -> None:
    parameter = production.document["Parameters"]["DeletionProtection"]

    assert (parameter["Default"], parameter["AllowedValues"]) == ("true", ["true", "false"])


# Each health checker of Route 53 asks every ten seconds: a lower limit would block it.
def test_rate_limit_lets_health_checkers_through(production: View) -> None:
    requests = 300 / production.properties("HealthCheck")["HealthCheckConfig"]["RequestInterval"]

    assert production.document["Parameters"]["RateLimit"]["MinValue"] >= 2 * requests


def test_production_has_no_other_parameters(production: View) -> None:
    parameters = set(production.document["Parameters"])

    assert parameters == {
        *PARAMETERS,
        *("DeletionProtection", "DatabaseHomeRegion", "ReadinessPath", "SecondRegion"),
        "BoundLostPayments",
        *("SecondAlertEmail", "AlertUrl", "SlackWorkspaceId", "SlackChannelId"),
        *("WebAclMode", "RateLimit"),
    }


@pytest.mark.parametrize(
    ("given", "broken"),
    [
        ({"SlackWorkspaceId": "T1"}, "Give both SlackWorkspaceId and SlackChannelId, or none"),
        ({"SlackChannelId": "C1"}, "Give both SlackWorkspaceId and SlackChannelId, or none"),
        ({"SecondRegion": "us-east-1"}, "SecondRegion must differ from DatabaseHomeRegion"),
        ({"SlackWorkspaceId": "T1", "SlackChannelId": "C1"}, ""),
        (
            {"AlertEmail": "a@b.co", "SecondAlertEmail": "a@b.co"},
            "SecondAlertEmail must differ from AlertEmail",
        ),
        ({"AlertEmail": "a@b.co", "SecondAlertEmail": "c@b.co"}, ""),
        ({"AWS::Region": "us-west-2"}, ""),
        ({"AWS::Region": "eu-west-1"}, "Deploy in DatabaseHomeRegion or SecondRegion"),
        ({"AWS::Region": "eu-west-1", "SecondRegion": "eu-west-1"}, ""),
        # Both records would be SECONDARY.
        (
            {**DOMAIN, "PrimaryRegion": "eu-west-1"},
            "PrimaryRegion must be DatabaseHomeRegion or SecondRegion",
        ),
        ({**DOMAIN, "PrimaryRegion": "us-west-2"}, ""),
        ({"PrimaryRegion": "eu-west-1"}, ""),
    ],
)
def test_rule_refuses_parameters_that_do_not_fit_together(
    production: View, given: dict[str, str], broken: str
) -> None:
    certificate = "arn:aws:acm:us-east-1:123456789012:certificate/a"

    rules = production.broken_rules(CertificateArn=certificate, **given)

    assert rules == ((broken,) if broken else ())


# A stack of the home region that is deployed with another PrimaryRegion would else join itself.
def test_home_of_the_database_is_not_the_region_that_serves(production: View) -> None:
    home = production.document["Conditions"]["IsDatabaseHome"]

    assert "PrimaryRegion" not in set(references_in(home))


@pytest.mark.parametrize(
    ("name", "accepted", "refused"),
    [
        ("DatabaseHomeRegion", ["us-east-1", "us-gov-west-1"], ["", "us-east-1a", "US-EAST-1"]),
        ("ReadinessPath", ["", "/ready", "/ready?deep=1"], ["ready", "/ready now"]),
        ("SecondRegion", ["us-west-2"], ["", "us-west-2b"]),
        ("SecondAlertEmail", ["", "a@b.co"], ["a@b", "a@b.co,c@d.co"]),
        (
            "AlertUrl",
            ["", "https://events.pagerduty.com/integration/a1/enqueue", "https://a.co:8443/x?y=z"],
            ["http://a.co", "https://", "https://a.co/x y"],
        ),
        ("SlackWorkspaceId", ["", "T012ABCDEF"], ["acme", "t012"]),
        ("SlackChannelId", ["", "C012ABCDEF", "G012ABCDEF"], ["#alerts", "c012"]),
    ],
)
def test_parameter_of_production_has_a_pattern(
    production: View, name: str, accepted: list[str], refused: list[str]
) -> None:
    pattern = production.document["Parameters"][name]["AllowedPattern"]

    matches = {value: bool(re.fullmatch(pattern, value)) for value in accepted + refused}

    assert matches == dict.fromkeys(accepted, True) | dict.fromkeys(refused, False)


def test_default_engine_is_the_newest_15_that_can_be_created(
    template: View,
) -> None:
    creatable = engine_versions("engine_version", "then") - engine_versions(
        "engine_version_deprecated", "if"
    )
    newest = max(creatable, key=lambda version: int(version.split(".")[1]))

    default = template.document["Parameters"]["DBEngineVersion"]["Default"]

    assert default == newest


def test_engine_of_the_specification_can_no_longer_be_created() -> None:
    deprecated = engine_versions("engine_version_deprecated", "if")

    assert "15.4" in deprecated


def accepts(parameter: Json, value: str) -> bool:
    """Return whether CloudFormation accepts a value; a list is checked by element."""
    if parameter["Type"] == "Number":
        return value.isdecimal() and parameter["MinValue"] <= int(value) <= parameter["MaxValue"]
    elements = value.split(",") if parameter["Type"] == "CommaDelimitedList" else [value]
    return len(value) <= parameter.get("MaxLength", 4096) and all(
        re.fullmatch(parameter["AllowedPattern"], element) for element in elements
    )


def assertions(template: View) -> list[Json]:
    return [
        assertion
        for rule in template.document["Rules"].values()
        for assertion in rule["Assertions"]
    ]


def engine_versions(file: str, branch: str) -> set[str]:
    """Return the 15.x versions of Aurora PostgreSQL in a file of cfn-lint."""
    found = find_spec("cfnlint")
    assert found
    assert found.origin
    # Read as a file: importing cfn-lint takes seconds.
    folder = Path(found.origin).parent / "data" / "schemas" / "extensions" / "aws_rds_dbcluster"
    return {
        version
        for rule in json.loads((folder / f"{file}.json").read_text())["allOf"]
        if rule["if"]["properties"].get("Engine") == {"const": "aurora-postgresql"}
        for version in rule[branch]["properties"]["EngineVersion"]["enum"]
        if version.startswith("15.")
    }
