"""Holds the template that is being built, and sets the deletion policies of its resources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from troposphere import (
    Delete,
    Retain,
    RetainExceptOnCreate,
    Sub,
    Tags,
    Template,
    backup,
    iam,
    kms,
    logs,
    rds,
    s3,
    secretsmanager,
)

if TYPE_CHECKING:
    from troposphere import AWSHelperFn, AWSObject, Output, Parameter

    from payment_templates.options import Options

    Resource = TypeVar("Resource", bound=AWSObject)


# Resources that hold data also set UpdateReplacePolicy. CloudFormation's default deletes:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatereplacepolicy.html
STATEFUL = (
    *(kms.Key, logs.LogGroup, rds.DBCluster, rds.DBInstance, s3.Bucket, secretsmanager.Secret),
    backup.BackupVault,
)
# Retained together with the final snapshot: the key that decrypts it, the vault with others, and
# the audit logs.
OUTLIVES_STACK = (backup.BackupVault, kms.Key, logs.LogGroup, s3.Bucket)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The template to which every tier adds its resources, and the options for it."""

    template: Template
    options: Options

    def add(self, resource: Resource) -> Resource:
        """Add a resource with its deletion and replacement policies, and what the options add.

        That is the tags of the options file and, for a role, its permissions boundary.
        """
        on_deletion, on_replacement = self._policies(resource)
        resource.DeletionPolicy = on_deletion
        if isinstance(resource, STATEFUL):
            resource.UpdateReplacePolicy = on_replacement
        self._add_tags(resource)
        if isinstance(resource, iam.Role) and self.options.permissions_boundary:
            resource.PermissionsBoundary = _boundary(self.options.permissions_boundary)
        self.template.add_resource(resource)
        return resource

    def _add_tags(self, resource: AWSObject) -> None:
        extra = dict(self.options.tags)
        for name in ("Tags", "HealthCheckTags", "BackupVaultTags", "BackupPlanTags"):
            if extra and (own := resource.properties.get(name)):
                # Some types take a map. Fresh tags, because troposphere's "+" changes an operand.
                resource.properties[name] = (
                    {**own, **extra}
                    if isinstance(own, dict)
                    else Tags({tag["Key"]: tag["Value"] for tag in own.tags} | extra)
                )

    def _policies(self, resource: AWSObject) -> tuple[str, str]:
        keep = self.options.deletion_policy
        if isinstance(resource, rds.DBCluster):
            # CloudFormation's own default for a cluster is Snapshot.
            return keep, keep
        if keep == "Snapshot" and isinstance(resource, OUTLIVES_STACK):
            # A failed first creation then leaves only an empty snapshot of the database.
            return RetainExceptOnCreate, Retain
        return Delete, Delete

    def add_parameter(self, parameter: Parameter, *, group: str, label: str) -> Parameter:
        """Add a parameter to a group of the console form, with a label."""
        self.template.add_parameter_to_group(parameter, group)
        self.template.set_parameter_label(parameter, label)
        return self.template.add_parameter(parameter)

    def add_condition(self, name: str, condition: AWSHelperFn) -> str:
        """Add a condition; raises ValueError for a second one of the same name."""
        # troposphere would silently replace the first one.
        if name in self.template.conditions:
            raise ValueError(f"the template already has a condition {name}")
        return self.template.add_condition(name, condition)

    def add_output(self, output: Output) -> Output:
        """Add an output."""
        return self.template.add_output(output)


def _boundary(name: str) -> Sub | str:
    if name.startswith("arn:"):
        return name
    return Sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/{name}")
