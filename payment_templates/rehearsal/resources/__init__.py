"""Resource types that ministack lacks or handles wrongly, created through the services' APIs."""

from payment_templates.rehearsal.resources import (
    composite_alarm,
    database_cluster,
    elastic_ip,
    event_subscription,
    experiment_template,
    flow_log,
    global_database,
    health_check,
    nat_gateway,
    scalable_target,
    scaling_policy,
    security_group_rule,
    slack_channel,
    web_acl_association,
    zonal_autoshift,
)

RESOURCE_TYPES = (
    composite_alarm.COMPOSITE_ALARM,
    database_cluster.DATABASE_CLUSTER,
    elastic_ip.ELASTIC_IP,
    event_subscription.EVENT_SUBSCRIPTION,
    experiment_template.EXPERIMENT_TEMPLATE,
    flow_log.FLOW_LOG,
    global_database.GLOBAL_DATABASE,
    health_check.HEALTH_CHECK,
    nat_gateway.NAT_GATEWAY,
    scalable_target.SCALABLE_TARGET,
    scaling_policy.SCALING_POLICY,
    security_group_rule.SECURITY_GROUP_EGRESS,
    security_group_rule.SECURITY_GROUP_INGRESS,
    slack_channel.SLACK_CHANNEL,
    web_acl_association.WEB_ACL_ASSOCIATION,
    zonal_autoshift.ZONAL_AUTOSHIFT,
)
