"""Lists the values of the attributes of Application Load Balancers and their target groups.

Source: botocore elbv2, LoadBalancerAttribute and TargetGroupAttribute, Key.
"""

_SWITCH = ("true", "false")
_WEEK_SECONDS = 604800
# The attributes with a number of seconds.
SECONDS = {
    "client_keep_alive.seconds": range(60, _WEEK_SECONDS + 1),
    "deregistration_delay.timeout_seconds": range(3601),
    "idle_timeout.timeout_seconds": range(1, 4001),
    "stickiness.app_cookie.duration_seconds": range(1, _WEEK_SECONDS + 1),
    "stickiness.lb_cookie.duration_seconds": range(1, _WEEK_SECONDS + 1),
}
# The attributes with one of several words.
WORDS = {
    **dict.fromkeys(
        (
            *(
                "access_logs.s3.enabled",
                "connection_logs.s3.enabled",
                "deletion_protection.enabled",
            ),
            *("health_check_logs.s3.enabled", "routing.http.drop_invalid_header_fields.enabled"),
            *("routing.http.preserve_host_header.enabled", "routing.http.xff_client_port.enabled"),
            *("routing.http2.enabled", "stickiness.enabled", "waf.fail_open.enabled"),
            *("zonal_shift.config.enabled",),
        ),
        _SWITCH,
    ),
    "load_balancing.algorithm.anomaly_mitigation": ("on", "off"),
    "load_balancing.algorithm.type": (
        *("round_robin", "least_outstanding_requests", "weighted_random"),
    ),
    "load_balancing.cross_zone.enabled": (*_SWITCH, "use_load_balancer_configuration"),
    "routing.http.desync_mitigation_mode": ("monitor", "defensive", "strictest"),
    "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
}
SLOW_START = "slow_start.duration_seconds"
SLOW_START_SECONDS = range(30, 901)
ALGORITHM = "load_balancing.algorithm.type"
ANOMALY_MITIGATION = "load_balancing.algorithm.anomaly_mitigation"
# "You cannot enable both slow start mode and least outstanding requests"; neither weighted random:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
WITHOUT_SLOW_START = ("least_outstanding_requests", "weighted_random")
