"""Renders stack sets, instances, operations and results as the API shows them."""

from collections.abc import Mapping

from payment_templates.rehearsal.stack_sets.administration.drift import (
    drift_details,
    last_drift_operation,
)
from payment_templates.rehearsal.stack_sets.model.preferences import OperationPreferences
from payment_templates.rehearsal.stack_sets.model.stack_set import (
    Action,
    Instance,
    Operation,
    Result,
    ResultStatus,
    StackSet,
    Target,
)
from payment_templates.rehearsal.stack_sets.operations.roles import (
    EXECUTION_ROLE,
    administration_role_arn,
    self_managed,
)

Members = Mapping[str, object]

# What CloudFormation shows for a parameter with NoEcho: API Parameter.
_CONCEALED = "****"


def stack_set_summary(stack_set: StackSet) -> Members:
    """Summarize a stack set: API StackSetSummary."""
    definition = stack_set.definition
    drift = drift_details(last_drift_operation(stack_set))
    return {
        "StackSetName": stack_set.name,
        "StackSetId": stack_set.unique_id,
        "Description": definition.description,
        "Status": "DELETED" if stack_set.deleted else "ACTIVE",
        "AutoDeployment": definition.auto_deployment,
        "PermissionModel": definition.permission_model,
        "DriftStatus": drift["DriftStatus"],
        "LastDriftCheckTimestamp": drift.get("LastDriftCheckTimestamp"),
        "ManagedExecution": {"Active": definition.managed_execution},
    }


def stack_set_description(stack_set: StackSet) -> Members:
    """Describe a stack set: API StackSet."""
    definition = stack_set.definition
    is_self_managed = self_managed(definition)
    default_arn = administration_role_arn(stack_set.arn.split(":")[4])
    units = {instance.organizational_unit_id for instance in stack_set.instances.values()}
    return {
        **stack_set_summary(stack_set),
        "TemplateBody": definition.template_body,
        "Parameters": [
            _parameter(name, _CONCEALED if name in definition.concealed else value)
            for name, value in definition.parameters.items()
        ],
        "Capabilities": definition.capabilities,
        "Tags": [{"Key": key, "Value": value} for key, value in definition.tags.items()],
        "StackSetARN": stack_set.arn,
        "AdministrationRoleARN": (
            definition.administration_role_arn or default_arn if is_self_managed else None
        ),
        "ExecutionRoleName": definition.execution_role_name or EXECUTION_ROLE
        if is_self_managed
        else None,
        "StackSetDriftDetectionDetails": drift_details(last_drift_operation(stack_set)),
        "OrganizationalUnitIds": sorted(unit for unit in units if unit),
        "Regions": sorted({target.region for target in stack_set.instances}),
    }


def instance_summary(stack_set: StackSet, instance: Instance) -> Members:
    """Summarize an instance: API StackInstanceSummary."""
    return {
        "StackSetId": stack_set.unique_id,
        "Region": instance.target.region,
        "Account": instance.target.account,
        "StackId": instance.stack_id,
        "Status": instance.status,
        "StatusReason": instance.reason,
        "StackInstanceStatus": {"DetailedStatus": instance.detailed_status},
        "OrganizationalUnitId": instance.organizational_unit_id,
        "DriftStatus": instance.drift_status,
        "LastDriftCheckTimestamp": instance.drift_checked_at,
        "LastOperationId": instance.last_operation_id,
    }


def instance_description(stack_set: StackSet, instance: Instance) -> Members:
    """Describe an instance: API StackInstance."""
    concealed = stack_set.definition.concealed
    return {
        **instance_summary(stack_set, instance),
        "ParameterOverrides": [
            _parameter(name, _CONCEALED if name in concealed else value)
            for name, value in instance.overrides.items()
        ],
    }


def operation_summary(operation: Operation) -> Members:
    """Summarize an operation: API StackSetOperationSummary."""
    return {
        "OperationId": operation.operation_id,
        "Action": operation.action,
        "Status": operation.status,
        "CreationTimestamp": operation.created_at,
        "EndTimestamp": operation.ended_at,
        "StatusDetails": {"FailedStackInstancesCount": operation.count(ResultStatus.FAILED)},
        "OperationPreferences": _preferences(operation.preferences),
    }


def operation_description(stack_set: StackSet, operation: Operation) -> Members:
    """Describe an operation: API StackSetOperation."""
    drift = operation if operation.action == Action.DETECT_DRIFT else None
    return {
        **operation_summary(operation),
        "StackSetId": stack_set.unique_id,
        "RetainStacks": operation.retain_stacks,
        "AdministrationRoleARN": operation.administration_role_arn,
        "ExecutionRoleName": operation.execution_role_name,
        "DeploymentTargets": operation.deployment_targets,
        "StackSetDriftDetectionDetails": drift and drift_details(drift),
    }


def result_summary(stack_set: StackSet, target: Target, result: Result) -> Members:
    """Summarize a result: API StackSetOperationResultSummary."""
    instance = stack_set.instances.get(target)
    attempted = result.status in {ResultStatus.SUCCEEDED, ResultStatus.FAILED}
    # AWS's response without an account gate: AWS CLI reference,
    # list-stack-set-operation-results, example.
    gate = {
        "Status": "SKIPPED",
        "StatusReason": (
            f"Function not found: arn:aws:lambda:{target.region}:{target.account}:"
            "function:AWSCloudFormationStackSetAccountGate"
        ),
    }
    return {
        "Account": target.account,
        "Region": target.region,
        "Status": result.status,
        "StatusReason": result.reason,
        "AccountGateResult": gate if attempted else None,
        "OrganizationalUnitId": instance and instance.organizational_unit_id,
    }


def _parameter(name: str, value: str) -> Members:
    return {"ParameterKey": name, "ParameterValue": value}


def _preferences(preferences: OperationPreferences) -> Members:
    return {
        "RegionConcurrencyType": preferences.region_concurrency_type,
        "RegionOrder": preferences.region_order or None,
        "FailureToleranceCount": preferences.failure_tolerance_count,
        "FailureTolerancePercentage": preferences.failure_tolerance_percentage,
        "MaxConcurrentCount": preferences.max_concurrent_count,
        "MaxConcurrentPercentage": preferences.max_concurrent_percentage,
        "ConcurrencyMode": preferences.concurrency_mode,
    }
