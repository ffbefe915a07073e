"""Installs every extension of ministack before it serves requests."""

from payment_templates.rehearsal import handler_request, stack_sets
from payment_templates.rehearsal.corrections import (
    access_log_test_file,
    alarm_actions,
    bucket_tags,
    change_sets,
    conditions,
    container_definitions,
    dashboards,
    database_members,
    early_validation,
    failed_deletions,
    failed_rollbacks,
    filled_buckets,
    filled_vaults,
    global_database_instances,
    key_updates,
    late_services,
    load_balancer_network,
    load_balancer_protection,
    mail_confirmation,
    metric_math_alarms,
    nat_addresses,
    networks_in_use,
    resource_delay,
    reviewed_stacks,
    secret_reference,
    service_role,
    shown_properties,
    simulated_conditions,
    steady_state,
    stopped_creations,
    tags,
    target_group_name,
    target_health,
    task_placement,
    task_replacement,
    termination_protection,
    topic_key,
    unchanged_resources,
    writer,
    zones,
)
from payment_templates.rehearsal.resources import (
    RESOURCE_TYPES,
    dynamic_reference,
    global_database,
    slack_channel,
)
from payment_templates.rehearsal.resources.resource_type import register
from payment_templates.rehearsal.services import (
    application_autoscaling,
    automated_backups,
    chat_channels,
    database_login,
    database_quotas,
    database_snapshots,
    enabled_regions,
    event_subscriptions,
    fault_injection,
    global_databases,
    image_caches,
    key_state,
    orderable_databases,
    policy_validation,
    service_models,
    service_quotas,
    web_acl_logs,
    zonal_autoshift,
)
from payment_templates.rehearsal.strictness import (
    capabilities,
    database_zone,
    failover_records,
    key_policy,
    parameters,
    references,
    resource_rules,
)


def install() -> None:
    """Add missing features, correct faults, and make CloudFormation as strict as AWS."""
    _add_features()
    _correct_faults()
    _refuse_what_aws_refuses()


def _add_features() -> None:
    service_models.install()
    application_autoscaling.install()
    enabled_regions.install()
    event_subscriptions.install()
    fault_injection.install()
    image_caches.install()
    orderable_databases.install()
    policy_validation.install()
    service_quotas.install()
    database_quotas.install()
    zonal_autoshift.install()
    chat_channels.install()
    web_acl_logs.install()
    key_state.install()
    automated_backups.install()
    # Installed later, so called first when a cluster is deleted: no snapshot, no deletion.
    database_snapshots.install()
    # After it: a member is not deleted, so it has no final snapshot.
    global_databases.install()
    database_login.install()
    dynamic_reference.install()
    handler_request.install()
    for resource_type in RESOURCE_TYPES:
        register(resource_type)
    global_database.install()
    slack_channel.install()


def _correct_faults() -> None:
    conditions.install()
    zones.install()
    writer.install()
    nat_addresses.install()
    dashboards.install()
    secret_reference.install()
    shown_properties.install()
    database_members.install()
    global_database_instances.install()
    key_updates.install()
    container_definitions.install()
    metric_math_alarms.install()
    alarm_actions.install()
    simulated_conditions.install()
    target_group_name.install()
    tags.install()
    topic_key.install()
    mail_confirmation.install()
    resource_delay.install()
    unchanged_resources.install()
    change_sets.install()
    early_validation.install()
    reviewed_stacks.install()
    failed_deletions.install()
    failed_rollbacks.install()
    # After the pace, so that a cancelled resource takes no time.
    stopped_creations.install()
    termination_protection.install()
    service_role.install()
    load_balancer_network.install()
    load_balancer_protection.install()
    access_log_test_file.install()
    bucket_tags.install()
    filled_buckets.install()
    networks_in_use.install()
    filled_vaults.install()
    task_replacement.install()
    placement = task_placement.TaskPlacement()
    task_placement.install(placement)
    health = target_health.TargetHealth(placement)
    target_health.install(health)
    steady_state.install(health)
    late_services.install()


def _refuse_what_aws_refuses() -> None:
    capabilities.install()
    parameters.install()
    references.install()
    database_zone.install()
    key_policy.install()
    resource_rules.install()
    failover_records.install()

    stack_sets.install()
