from collections.abc import Mapping
from datetime import UTC, datetime

import botocore.session
import pytest
from botocore.model import OperationModel, ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given
from hypothesis import strategies as st

from payment_templates.rehearsal import EmbeddedAws
from payment_templates.rehearsal.wire import ServiceError, checked_query, render, render_error

SERVICE: ServiceModel = botocore.session.get_session().get_service_model("cloudformation")
CREATE_INSTANCES = SERVICE.operation_model("CreateStackInstances")
LIST_INSTANCES = SERVICE.operation_model("ListStackInstances")


def sent(operation: OperationModel, members: Mapping[str, object]) -> dict[str, str]:
    request = create_serializer("query").serialize_to_request(members, operation)
    return {name: str(value) for name, value in request["body"].items()}


@given(
    st.fixed_dictionaries(
        {
            "StackSetName": st.text(min_size=1),
            "Regions": st.lists(st.sampled_from(["us-east-1", "us-west-2"])),
        },
        optional={
            "Accounts": st.lists(st.sampled_from(["111122223333", "444455556666"])),
            "ParameterOverrides": st.lists(
                st.fixed_dictionaries(
                    {"ParameterKey": st.text(), "UsePreviousValue": st.booleans()},
                    optional={"ParameterValue": st.text()},
                )
            ),
            "OperationPreferences": st.fixed_dictionaries(
                {
                    "FailureToleranceCount": st.integers(0, 99),
                    "RegionOrder": st.lists(st.just("eu-west-1")),
                }
            ),
        },
    )
)
def test_request_of_botocore_is_parsed(members: Mapping[str, object]) -> None:
    assert checked_query(sent(CREATE_INSTANCES, members), CREATE_INSTANCES) == members


def test_one_message_reports_every_violation() -> None:
    form = {
        "StackSetName": "payment",
        "Regions.member.1": "us east",
        "OperationPreferences.MaxConcurrentPercentage": "0",
        "OperationPreferences.ConcurrencyMode": "HASTY",
    }

    with pytest.raises(ServiceError) as error:
        checked_query(form, CREATE_INSTANCES)

    assert error.value.code == "ValidationError"
    assert error.value.message == (
        "3 validation errors detected: "
        "Value 'us east' at 'regions.member.1' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: ^[a-zA-Z0-9-]{1,128}$; "
        "Value '0' at 'operationPreferences.MaxConcurrentPercentage' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1; "
        "Value 'HASTY' at 'operationPreferences.ConcurrencyMode' failed to satisfy constraint: "
        "Member must satisfy enum value set: "
        "['STRICT_FAILURE_TOLERANCE', 'SOFT_FAILURE_TOLERANCE']"
    )


def test_missing_member_is_rejected() -> None:
    with pytest.raises(ServiceError, match=r"Value null at 'regions' .* must not be null"):
        checked_query({"StackSetName": "payment"}, CREATE_INSTANCES)


def test_response_is_parsed_by_botocore() -> None:
    summary = {
        "StackSetId": "payment:<&>",
        "Status": "CURRENT",
        "StackInstanceStatus": {"DetailedStatus": "SUCCEEDED"},
        "LastDriftCheckTimestamp": datetime(2026, 11, 22, 17, 3, 59, 123000, tzinfo=UTC),
    }
    answer = {"Summaries": [summary, {"Region": "us-west-2", "StackId": None}]}

    _, _, body = render("cloudformation", "ListStackInstances", answer)

    shape = LIST_INSTANCES.output_shape
    assert shape is not None
    read = create_parser("query").parse({"status_code": 200, "headers": {}, "body": body}, shape)
    assert read["Summaries"] == [summary, {"Region": "us-west-2"}]
    assert read["ResponseMetadata"]["RequestId"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("StackSetNotFoundException", 404),
        ("OperationInProgressException", 409),
        ("InvalidOperationException", 400),
        ("ValidationError", 400),
    ],
)
def test_error_has_the_http_status_of_the_service_model(code: str, expected: int) -> None:
    status, _, body = render_error("cloudformation", ServiceError(code, "it is <so>"))

    assert status == expected
    assert f"<Code>{code}</Code><Message>it is &lt;so&gt;</Message>".encode() in body


@pytest.mark.parametrize(
    ("service", "operation", "content_type"),
    [
        ("ec2", "describe_vpcs", "text/xml;charset=UTF-8"),
        ("ecs", "list_clusters", "application/x-amz-json-1.1"),
        ("elbv2", "describe_load_balancers", "text/xml"),
        ("resourcegroupstaggingapi", "get_resources", "application/x-amz-json-1.1"),
    ],
)
def test_answer_has_the_content_type_of_its_service(
    aws: EmbeddedAws, service: str, operation: str, content_type: str
) -> None:
    answer = getattr(aws.client(service, "us-east-1"), operation)()

    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == content_type
