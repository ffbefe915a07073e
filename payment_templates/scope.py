"""The template under construction, and the options it is built from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from troposphere import Delete, Template, rds

if TYPE_CHECKING:
    from troposphere import AWSHelperFn, AWSObject, Output, Parameter

    from payment_templates.options import Options

    Resource = TypeVar("Resource", bound=AWSObject)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where every tier adds what it makes."""

    template: Template
    options: Options

    def add(self, resource: Resource) -> Resource:
        """Add a resource, with what happens to it when it is deleted or replaced."""
        # CloudFormation's own default for a cluster is Snapshot: say it for every resource.
        policy = self.options.deletion_policy if isinstance(resource, rds.DBCluster) else Delete
        resource.DeletionPolicy = policy
        resource.UpdateReplacePolicy = policy
        self.template.add_resource(resource)
        return resource

    def add_parameter(self, parameter: Parameter, *, group: str, label: str) -> Parameter:
        """Add a parameter to a group of the console's form, under a readable label."""
        self.template.add_parameter_to_group(parameter, group)
        self.template.set_parameter_label(parameter, label)
        return self.template.add_parameter(parameter)

    def add_condition(self, name: str, condition: AWSHelperFn) -> str:
        """Add a condition; troposphere would replace one of the same name without a word."""
        if name in self.template.conditions:
            raise ValueError(f"the template has a condition {name} already")
        return self.template.add_condition(name, condition)

    def add_output(self, output: Output) -> Output:
        """Add an output."""
        return self.template.add_output(output)
