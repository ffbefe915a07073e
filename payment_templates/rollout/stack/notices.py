"""Warns before the confirmation about effects that a change set does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.exit_codes import ExitCode
from payment_templates.rollout.deletion_protection import is_protected, takes_two_steps
from payment_templates.rollout.errors import RolloutError
from payment_templates.rollout.stack.service_deployment import has_service, replaces_tasks
from payment_templates.rollout.stack_states import NextStep, StackState, next_step
from payment_templates.rollout.values import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from payment_templates.cloudformation import Template
    from payment_templates.rollout.changes import Change
    from payment_templates.rollout.stack.deployment import Deployment
    from payment_templates.rollout.values import Values

_ADDRESS = "AWS::EC2::EIP"
_VAULT = "AWS::Backup::BackupVault"
_CLUSTER = "AWS::RDS::DBCluster"
_HEALTH_CHECK = "AWS::Route53::HealthCheck"
_INSTANCE = "AWS::RDS::DBInstance"
_NETWORK = "AWS::EC2::VPC"
_PARAMETER_GROUP = "AWS::RDS::DBClusterParameterGroup"
_SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type
_SUBNET = "AWS::EC2::Subnet"
_SUBSCRIPTION = "AWS::SNS::Subscription"
_PATH, _IMAGE = "HealthCheckPath", "ContainerImage"


def notices(
    changes: Sequence[Change], deployment: Deployment, state: StackState | None
) -> Iterator[str]:
    """Return one line per notice; empty for a later step of a change that was confirmed."""
    if deployment.agreed:
        return
    yield from plan_notices(changes, deployment, state)
    if state is not None and next_step(state) is NextStep.UPDATE:
        yield from value_notices(deployment.values, state.parameters)
        yield from change_notices(changes)
        if has_service(deployment.template) and not deployment.force_new_deployment:
            yield from secret_notices(changes, remedy="--force-new-deployment replaces them")


def secret_notices(changes: Sequence[Change], *, remedy: str) -> Iterator[str]:
    """Return a notice if running tasks keep the old value of a secret that changes in place."""
    in_place = any(
        one.resource_type == _SECRET
        and one.action == "Modify"
        and not one.removes_resource
        and {"SecretString", "GenerateSecretString"} & {*one.properties}
        for one in changes
    )
    if not in_place or replaces_tasks(changes):
        return
    login = any(
        one.resource_type == _CLUSTER and "MasterUserPassword" in one.properties for one in changes
    )
    fails = ": their new connections to the database will fail" if login else ""
    yield f"running tasks keep the old value of the secret{fails}; {remedy}"


def plan_notices(
    changes: Sequence[Change], deployment: Deployment, state: StackState | None
) -> Iterator[str]:
    """Return one line for each step of a deployment that is in no change set."""
    yield from _about_protection(deployment, state)
    # Without changes, no change set gives CloudFormation the role.
    if changes:
        yield from _about_role(deployment, state)
    if deployment.force_new_deployment and not replaces_tasks(changes):
        yield "plan: replace all tasks once the stack is up to date"
    if next_step(state) is NextStep.CREATE:
        yield from network_notices(deployment.template)


def network_notices(template: Template) -> Iterator[str]:
    """Return a notice if the template creates a network, with which EC2 creates more.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    if any(entry.type == _NETWORK for entry in template.resources.values()):
        yield (
            "the network's default security group stays open between its members: CloudFormation "
            "cannot close it. docs/production.md shows how"
        )


def change_notices(changes: Sequence[Change]) -> Iterator[str]:
    """Return notices about effects of resource changes other than replacement and removal."""
    if upgrades_engine(changes):
        yield (
            "an engine upgrade is never undone: if the update fails later, CloudFormation rolls "
            "back everything but the engine. Do not combine it with other changes"
        )
    changed = {one.resource_type for one in changes if one.action == "Modify"}
    # aws-cloudformation-resource-providers-rds@5a410e8, dbinstance UpdateHandler: an update of a
    # property checks the instance's own parameter group; one without a change, which is sent
    # if a dependency of the instance changed, checks the cluster's group too.
    if changed & {_CLUSTER, _PARAMETER_GROUP}:
        yield (
            "CloudFormation also updates each database instance, one after the other: it restarts "
            "an instance if its own or the cluster's parameter group is pending a restart"
        )
    elif _INSTANCE in changed:
        yield (
            "each changed database instance applies deferred changes, and restarts if "
            "its own parameter group is pending a restart"
        )
    # AWS::EC2::Subnet, AvailabilityZone; github.com/convox/rack/issues/1660.
    if any(
        one.resource_type == _SUBNET
        and one.removes_resource
        and "AvailabilityZone" in one.properties
        for one in changes
    ):
        yield (
            "the zones of subnets change, and the update will fail: the old subnet still has the "
            "address range of the new one. Set AvailabilityZones to the zones that the stack has"
        )
    # The endpoint of a subscription is create-only: the old subscription is deleted.
    if any(one.resource_type == _SUBSCRIPTION and one.removes_resource for one in changes):
        yield (
            "the subscription is replaced: no one gets alerts until the new address confirms. To "
            "avoid the gap, subscribe the new address by hand first (aws sns subscribe)"
        )
    # Route 53 Developer Guide, health-checks-creating: healthy until there is enough data.
    if any(
        one.resource_type == _HEALTH_CHECK and one.action == "Modify" and one.removes_resource
        for one in changes
    ):
        yield (
            "the Route 53 health check may be replaced, and a new one counts as healthy at first: "
            "do not update while the region is failed over"
        )
    # The schema's update handler may call PutBackupVaultAccessPolicy, with an unchanged policy too.
    if _VAULT in changed:
        yield (
            "the policy of the backup vault refuses to be changed, and the update may send it "
            "again: then the update fails, and its rollback too. docs/production.md shows what to "
            "do first"
        )
    # aws-cloudformation/cloudformation-coverage-roadmap 309; aws-cdk 5469.
    if any(
        one.resource_type == _ADDRESS and one.action == "Modify" and not one.removes_resource
        for one in changes
    ):
        yield (
            "an update of a public address, such as of its tags, detaches and attaches it again: "
            "it may fail for the address of a NAT gateway. Set its tags at creation only"
        )


ENGINE_MAY_STAY = (
    "the database's engine may have been upgraded, which CloudFormation does not undo: check with "
    "aws rds describe-db-clusters, and pass the new DBEngineVersion again"
)


def upgrades_engine(changes: Sequence[Change]) -> bool:
    """Return whether the database's engine version changes."""
    return any(
        one.resource_type == _CLUSTER
        and one.action == "Modify"
        and "EngineVersion" in one.properties
        for one in changes
    )


def value_notices(values: Values, former: Mapping[str, str]) -> Iterator[str]:
    """Return notices about changed values; raises RolloutError for an invalid combination.

    The load balancer checks a new path immediately, Route 53 once the service is stable. A task
    that does not answer on it counts as unhealthy.
    """
    changed = {
        name: value for name, value in values.open.items() if former.get(name, value) != value
    }
    if _PATH in changed and _IMAGE in changed:
        raise RolloutError(
            f"{_PATH} and {_IMAGE} may not change together: the load balancer checks the new path "
            "on old tasks",
            ExitCode.REFUSED,
            hint="first deploy an image that answers both paths, then change the path",
        )
    if _PATH in changed:
        yield (
            f"every running task must already answer {changed[_PATH]}: the load balancer checks "
            "it immediately"
        )
    if SUFFIX in changed:
        yield (
            f"{SUFFIX} changes from {former[SUFFIX]} to {changed[SUFFIX]}: every named resource is "
            "replaced. The database is a new, empty one, and the old one is deleted"
        )


def _about_role(deployment: Deployment, state: StackState | None) -> Iterator[str]:
    former = state.role_arn if state else ""
    if deployment.role_arn and deployment.role_arn != former:
        # CreateChangeSet, RoleARN.
        yield (
            f"plan: from now on CloudFormation uses {deployment.role_arn} for every operation on "
            "this stack, also of users who may not pass that role"
        )


def _about_protection(deployment: Deployment, state: StackState | None) -> Iterator[str]:
    protected = is_protected(deployment.template, deployment.values)
    if protected is None:
        return
    if next_step(state) is NextStep.CREATE and takes_two_steps(
        deployment.template, deployment.values
    ):
        yield (
            "plan: create the stack without deletion protection, so that a failed creation can be "
            "rolled back; then update it with DeletionProtection=true and switch stack "
            "termination protection on"
        )
    elif state is None or state.termination_protection != protected:
        yield f"plan: switch stack termination protection {'on' if protected else 'off'}"
