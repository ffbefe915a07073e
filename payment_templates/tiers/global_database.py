"""Adds the global database, which gives a second region the same data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import rds

from payment_templates import naming

if TYPE_CHECKING:
    from payment_templates.conditions import Conditions
    from payment_templates.parameters import Parameters
    from payment_templates.scope import Scope

    from .database import Database


def add_global_database(
    scope: Scope, *, parameters: Parameters, conditions: Conditions, database: Database
) -> None:
    """Make a global database from the cluster in the home region; the other region joins it."""
    home = conditions.is_database_home
    if not home:
        return
    instances = (database.writer, *database.readers)
    # No tags: CloudFormation would always report them as drift:
    # https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2275
    scope.add(
        rds.GlobalCluster(
            "GlobalDatabase",
            Condition=home,
            # Created after the instances and deleted before them. While the other region's cluster
            # is a member, it cannot be deleted: the deletion stops before any instance is gone.
            DependsOn=[instances[-1].title],
            GlobalClusterIdentifier=naming.global_database_id(),
            # Gives it the engine, its version and the encryption: RDS refuses them here. Not
            # Fn::GetAtt: with it, every change of the cluster would show in a change set as a
            # possible replacement of the global database.
            SourceDBClusterIdentifier=naming.database_cluster_arn(scope.options),
            DeletionProtection=(
                parameters.deletion_protection.ref() if parameters.deletion_protection else False
            ),
        )
    )
