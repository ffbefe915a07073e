"""Adds the experiments of a game day: AWS FIS breaks one part of the stack for some minutes.

Only StartExperiment breaks something; a template costs nothing.
https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from awacs.aws import PolicyDocument
from troposphere import fis, iam

from payment_templates import naming

from .permissions import (
    arn_of,
    failover_statements,
    network_statements,
    stop_task_statements,
    trust_statement,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awacs.aws import Statement
    from troposphere import AWSHelperFn, cloudwatch

    from payment_templates.scope import Scope
    from payment_templates.tiers.compute import Compute
    from payment_templates.tiers.database import Database
    from payment_templates.tiers.monitoring import Monitoring
    from payment_templates.tiers.network import Network

# Long enough for the slowest alarm and for ECS to replace the tasks of a zone.
_DURATION = "PT10M"


@dataclass(frozen=True, kw_only=True)
class _Experiment:
    """What one experiment does, to what, and what its role may do."""

    # PascalCase for logical IDs, and the same in lower case for names.
    title: str
    name: str
    description: str
    targets: dict[str, fis.ExperimentTemplateTarget]
    actions: dict[str, fis.ExperimentTemplateAction]
    statements: Sequence[Statement]


def add_game_day(
    scope: Scope,
    *,
    network: Network,
    database: Database,
    compute: Compute,
    monitoring: Monitoring,
) -> None:
    """Add an experiment for each fault, with a role of its own that can do no more."""
    if not scope.options.game_day:
        return
    alarms = {alarm.title: alarm for alarm in monitoring.alarms}
    for experiment in (
        _lose_zone(network, database),
        _fail_over(database),
        _stop_task(compute),
        _cut_nat(network),
    ):
        _add_experiment(scope, experiment, stop_alarm=alarms["ResponseTimeAlarm"])


def _lose_zone(network: Network, database: Database) -> _Experiment:
    # As in AWS's scenario "AZ Availability: Power Interruption", for what this stack has in a zone:
    # https://docs.aws.amazon.com/fis/latest/userguide/az-availability-scenario.html
    subnets = (network.public_subnets[0], network.private_subnets[0])
    zone = network.public_subnets[0].get_att("AvailabilityZone")
    return _Experiment(
        title="ZoneLoss",
        name="zone-loss",
        description="The first zone loses its network; a writer in it fails over",
        targets={
            "Subnets": _by_arn("aws:ec2:subnet", [arn_of("subnet", subnet) for subnet in subnets]),
            "Writer": fis.ExperimentTemplateTarget(
                ResourceType="aws:rds:cluster",
                ResourceTags=naming.tag_map(naming.DATABASE_CLUSTER),
                Parameters={"writerAvailabilityZoneIdentifiers": zone},
                SelectionMode="ALL",
            ),
        },
        actions={
            "CutNetwork": _cut_network(),
            "FailOver": _action("aws:rds:failover-db-cluster", {"Clusters": "Writer"}),
        },
        statements=[*network_statements(network.vpc, subnets), *failover_statements(database)],
    )


def _fail_over(database: Database) -> _Experiment:
    return _Experiment(
        title="WriterFailover",
        name="writer-failover",
        description="Aurora promotes a reader",
        targets={"Cluster": _by_arn("aws:rds:cluster", [database.cluster.get_att("DBClusterArn")])},
        actions={"FailOver": _action("aws:rds:failover-db-cluster", {"Clusters": "Cluster"})},
        statements=failover_statements(database),
    )


def _stop_task(compute: Compute) -> _Experiment:
    cluster = compute.cluster.ref()
    return _Experiment(
        title="TaskLoss",
        name="task-loss",
        description="One task is stopped",
        targets={
            "Task": fis.ExperimentTemplateTarget(
                ResourceType="aws:ecs:task",
                Parameters={"cluster": cluster, "service": compute.service.get_att("Name")},
                SelectionMode="COUNT(1)",
            )
        },
        actions={"Stop": _action("aws:ecs:stop-task", {"Tasks": "Task"})},
        statements=stop_task_statements(compute),
    )


def _cut_nat(network: Network) -> _Experiment:
    subnet = network.public_subnets[0]
    return _Experiment(
        title="NatLoss",
        name="nat-loss",
        description="The subnet of the first NAT gateway loses its network",
        targets={"Subnets": _by_arn("aws:ec2:subnet", [arn_of("subnet", subnet)])},
        actions={"CutNetwork": _cut_network()},
        statements=network_statements(network.vpc, [subnet]),
    )


def _add_experiment(
    scope: Scope,
    experiment: _Experiment,
    *,
    stop_alarm: cloudwatch.Alarm | cloudwatch.CompositeAlarm,
) -> None:
    role = _add_role(scope, experiment)
    scope.add(
        fis.ExperimentTemplate(
            f"{experiment.title}Experiment",
            Description=experiment.description,
            RoleArn=role.get_att("Arn"),
            # FIS ends an experiment at once, and restores the network, when this alarm fires.
            StopConditions=[
                fis.ExperimentTemplateStopCondition(
                    Source="aws:cloudwatch:alarm", Value=stop_alarm.get_att("Arn")
                )
            ],
            Targets=experiment.targets,
            Actions=experiment.actions,
            ExperimentOptions=fis.ExperimentTemplateExperimentOptions(
                AccountTargeting="single-account",
                # A zone without the writer has no cluster to fail over.
                EmptyTargetResolutionMode="skip",
            ),
            Tags=naming.tag_map(experiment.name),
        )
    )


def _add_role(scope: Scope, experiment: _Experiment) -> iam.Role:
    return scope.add(
        iam.Role(
            f"{experiment.title}Role",
            RoleName=naming.physical_name("AWS::IAM::Role", experiment.name),
            AssumeRolePolicyDocument=PolicyDocument(
                Version="2012-10-17", Statement=[trust_statement()]
            ),
            Policies=[
                iam.Policy(
                    PolicyName=experiment.name,
                    PolicyDocument=PolicyDocument(
                        Version="2012-10-17", Statement=list(experiment.statements)
                    ),
                )
            ],
            Tags=naming.tags(f"{experiment.name}-role"),
        )
    )


def _by_arn(kind: str, arns: Sequence[AWSHelperFn]) -> fis.ExperimentTemplateTarget:
    return fis.ExperimentTemplateTarget(
        ResourceType=kind, ResourceArns=list(arns), SelectionMode="ALL"
    )


def _action(action: str, targets: dict[str, str]) -> fis.ExperimentTemplateAction:
    return fis.ExperimentTemplateAction(ActionId=action, Targets=targets)


def _cut_network() -> fis.ExperimentTemplateAction:
    # "all" denies all traffic that enters or leaves the subnet.
    return fis.ExperimentTemplateAction(
        ActionId="aws:network:disrupt-connectivity",
        Parameters={"duration": _DURATION, "scope": "all"},
        Targets={"Subnets": "Subnets"},
    )
