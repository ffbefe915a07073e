"""Finds what CreateService refuses: capacity, daemons, placement, ports, subnets and volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from payment_templates.evidence.task_start.fargate import operating_system
from payment_templates.evidence.topology.compute.capacity_providers import (
    CLUSTER,
    FARGATE_PROVIDERS,
    FARGATE_SPOT,
    associated_providers,
    runs_on_fargate,
    strategy_of,
)
from payment_templates.facts.task_definitions import (
    MOST_CAPACITY_PROVIDERS,
    MOST_SECURITY_GROUPS,
    MOST_SUBNETS,
    STRATEGY_SHARES,
)
from payment_templates.quantity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from payment_templates.cloudformation import Properties, Stack, StackResource


def service_refusals(stack: Stack, service: StackResource) -> Iterator[str]:
    """Yield a sentence for each reason why ECS refuses a service."""
    fields, name = service.properties, service.logical_id
    yield from _capacity_refusals(stack, name, fields)
    yield from _daemon_refusals(name, fields)
    if runs_on_fargate(stack, fields):
        yield from _placement_refusals(name, fields)
    wiring = fields.child("NetworkConfiguration").child("AwsvpcConfiguration")
    for what, noun, most in (
        ("Subnets", "subnet", MOST_SUBNETS),
        ("SecurityGroups", "security group", MOST_SECURITY_GROUPS),
    ):
        if (count := len(wiring.values(what))) > most:
            yield f"{name} has {quantity(count, noun)}: ECS accepts {most}"
    definition = stack.of(fields.target("TaskDefinition"), "AWS::ECS::TaskDefinition")
    if definition:
        yield from _spot_refusals(stack, fields, definition)
        yield from _port_refusals(name, fields, definition)
        yield from _registry_refusals(name, fields, definition)
        yield from _volume_refusals(name, fields, definition)


def _capacity_refusals(stack: Stack, name: str, fields: Properties) -> Iterator[str]:
    """CreateService, launchType and capacityProviderStrategy; CapacityProviderStrategyItem."""
    own = fields.children("CapacityProviderStrategy")
    if own and "LaunchType" in fields:
        yield f"{name} has a LaunchType and a CapacityProviderStrategy: ECS accepts one of them"
    strategy = strategy_of(stack, fields)
    if not strategy:
        return
    yield from _strategy_refusals(name, strategy)
    yield from _share_refusals(name, strategy)
    cluster = stack.find(fields.get("Cluster"), CLUSTER)
    if cluster is None:
        return
    associated = associated_providers(stack, cluster)
    for item in strategy:
        provider = item.text("CapacityProvider")
        if provider in FARGATE_PROVIDERS and provider not in associated:
            yield f"{name} uses {provider}, which {cluster.logical_id} is not associated with"


def _strategy_refusals(name: str, strategy: tuple[Properties, ...]) -> Iterator[str]:
    if len(strategy) > MOST_CAPACITY_PROVIDERS:
        count = quantity(len(strategy), "capacity provider")
        yield f"{name} uses {count}: ECS accepts {MOST_CAPACITY_PROVIDERS}"
    # "There are no capacity providers with a weight value greater than zero":
    # https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/27
    if not any(item.is_positive("Weight") for item in strategy):
        yield f"{name} has a capacity provider strategy in which no Weight is greater than 0"
    if len([item for item in strategy if item.number("Base")]) > 1:
        yield f"{name} has a capacity provider strategy with more than one Base"
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html
    # "can only contain Auto Scaling group capacity providers or Fargate capacity providers".
    kinds = {item.text("CapacityProvider") in FARGATE_PROVIDERS for item in strategy}
    if len(kinds) > 1:
        yield f"{name} has a capacity provider strategy with Fargate and others: ECS mixes no kinds"


def _share_refusals(name: str, strategy: tuple[Properties, ...]) -> Iterator[str]:
    for what, accepted in STRATEGY_SHARES.items():
        for item in strategy:
            if not item.is_within(what, accepted):
                share, takes = item.number(what), f"{accepted[0]} to {accepted[-1]}"
                yield f"{name} has a capacity provider with {what} {share:g}: ECS accepts {takes}"


def _spot_refusals(stack: Stack, fields: Properties, definition: StackResource) -> Iterator[str]:
    """CapacityProviderStrategyItem: Spot "supports Linux tasks"."""
    providers = {item.text("CapacityProvider") for item in strategy_of(stack, fields)}
    if FARGATE_SPOT in providers and operating_system(definition) != "LINUX":
        system = operating_system(definition)
        yield f"{definition.logical_id} runs {system} on {FARGATE_SPOT}, which supports only Linux"


def _daemon_refusals(name: str, fields: Properties) -> Iterator[str]:
    """CreateService, schedulingStrategy."""
    if fields.text("SchedulingStrategy") != "DAEMON":
        return
    providers = {
        provider.text("CapacityProvider")
        for provider in fields.children("CapacityProviderStrategy")
    }
    if fields.text("LaunchType") == "FARGATE" or providers & FARGATE_PROVIDERS:
        yield f"{name} is a daemon, which Fargate does not support"
    if (controller := fields.child("DeploymentController").text("Type")) not in {"", "ECS"}:
        yield f"{name} is a daemon, which the deployment controller {controller} does not support"


def _placement_refusals(name: str, fields: Properties) -> Iterator[str]:
    """Neither is supported "with FARGATE launch type", as CreateService answers.

    https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2369
    https://github.com/hashicorp/terraform-provider-aws/issues/26337
    """
    for what in ("PlacementConstraints", "PlacementStrategies"):
        if fields.values(what):
            yield f"{name} has {what}, which Fargate does not support"


def _port_refusals(name: str, fields: Properties, definition: StackResource) -> Iterator[str]:
    """LoadBalancer, containerName and containerPort."""
    containers = {
        each.text("Name"): each for each in definition.properties.children("ContainerDefinitions")
    }
    for mapping in fields.children("LoadBalancers"):
        own, port = mapping.text("ContainerName"), mapping.whole("ContainerPort")
        container = containers.get(own)
        if container is None:
            yield f"{name} registers {own}, which is not a container of {definition.logical_id}"
        elif not _is_open(container, port):
            what = f"port {port} of {definition.logical_id}.{own}"
            yield f"{name} registers {what}, which does not map it"


def _registry_refusals(name: str, fields: Properties, definition: StackResource) -> Iterator[str]:
    """ServiceConnectService, portName; ServiceRegistry, containerName and containerPort."""
    containers = definition.properties.children("ContainerDefinitions")
    ports = {port.text("Name") for each in containers for port in each.children("PortMappings")}
    connect = fields.child("ServiceConnectConfiguration")
    for service in connect.children("Services") if connect.flag("Enabled") else ():
        if (port_name := service.text("PortName")) not in ports:
            task = definition.logical_id
            yield f"{name} connects {port_name}, which is not the name of a port of {task}"
    for registry in fields.children("ServiceRegistries"):
        if not (own := registry.text("ContainerName")):
            continue
        container = next((each for each in containers if each.text("Name") == own), None)
        if container is None:
            yield f"{name} registers {own}, which is not a container of {definition.logical_id}"
        elif "ContainerPort" in registry:
            port = registry.whole("ContainerPort")
            if not _is_open(container, port):
                what = f"port {port} of {definition.logical_id}.{own}"
                yield f"{name} registers {what}, which does not map it"


def _is_open(container: Properties, port: int) -> bool:
    for mapping in container.children("PortMappings"):
        first, _, last = mapping.text("ContainerPortRange").partition("-")
        if first.isdecimal() and last.isdecimal() and int(first) <= port <= int(last):
            return True
        if mapping.whole("ContainerPort") == port:
            return True
    return False


def _volume_refusals(name: str, fields: Properties, definition: StackResource) -> Iterator[str]:
    """Volume, name: of one that is configured at launch, the service must have a configuration.

    ServiceVolumeConfiguration, name: it "must match the volume name from the Volume object".
    """
    configured = [each.text("Name") for each in fields.children("VolumeConfigurations")]
    volumes = {each.text("Name"): each for each in definition.properties.children("Volumes")}
    for own, volume in volumes.items():
        if volume.flag("ConfiguredAtLaunch") and own not in configured:
            yield f"{name} does not configure the volume {own}, which is configured at launch"
    for own in configured:
        if own not in volumes:
            yield f"{name} configures {own}, which is not a volume of {definition.logical_id}"
