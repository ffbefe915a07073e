"""Builds the template by adding every tier of the stack in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Template

from payment_templates.conditions import add_conditions
from payment_templates.options import DESCRIPTION, METADATA_KEY, STANDARD_NAME
from payment_templates.outputs import add_outputs
from payment_templates.parameters import add_parameters
from payment_templates.rules import add_rules
from payment_templates.scope import Scope
from payment_templates.tiers.access_logs import add_access_logs
from payment_templates.tiers.alert_endpoints import add_alert_endpoints
from payment_templates.tiers.backups import add_backups
from payment_templates.tiers.compute import add_compute
from payment_templates.tiers.database import add_database
from payment_templates.tiers.dns import add_dns
from payment_templates.tiers.encryption import add_encryption
from payment_templates.tiers.enhanced_monitoring import add_enhanced_monitoring
from payment_templates.tiers.game_day import add_game_day
from payment_templates.tiers.global_database import add_global_database
from payment_templates.tiers.identity import add_identity
from payment_templates.tiers.interface_endpoints import add_interface_endpoints
from payment_templates.tiers.load_balancer import add_load_balancer
from payment_templates.tiers.log_groups import add_log_groups
from payment_templates.tiers.monitoring import add_monitoring
from payment_templates.tiers.network import add_network
from payment_templates.tiers.network_logs import add_network_logs
from payment_templates.tiers.notifications import add_notifications
from payment_templates.tiers.parameter_store import add_parameter_store
from payment_templates.tiers.scaling import add_scaling
from payment_templates.tiers.security import add_security
from payment_templates.tiers.web_acl import add_web_acl
from payment_templates.tiers.zonal_autoshift import add_zonal_autoshift

if TYPE_CHECKING:
    from payment_templates.options import Options


def build_template(options: Options) -> Template:
    """Build the whole stack for the given options.

    Raises ValueError when a name can exceed the limit of its service.
    """
    scope = Scope(template=Template(Description=DESCRIPTION), options=options)
    scope.template.set_version("2010-09-09")
    if options.profile != STANDARD_NAME:
        scope.template.set_metadata({METADATA_KEY: {"Profile": options.profile}})
    parameters = add_parameters(scope)
    add_rules(scope, parameters=parameters)
    conditions = add_conditions(scope, parameters=parameters)
    encryption = add_encryption(scope)
    log_groups = add_log_groups(scope, encryption=encryption)
    network = add_network(scope, parameters=parameters, conditions=conditions)
    add_network_logs(scope, log_groups=log_groups, network=network)
    security = add_security(scope, parameters=parameters, network=network)
    add_interface_endpoints(scope, network=network, security=security)
    notifications = add_notifications(scope, parameters=parameters, encryption=encryption)
    add_alert_endpoints(
        scope, parameters=parameters, conditions=conditions, notifications=notifications
    )
    enhanced_monitoring = add_enhanced_monitoring(scope)
    database = add_database(
        scope,
        parameters=parameters,
        conditions=conditions,
        encryption=encryption,
        log_groups=log_groups,
        network=network,
        security=security,
        enhanced_monitoring=enhanced_monitoring,
    )
    add_global_database(scope, parameters=parameters, conditions=conditions, database=database)
    backups = add_backups(
        scope,
        parameters=parameters,
        conditions=conditions,
        encryption=encryption,
        database=database,
    )
    add_parameter_store(scope, conditions=conditions, database=database)
    identity = add_identity(
        scope,
        parameters=parameters,
        conditions=conditions,
        encryption=encryption,
        log_groups=log_groups,
        database=database,
    )
    access_logs = add_access_logs(scope)
    load_balancer = add_load_balancer(
        scope,
        parameters=parameters,
        conditions=conditions,
        network=network,
        security=security,
        access_logs=access_logs,
    )
    add_web_acl(
        scope,
        parameters=parameters,
        conditions=conditions,
        log_groups=log_groups,
        load_balancer=load_balancer,
    )
    compute = add_compute(
        scope,
        parameters=parameters,
        conditions=conditions,
        encryption=encryption,
        log_groups=log_groups,
        network=network,
        security=security,
        database=database,
        identity=identity,
        load_balancer=load_balancer,
    )
    add_scaling(scope, compute=compute)
    dns = add_dns(
        scope,
        parameters=parameters,
        conditions=conditions,
        load_balancer=load_balancer,
        compute=compute,
    )
    monitoring = add_monitoring(
        scope,
        parameters=parameters,
        conditions=conditions,
        notifications=notifications,
        database=database,
        backups=backups,
        load_balancer=load_balancer,
        compute=compute,
    )
    add_zonal_autoshift(scope, load_balancer=load_balancer, monitoring=monitoring)
    add_game_day(scope, network=network, database=database, compute=compute, monitoring=monitoring)
    add_outputs(
        scope,
        parameters=parameters,
        conditions=conditions,
        encryption=encryption,
        network=network,
        notifications=notifications,
        database=database,
        load_balancer=load_balancer,
        compute=compute,
        dns=dns,
        monitoring=monitoring,
    )
    return scope.template
