from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.stack_sets.servers import Api, moto_differs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

REGIONS = ["us-east-1", "us-west-2"]
NAME = "/payment/size"
STORED = {
    "Type": "AWS::SSM::Parameter",
    "Properties": {"Name": NAME, "Type": "String", "Value": {"Ref": "Size"}},
}
PARAMETERS = {"Size": {"Type": "String", "Default": "small"}}
TEMPLATE = json.dumps({"Parameters": PARAMETERS, "Resources": {"Stored": STORED}})
# Waits until a test signals it.
GATE = {
    "Type": "AWS::CloudFormation::WaitCondition",
    "CreationPolicy": {"ResourceSignal": {"Timeout": "PT10S"}},
}
GATED = json.dumps({"Parameters": PARAMETERS, "Resources": {"Stored": STORED, "Gate": GATE}})
NAMED_ROLE = json.dumps(
    {
        "Resources": {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"RoleName": "named", "AssumeRolePolicyDocument": {"Statement": []}},
            }
        }
    }
)


def size(value: str) -> list[ParameterTypeDef]:
    return [{"ParameterKey": "Size", "ParameterValue": value}]


def create(api: Api, template: str = TEMPLATE) -> str:
    client = api.cloudformation()
    client.create_stack_set(StackSetName="payment", TemplateBody=template)
    return client.create_stack_instances(
        StackSetName="payment", Accounts=[api.account], Regions=REGIONS
    )["OperationId"]


def open_gate(api: Api, region: str) -> None:
    client = api.cloudformation(region)
    (stack,) = client.describe_stacks()["Stacks"]

    def signalled() -> bool:
        try:
            client.signal_resource(
                StackName=stack["StackName"],
                LogicalResourceId="Gate",
                UniqueId="test",
                Status="SUCCESS",
            )
        except ClientError:
            return False
        return True

    api.wait_until(signalled)


def code_of(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = cast("Mapping[str, Any]", error.value.response)
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_stack_set_is_described_as_created(api: Api) -> None:
    client = api.cloudformation()
    created = client.create_stack_set(
        StackSetName="payment",
        Description="Card payments",
        TemplateBody=TEMPLATE,
        Parameters=size("large"),
        Tags=[{"Key": "team", "Value": "payments"}],
    )

    stack_set = client.describe_stack_set(StackSetName="payment")["StackSet"]

    assert created["StackSetId"].startswith("payment:")
    assert stack_set.get("StackSetId") == created["StackSetId"]
    assert stack_set.get("StackSetARN", "").endswith(f":stackset/{created['StackSetId']}")
    assert stack_set.get("Description") == "Card payments"
    assert stack_set.get("TemplateBody") == TEMPLATE
    assert stack_set.get("Parameters") == size("large")
    assert stack_set.get("Tags") == [{"Key": "team", "Value": "payments"}]
    assert stack_set.get("Status") == "ACTIVE"
    assert stack_set.get("PermissionModel") == "SELF_MANAGED"
    assert stack_set.get("ExecutionRoleName") == "AWSCloudFormationStackSetExecutionRole"


def test_operation_creates_a_real_stack_in_every_region(api: Api) -> None:
    operation_id = create(api)

    assert api.finish(operation_id) == "SUCCEEDED"
    assert api.results(operation_id) == {"us-east-1": "SUCCEEDED", "us-west-2": "SUCCEEDED"}
    assert [api.parameter(region, NAME) for region in REGIONS] == ["small", "small"]
    for region in REGIONS:
        (stack,) = api.cloudformation(region).describe_stacks()["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"


def test_instances_are_listed_as_current(api: Api) -> None:
    operation_id = create(api)
    api.finish(operation_id)

    summaries = api.cloudformation().list_stack_instances(StackSetName="payment")["Summaries"]

    assert [one.get("Region") for one in summaries] == REGIONS
    assert {one.get("Account") for one in summaries} == {api.account}
    assert {one.get("Status") for one in summaries} == {"CURRENT"}
    details = [one.get("StackInstanceStatus", {}).get("DetailedStatus") for one in summaries]
    assert details == ["SUCCEEDED", "SUCCEEDED"]


@moto_differs("the StackId of an instance matches no stack")
def test_instance_has_the_id_of_its_stack(api: Api) -> None:
    api.finish(create(api))

    instance = api.cloudformation().describe_stack_instance(
        StackSetName="payment", StackInstanceAccount=api.account, StackInstanceRegion="us-west-2"
    )["StackInstance"]

    (stack,) = api.cloudformation("us-west-2").describe_stacks()["Stacks"]
    assert instance.get("StackId") == stack.get("StackId")
    assert stack["StackName"].startswith("StackSet-payment-")


def test_override_changes_one_region_only(api: Api) -> None:
    client = api.cloudformation()
    client.create_stack_set(StackSetName="payment", TemplateBody=TEMPLATE, Parameters=size("small"))
    for region, value in zip(REGIONS, ("large", "tiny"), strict=True):
        operation = client.create_stack_instances(
            StackSetName="payment",
            Accounts=[api.account],
            Regions=[region],
            ParameterOverrides=size(value),
        )
        api.finish(operation["OperationId"])

    instance = client.describe_stack_instance(
        StackSetName="payment", StackInstanceAccount=api.account, StackInstanceRegion="us-west-2"
    )["StackInstance"]

    assert instance.get("ParameterOverrides") == size("tiny")
    assert [api.parameter(region, NAME) for region in REGIONS] == ["large", "tiny"]


def test_override_can_be_changed(api: Api) -> None:
    client = api.cloudformation()
    api.finish(create(api))

    operation = client.update_stack_instances(
        StackSetName="payment",
        Accounts=[api.account],
        Regions=["us-west-2"],
        ParameterOverrides=size("tiny"),
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    instance = client.describe_stack_instance(
        StackSetName="payment", StackInstanceAccount=api.account, StackInstanceRegion="us-west-2"
    )["StackInstance"]
    assert instance.get("ParameterOverrides") == size("tiny")


@moto_differs("UpdateStackInstances changes no stack")
def test_changed_override_updates_the_stack(api: Api) -> None:
    api.finish(create(api))

    operation = api.cloudformation().update_stack_instances(
        StackSetName="payment",
        Accounts=[api.account],
        Regions=["us-west-2"],
        ParameterOverrides=size("tiny"),
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    assert [api.parameter(region, NAME) for region in REGIONS] == ["small", "tiny"]


def test_update_that_changes_nothing_succeeds(api: Api) -> None:
    api.finish(create(api))
    client = api.cloudformation()

    operation = client.update_stack_set(StackSetName="payment", TemplateBody=TEMPLATE)

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    summaries = client.list_stack_instances(StackSetName="payment")["Summaries"]
    assert [one.get("Status") for one in summaries] == ["CURRENT", "CURRENT"]


def test_template_may_come_from_s3(api: Api) -> None:
    s3 = api.client("s3", "us-east-1")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="payment.json", Body=TEMPLATE.encode())
    client = api.cloudformation()

    client.create_stack_set(
        StackSetName="payment", TemplateURL="https://s3.amazonaws.com/templates/payment.json"
    )

    stack_set = client.describe_stack_set(StackSetName="payment")["StackSet"]
    assert stack_set.get("TemplateBody") == TEMPLATE


@moto_differs("a missing template returns HTTP status 500")
def test_template_missing_in_s3_is_rejected(api: Api) -> None:
    with pytest.raises(ClientError, match=r"nowhere/payment\.json") as error:
        api.cloudformation().create_stack_set(
            StackSetName="payment", TemplateURL="https://s3.amazonaws.com/nowhere/payment.json"
        )

    assert code_of(error) == ("ValidationError", 400)


def test_deletion_of_a_missing_stack_set_is_no_error(api: Api) -> None:
    api.cloudformation().delete_stack_set(StackSetName="nowhere")


@moto_differs("an organizational unit must be created first, and is empty")
def test_service_managed_set_needs_no_roles(api: Api) -> None:
    api.client("iam", "us-east-1").delete_role(RoleName="AWSCloudFormationStackSetExecutionRole")
    client = api.cloudformation()
    client.create_stack_set(
        StackSetName="payment",
        TemplateBody=TEMPLATE,
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
    )

    operation = client.create_stack_instances(
        StackSetName="payment",
        DeploymentTargets={"OrganizationalUnitIds": ["ou-abcd-12345678"]},
        Regions=REGIONS,
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    described = client.describe_stack_set_operation(
        StackSetName="payment", OperationId=operation["OperationId"]
    )["StackSetOperation"]
    assert "AdministrationRoleARN" not in described
    assert "ExecutionRoleName" not in described
    summaries = client.list_stack_instances(StackSetName="payment")["Summaries"]
    assert [one.get("OrganizationalUnitId") for one in summaries] == ["ou-abcd-12345678"] * 2


@moto_differs("UpdateStackSet changes no stack")
def test_update_of_the_stack_set_updates_its_stacks(api: Api) -> None:
    api.finish(create(api))

    operation = api.cloudformation().update_stack_set(
        StackSetName="payment", UsePreviousTemplate=True, Parameters=size("large")
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    assert [api.parameter(region, NAME) for region in REGIONS] == ["large", "large"]


def test_updated_stack_set_is_described_with_the_change(api: Api) -> None:
    api.finish(create(api))
    client = api.cloudformation()

    operation = client.update_stack_set(
        StackSetName="payment", TemplateBody=TEMPLATE, Parameters=size("large")
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    stack_set = client.describe_stack_set(StackSetName="payment")["StackSet"]
    assert stack_set.get("Parameters") == size("large")


def test_operations_are_listed_and_described(api: Api) -> None:
    operation_id = create(api)
    api.finish(operation_id)
    client = api.cloudformation()

    (summary,) = client.list_stack_set_operations(StackSetName="payment")["Summaries"]
    operation = client.describe_stack_set_operation(
        StackSetName="payment", OperationId=operation_id
    )["StackSetOperation"]

    assert (summary.get("OperationId"), summary.get("Action")) == (operation_id, "CREATE")
    assert operation.get("Status") == "SUCCEEDED"
    assert "CreationTimestamp" in operation
    assert "EndTimestamp" in operation


def test_stack_set_with_instances_is_not_deleted(api: Api) -> None:
    api.finish(create(api))

    with pytest.raises(ClientError, match="StackSet is not empty") as error:
        api.cloudformation().delete_stack_set(StackSetName="payment")

    assert code_of(error)[0] == "StackSetNotEmptyException"


def test_deleted_instances_leave_nothing_behind(api: Api) -> None:
    client = api.cloudformation()
    api.finish(create(api))

    operation = client.delete_stack_instances(
        StackSetName="payment", Accounts=[api.account], Regions=REGIONS, RetainStacks=False
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    assert client.list_stack_instances(StackSetName="payment")["Summaries"] == []
    assert [api.parameter(region, NAME) for region in REGIONS] == [None, None]


@moto_differs("RetainStacks is not read")
def test_retained_stacks_are_not_deleted(api: Api) -> None:
    client = api.cloudformation()
    api.finish(create(api))

    operation = client.delete_stack_instances(
        StackSetName="payment", Accounts=[api.account], Regions=REGIONS, RetainStacks=True
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    assert client.list_stack_instances(StackSetName="payment")["Summaries"] == []
    assert [api.parameter(region, NAME) for region in REGIONS] == ["small", "small"]


@moto_differs("termination protection has no effect")
def test_protected_stack_of_a_stack_set_is_not_deleted(api: Api) -> None:
    client, west = api.cloudformation(), api.cloudformation("us-west-2")
    api.finish(create(api))
    stack = west.describe_stacks()["Stacks"][0]
    west.update_termination_protection(
        StackName=stack["StackName"], EnableTerminationProtection=True
    )

    operation = client.delete_stack_instances(
        StackSetName="payment", Accounts=[api.account], Regions=REGIONS, RetainStacks=False
    )["OperationId"]

    assert api.finish(operation) == "FAILED"
    assert api.results(operation) == {"us-east-1": "SUCCEEDED", "us-west-2": "FAILED"}
    answer = client.list_stack_set_operation_results(StackSetName="payment", OperationId=operation)
    reasons = {one.get("Region"): one.get("StatusReason", "") for one in answer["Summaries"]}
    assert "cannot be deleted while TerminationProtection is enabled" in reasons["us-west-2"]
    assert [api.parameter(region, NAME) for region in REGIONS] == [None, "small"]


def test_deleted_stack_set_is_listed_but_cannot_be_described(api: Api) -> None:
    client = api.cloudformation()
    client.create_stack_set(StackSetName="payment", TemplateBody=TEMPLATE)

    client.delete_stack_set(StackSetName="payment")

    (summary,) = client.list_stack_sets()["Summaries"]
    assert (summary.get("StackSetName"), summary.get("Status")) == ("payment", "DELETED")
    with pytest.raises(ClientError, match="StackSet payment not found") as error:
        client.describe_stack_set(StackSetName="payment")
    assert code_of(error)[0] == "StackSetNotFoundException"


def test_invalid_name_is_rejected(api: Api) -> None:
    with pytest.raises(ClientError, match="Value '1st' at 'stackSetName' failed") as error:
        api.cloudformation().create_stack_set(StackSetName="1st", TemplateBody=TEMPLATE)

    assert code_of(error) == ("ValidationError", 400)


def test_self_managed_stack_set_rejects_organizational_units(api: Api) -> None:
    client = api.cloudformation()
    client.create_stack_set(StackSetName="payment", TemplateBody=TEMPLATE)

    with pytest.raises(ClientError, match="can only have accounts as target") as error:
        client.create_stack_instances(
            StackSetName="payment",
            DeploymentTargets={"OrganizationalUnitIds": ["ou-abcd-12345678"]},
            Regions=REGIONS,
        )

    assert code_of(error) == ("ValidationError", 400)


def test_creating_existing_instances_changes_nothing(api: Api) -> None:
    api.finish(create(api))
    client = api.cloudformation()

    operation = client.create_stack_instances(
        StackSetName="payment", Accounts=[api.account], Regions=REGIONS
    )

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    assert len(client.list_stack_instances(StackSetName="payment")["Summaries"]) == 2


def test_errors_have_their_http_status(api: Api) -> None:
    client = api.cloudformation()
    with pytest.raises(ClientError) as missing:
        client.describe_stack_set(StackSetName="nowhere")
    api.finish(create(api))
    with pytest.raises(ClientError) as not_empty:
        client.delete_stack_set(StackSetName="payment")

    assert code_of(missing) == ("StackSetNotFoundException", 404)
    assert code_of(not_empty) == ("StackSetNotEmptyException", 409)


@moto_differs("a missing operation is a ValidationError")
def test_missing_operation_is_not_found(api: Api) -> None:
    client = api.cloudformation()
    client.create_stack_set(StackSetName="payment", TemplateBody=TEMPLATE)

    with pytest.raises(ClientError) as error:
        client.describe_stack_set_operation(StackSetName="payment", OperationId="none")

    assert code_of(error) == ("OperationNotFoundException", 404)


@moto_differs("a missing instance returns HTTP status 500")
def test_missing_instance_is_not_found(api: Api) -> None:
    client = api.cloudformation()
    client.create_stack_set(StackSetName="payment", TemplateBody=TEMPLATE)

    with pytest.raises(ClientError) as error:
        client.describe_stack_instance(
            StackSetName="payment",
            StackInstanceAccount=api.account,
            StackInstanceRegion="us-west-2",
        )

    assert code_of(error) == ("StackInstanceNotFoundException", 404)


@moto_differs("a name can be used twice")
def test_name_can_be_used_once(api: Api) -> None:
    client = api.cloudformation()
    client.create_stack_set(StackSetName="payment", TemplateBody=TEMPLATE)

    with pytest.raises(ClientError) as error:
        client.create_stack_set(StackSetName="payment", TemplateBody=TEMPLATE)

    assert code_of(error) == ("NameAlreadyExistsException", 409)


@moto_differs("capabilities are not checked")
def test_named_role_needs_its_capability(api: Api) -> None:
    client = api.cloudformation()

    with pytest.raises(
        ClientError, match=r"Requires capabilities : \[CAPABILITY_NAMED_IAM\]"
    ) as error:
        client.create_stack_set(StackSetName="payment", TemplateBody=NAMED_ROLE)

    assert code_of(error) == ("InsufficientCapabilitiesException", 400)
    client.create_stack_set(
        StackSetName="payment", TemplateBody=NAMED_ROLE, Capabilities=["CAPABILITY_NAMED_IAM"]
    )


@moto_differs("a template of any size is accepted")
def test_large_inline_template_is_rejected(api: Api) -> None:
    with pytest.raises(ClientError, match="51200") as error:
        api.cloudformation().create_stack_set(
            StackSetName="payment", TemplateBody=TEMPLATE + " " * 51_200
        )

    assert code_of(error) == ("ValidationError", 400)


@moto_differs("an operation ends before its call returns")
def test_server_accepts_requests_while_an_operation_runs(api: Api) -> None:
    operation_id = create(api, GATED)
    client = api.cloudformation()

    with pytest.raises(ClientError, match="Another Operation on StackSet") as error:
        client.update_stack_set(StackSetName="payment", UsePreviousTemplate=True)
    running = api.results(operation_id)
    instances = client.list_stack_instances(StackSetName="payment")["Summaries"]
    open_gate(api, "us-east-1")
    api.wait_until(lambda: api.results(operation_id)["us-west-2"] == "RUNNING")
    open_gate(api, "us-west-2")

    assert code_of(error) == ("OperationInProgressException", 409)
    assert running == {"us-east-1": "RUNNING", "us-west-2": "PENDING"}
    assert {one.get("StatusReason") for one in instances} == {"User initiated operation"}
    assert api.finish(operation_id) == "SUCCEEDED"


@moto_differs("an operation ends before it can be stopped")
def test_stopped_operation_cancels_targets_that_have_not_started(api: Api) -> None:
    operation_id = create(api, GATED)

    api.cloudformation().stop_stack_set_operation(StackSetName="payment", OperationId=operation_id)
    open_gate(api, "us-east-1")

    assert api.finish(operation_id) == "STOPPED"
    assert api.results(operation_id) == {"us-east-1": "SUCCEEDED", "us-west-2": "CANCELLED"}


@moto_differs("a failed stack raises an error in the call")
def test_failed_stack_shows_its_reason_and_cancels_the_next_region(api: Api) -> None:
    api.client("ssm", "us-east-1").put_parameter(Name=NAME, Value="mine", Type="String")

    operation_id = create(api)

    assert api.finish(operation_id) == "FAILED"
    assert api.results(operation_id) == {"us-east-1": "FAILED", "us-west-2": "CANCELLED"}
    summaries = api.cloudformation().list_stack_instances(StackSetName="payment")["Summaries"]
    assert [one.get("Status") for one in summaries] == ["OUTDATED", "OUTDATED"]
    assert (
        summaries[0]
        .get("StatusReason", "")
        .startswith(
            "ResourceLogicalId:Stored, ResourceType:AWS::SSM::Parameter, ResourceStatusReason:"
        )
    )


@moto_differs("roles are not checked")
def test_missing_execution_role_fails_the_instance(api: Api) -> None:
    api.client("iam", "us-east-1").delete_role(RoleName="AWSCloudFormationStackSetExecutionRole")

    operation_id = create(api)

    assert api.finish(operation_id) == "FAILED"
    result = api.cloudformation().list_stack_set_operation_results(
        StackSetName="payment", OperationId=operation_id
    )["Summaries"][0]
    assert "should have 'AWSCloudFormationStackSetExecutionRole' role" in result.get(
        "StatusReason", ""
    )


@moto_differs("DetectStackSetDrift is missing")
def test_drift_is_reported_in_its_region(api: Api) -> None:
    api.finish(create(api))
    api.client("ssm", "us-west-2").put_parameter(Name=NAME, Value="mine", Overwrite=True)
    client = api.cloudformation()

    operation_id = client.detect_stack_set_drift(StackSetName="payment")["OperationId"]

    assert api.finish(operation_id) == "SUCCEEDED"
    stack_set = client.describe_stack_set(StackSetName="payment")["StackSet"]
    details = stack_set.get("StackSetDriftDetectionDetails", {})
    assert details.get("DriftStatus") == "DRIFTED"
    assert details.get("DriftDetectionStatus") == "COMPLETED"
    summaries = client.list_stack_instances(StackSetName="payment")["Summaries"]
    assert [one.get("DriftStatus") for one in summaries] == ["IN_SYNC", "DRIFTED"]
    (drift,) = client.list_stack_instance_resource_drifts(
        StackSetName="payment",
        StackInstanceAccount=api.account,
        StackInstanceRegion="us-west-2",
        OperationId=operation_id,
    )["Summaries"]
    assert [one["ActualValue"] for one in drift.get("PropertyDifferences", [])] == ["mine"]


@moto_differs("ImportStacksToStackSet is missing")
def test_existing_stack_is_imported(api: Api) -> None:
    client = api.cloudformation()
    stack_id = client.create_stack(StackName="existing", TemplateBody=TEMPLATE)["StackId"]
    client.get_waiter("stack_create_complete").wait(StackName=stack_id, WaiterConfig={"Delay": 1})
    client.create_stack_set(StackSetName="payment", StackId=stack_id)

    operation = client.import_stacks_to_stack_set(StackSetName="payment", StackIds=[stack_id])

    assert api.finish(operation["OperationId"]) == "SUCCEEDED"
    (instance,) = client.list_stack_instances(StackSetName="payment")["Summaries"]
    assert (instance.get("StackId"), instance.get("Status")) == (stack_id, "CURRENT")


@moto_differs("lists are not paged or filtered")
def test_lists_are_paged_and_filtered(api: Api) -> None:
    operation_id = create(api)
    api.finish(operation_id)
    client = api.cloudformation()

    pages = list(
        client.get_paginator("list_stack_instances").paginate(
            StackSetName="payment", PaginationConfig={"PageSize": 1}
        )
    )
    failed = client.list_stack_set_operation_results(
        StackSetName="payment",
        OperationId=operation_id,
        Filters=[{"Name": "OPERATION_RESULT_STATUS", "Values": "FAILED"}],
    )
    in_west = client.list_stack_instances(StackSetName="payment", StackInstanceRegion="us-west-2")

    assert [[one.get("Region") for one in page["Summaries"]] for page in pages] == [
        ["us-east-1"],
        ["us-west-2"],
    ]
    assert failed["Summaries"] == []
    assert [one.get("Region") for one in in_west["Summaries"]] == ["us-west-2"]
