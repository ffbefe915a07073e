"""Lists how long AWS operations take: creation, failover, DNS and alarms."""

# Average seconds from `rain forecast` (github.com/aws-cloudformation/rain, estimate.go);
# types that it does not list count as 0.
CREATION_SECONDS = {
    "AWS::CloudFormation::StackSet": 17,
    "AWS::CloudWatch::Alarm": 2,
    "AWS::CloudWatch::Dashboard": 2,
    "AWS::EC2::NatGateway": 106,
    "AWS::EC2::VPCEndpoint": 47,
    "AWS::ECS::Service": 119,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 116,
    "AWS::IAM::Role": 12,
    "AWS::KMS::Alias": 62,
    "AWS::KMS::Key": 122,
    "AWS::RDS::DBCluster": 222,
    "AWS::RDS::DBInstance": 595,
    "AWS::RDS::DBProxy": 225,
    "AWS::RDS::GlobalCluster": 2,
    "AWS::Route53::HostedZone": 71,
    "AWS::Route53::RecordSet": 20,
}

# "Typically restored in less than 60 seconds, and often less than 30 seconds" with a reader, in
# "less than 10 minutes" without:
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
TYPICAL_PROMOTION_SECONDS = 60
OFTEN_PROMOTION_SECONDS = 30
TYPICAL_PROMOTION = (
    f"typically < {TYPICAL_PROMOTION_SECONDS} s, often < {OFTEN_PROMOTION_SECONDS} s"
)
TYPICAL_REPLACEMENT_SECONDS = 600
# "Failover times are typically 60-120 seconds" to the standby of an instance outside a cluster:
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html
FAST_STANDBY_SECONDS = 60
TYPICAL_STANDBY_SECONDS = 120
# "Five seconds, which is the default for Aurora DNS zones":
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-switching.html
CLUSTER_TTL_SECONDS = 5

# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
LOAD_BALANCER_TTL_SECONDS = 60
# An alias to a load balancer answers with the load balancer's own TTL:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover-alias.html
ALIAS_TTL_SECONDS = 60
# A Route 53 health checker waits 4 s for the connection and 2 s for the response:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
ROUTE53_TIMEOUT_SECONDS = 6

# AWS services publish one data point per minute:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
METRIC_SECONDS = 60
# AWS does not document how long a metric takes to reach CloudWatch; one period is assumed.
ASSUMED_METRIC_DELIVERY_SECONDS = 60
# CloudWatch evaluates an alarm every minute, and every 10 s if its period is below a minute:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
ALARM_EVALUATION_SECONDS = 60
FAST_ALARM_EVALUATION_SECONDS = 10
# "If the number of evaluation periods multiplied by the length of each evaluation period exceeds
# one day, the alarm is evaluated once per hour" (same page).
MULTI_DAY_ALARM_EVALUATION_SECONDS = 3600
DAY_SECONDS = 86_400
# An alarm evaluates more periods than EvaluationPeriods, and treats data as missing only if the
# data points of all these periods are missing (same page); users observe two to three extra
# periods.
PERIODS_UNTIL_MISSING = 3
