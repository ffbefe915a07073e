"""Reads a stack as infrastructure: zones, subnets, routes, tasks, databases, alarms, records."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING
from weakref import ref

from payment_templates.cloudformation import TemplateError, UnexpectedValueError
from payment_templates.evidence.evaluated_stacks import in_region, stack_of
from payment_templates.evidence.regions import other_regions
from payment_templates.evidence.reuse import content_of
from payment_templates.evidence.topology.alerting.alarm_metrics import read_alarms
from payment_templates.evidence.topology.alerting.composite_alarms import (
    CompositeAlarm,
    read_composite_alarms,
)
from payment_templates.evidence.topology.alerting.events import EventPath, read_event_paths
from payment_templates.evidence.topology.alerting.topics import Topic, read_topics
from payment_templates.evidence.topology.compute.service import Service, read_services
from payment_templates.evidence.topology.database import Database, read_databases
from payment_templates.evidence.topology.network.security_groups import Rule, read_rules
from payment_templates.evidence.topology.network.subnets import Network, read_network
from payment_templates.evidence.topology.part import Part
from payment_templates.evidence.topology.traffic.listeners import Listener, read_listeners
from payment_templates.evidence.topology.traffic.load_balancer import (
    LoadBalancer,
    TargetGroup,
    read_load_balancers,
    read_target_groups,
)
from payment_templates.evidence.topology.traffic.records import Record, read_records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from weakref import ReferenceType

    from payment_templates.cloudformation import Stack, Template
    from payment_templates.evidence.topology.alerting.alarms import Alarm


# Compared by identity: each topology is built once.
@dataclass(frozen=True, kw_only=True, eq=False)
class Topology:
    """What is in which zone, who reaches whom, and who is notified of what.

    Each part is read on first use, so that an unknown value in one part leaves the others known.
    """

    stack: Stack
    # The topology whose counterpart this is. Weak: in a reference cycle both would stay in memory.
    _built_for: ReferenceType[Topology] | None = field(default=None, repr=False)

    @Part
    def network(self) -> Network:
        """The subnets, their routes, and the gateways and endpoints behind them."""
        return read_network(self.stack)

    @Part
    def services(self) -> tuple[Service, ...]:
        """The ECS services."""
        return read_services(self.stack)

    @Part
    def databases(self) -> tuple[Database, ...]:
        """The database clusters."""
        return read_databases(self.stack)

    @Part
    def load_balancers(self) -> tuple[LoadBalancer, ...]:
        """The load balancers."""
        return read_load_balancers(self.stack, self.network)

    @Part
    def listeners(self) -> tuple[Listener, ...]:
        """The listeners of the load balancers."""
        return read_listeners(self.stack)

    @Part
    def target_groups(self) -> tuple[TargetGroup, ...]:
        """The target groups, with the load balancers that use them."""
        return read_target_groups(self.stack, self.listeners)

    @Part
    def alarms(self) -> tuple[Alarm, ...]:
        """The CloudWatch alarms."""
        return read_alarms(self.stack)

    @Part
    def composite_alarms(self) -> tuple[CompositeAlarm, ...]:
        """The CloudWatch alarms on the states of other alarms."""
        return read_composite_alarms(self.stack)

    @Part
    def event_paths(self) -> tuple[EventPath, ...]:
        """The event rules and event subscriptions."""
        return read_event_paths(self.stack)

    @Part
    def topics(self) -> dict[str, Topic]:
        """The SNS topics by logical ID."""
        return read_topics(self.stack)

    @Part
    def records(self) -> tuple[Record, ...]:
        """The DNS records."""
        return read_records(self.stack)

    @Part
    def rules(self) -> tuple[Rule, ...]:
        """The rules of the security groups."""
        return read_rules(self.stack)

    @property
    def zones(self) -> tuple[str, ...]:
        """The Availability Zones of the subnets and of the database instances."""
        subnets = (subnet.zone for subnet in self.network.subnets.values())
        members = (member.zone for database in self.databases for member in database.instances)
        return tuple(dict.fromkeys(zone for zone in (*subnets, *members) if zone))

    def require_zones(self) -> None:
        """Raise UnexpectedValueError if the template does not name the zone of a subnet in use.

        AWS chooses a zone for a subnet that states none, perhaps the same for several, and maps the
        ID of a zone to a name in each account: botocore ec2, CreateSubnet.
        """
        used = [service.subnets for service in self.services]
        used += [balancer.subnets for balancer in self.load_balancers]
        used += [database.subnets for database in self.databases]
        used.append(tuple(gateway.subnet for gateway in self.network.nat_gateways))
        for name in chain.from_iterable(used):
            if name in self.network and not self.network.subnets[name].zone:
                place = f"Resources.{name}.Properties.AvailabilityZone"
                raise UnexpectedValueError(place, "the template does not name the zone")

    def serving_tasks_of(self, service: Service) -> dict[str, int]:
        """Return the number of tasks by zone, without zones that the load balancer does not serve.

        A target in a zone that is not enabled for its load balancer gets no requests:
        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
        """
        groups = [
            group for group in self.target_groups if group.logical_id in service.target_groups
        ]
        names = {name for group in groups for name in group.balancers}
        zones = {zone for lb in self.load_balancers if lb.logical_id in names for zone in lb.zones}
        return {
            zone: tasks
            for zone, tasks in service.tasks_by_zone.items()
            if not names or zone in zones
        }

    @cached_property
    def content(self) -> int:
        """A number that is equal for topologies of equal stacks."""
        return content_of(self.stack)

    @property
    def counterpart(self) -> Topology | None:
        """The same stack in another region; None if no other region can have it.

        Raises TemplateError if the template's rules refuse every other region.
        """
        # The relation is symmetric.
        built_for = self._built_for and self._built_for()
        return built_for or self._in_other_region

    @cached_property
    def _in_other_region(self) -> Topology | None:
        refusal: TemplateError | None = None
        for region in other_regions(self.stack.region, self.stack.parameters.values()):
            try:
                return Topology(stack=in_region(self.stack, region), _built_for=ref(self))
            except TemplateError as error:
                refusal = refusal or error
        if refusal:
            raise refusal
        return None


def topology_of(template: Template, *, region: str, parameters: Mapping[str, str]) -> Topology:
    """Read the topology of a template; raises TemplateError if a parameter value is invalid."""
    return build_topology(stack_of(template, region=region, parameters=parameters))


def build_topology(stack: Stack) -> Topology:
    """Build the topology of a stack; nothing is read yet."""
    return Topology(stack=stack)
