"""Reads the capacity providers that a service uses, and those that its cluster has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from payment_templates.cloudformation import Properties, Stack, StackResource

CLUSTER = "AWS::ECS::Cluster"
_ASSOCIATIONS = "AWS::ECS::ClusterCapacityProviderAssociations"
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
FARGATE_SPOT = "FARGATE_SPOT"
FARGATE_PROVIDERS = frozenset({"FARGATE", FARGATE_SPOT})


def strategy_of(stack: Stack, service: Properties) -> tuple[Properties, ...]:
    """Return the capacity provider strategy of a service, or the default one of its cluster.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html
    """
    if own := service.children("CapacityProviderStrategy"):
        return own
    cluster = stack.find(service.get("Cluster"), CLUSTER)
    if cluster is None or {"LaunchType", "CapacityProviderStrategy"} & service.entries.keys():
        return ()
    return tuple(
        item
        for resource in _holders(stack, cluster)
        for item in resource.properties.children("DefaultCapacityProviderStrategy")
    )


def runs_on_fargate(stack: Stack, service: Properties) -> bool:
    """Return whether the template states that the tasks of a service run on Fargate alone."""
    providers = {item.text("CapacityProvider") for item in strategy_of(stack, service)}
    return service.text("LaunchType") == "FARGATE" or (
        bool(providers) and providers <= FARGATE_PROVIDERS
    )


def associated_providers(stack: Stack, cluster: StackResource) -> frozenset[str]:
    """Return the capacity providers that a cluster of the stack is associated with."""
    return frozenset(
        provider
        for resource in _holders(stack, cluster)
        for provider in resource.properties.identities("CapacityProviders")
    )


def _holders(stack: Stack, cluster: StackResource) -> tuple[StackResource, ...]:
    """Return the resources with the capacity providers of a cluster."""
    return tuple(
        resource
        for resource in stack.of_type(CLUSTER, _ASSOCIATIONS)
        if cluster in {resource, stack.find(resource.properties.get("Cluster"), CLUSTER)}
    )
