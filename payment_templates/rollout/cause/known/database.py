"""Lists known causes of failures of the database and its keys."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

_HANDLERS = "aws-cloudformation-resource-providers-rds at 5a410e8"

DATABASE = (
    KnownCause(
        name="engine-downgrade",
        cause="RDS offers no upgrade from the running version to that one",
        pattern=r"(?i)cannot upgrade [\w-]+ from \S+ to \S+",
        texts=("Cannot upgrade aurora-postgresql from 15.19 to 15.18 (Service: Rds)",),
        hint=(
            "the database runs that version or a later one, or RDS offers no direct upgrade: "
            "pass --parameter DBEngineVersion=VERSION with the running one (aws rds "
            "describe-db-clusters) or a ValidUpgradeTarget of it (aws rds "
            "describe-db-engine-versions)"
        ),
        source=(
            "github.com/aws-samples/dify-self-hosted-on-aws/issues/101; botocore rds, "
            "DescribeDBEngineVersions"
        ),
    ),
    KnownCause(
        name="engine-version-unknown",
        cause="the region offers no such engine version",
        pattern=r"Cannot find version",
        texts=("Cannot find version 15.4 for aurora-postgresql",),
        hint=(
            "the region offers no such engine version: pass --parameter DBEngineVersion=VERSION "
            "with one that aws rds describe-db-engine-versions lists"
        ),
        source="github.com/aws-samples/aws-saas-factory-serverless-workshop/issues/48",
    ),
    KnownCause(
        name="instance-class-not-offered",
        cause="the region does not offer the version with this instance class",
        pattern=r"(?i)does not support creating a DB instance with the following combination",
        texts=(
            (
                "RDS does not support creating a DB instance with the following combination: "
                "DBInstanceClass=db.t3.medium, Engine=aurora-postgresql, EngineVersion=15.19"
            ),
        ),
        hint=(
            "the region does not offer this version with this instance class: choose a pair that "
            "aws rds describe-orderable-db-instance-options lists"
        ),
        source="botocore rds, DescribeOrderableDBInstanceOptions",
    ),
    KnownCause(
        name="database-capacity",
        cause="the zone has no capacity for the instance class now",
        pattern=(
            r"(?i)InsufficientDB(Instance|Cluster)Capacity|isn.t enough capacity|not enough "
            r"capacity|isn.t available in the specified Availability Zone"
        ),
        texts=(
            (
                "Cannot create a database instance because there isn't enough capacity in the "
                "availability zone (InsufficientDBInstanceCapacity)"
            ),
            "The specified DB instance class isn't available in the specified Availability Zone.",
        ),
        hint=(
            "a zone has no capacity for this instance class now: run the same command again "
            "later, or choose another class. A new stack can use other zones: pass --parameter "
            "AvailabilityZones=ZONE,ZONE,ZONE"
        ),
        source="botocore rds, InsufficientDBInstanceCapacityFault",
    ),
    KnownCause(
        name="database-busy",
        cause="RDS is still changing the database",
        pattern=r"(?i)not in (the )?'?available'? state|InvalidDB(Cluster|Instance)State",
        texts=(
            "DB Cluster payment is not in available state, but is in state: upgrading",
            (
                "The requested operation can't be performed while the cluster is in this state. "
                "(InvalidDBClusterStateFault)"
            ),
        ),
        hint=(
            "RDS is still changing the database: wait until aws rds describe-db-clusters shows "
            "available, then run the same command again"
        ),
        source="botocore rds, InvalidDBClusterStateFault",
    ),
    KnownCause(
        name="performance-insights",
        cause="the instance class or version has no Performance Insights",
        pattern=r"(?i)Performance Insights (is )?not supported",
        texts=("Performance Insights not supported for this configuration.",),
        hint=(
            "this instance class or engine version has no Performance Insights: choose another, "
            "or turn EnablePerformanceInsights off in the template"
        ),
        source="github.com/widdix/aws-cf-templates/pull/490",
    ),
    KnownCause(
        name="log-group-key",
        cause="the key's policy does not let CloudWatch Logs use it for the log group",
        pattern=r"(?i)KMS key does not exist or is not allowed to be used with",
        texts=(
            (
                "The specified KMS key does not exist or is not allowed to be used with Arn "
                "'arn:aws:logs:us-east-1:1:log-group:x'"
            ),
        ),
        hint=(
            "the key's policy does not let CloudWatch Logs use the key for this log group: allow "
            "logs.REGION.amazonaws.com in it"
        ),
        source="github.com/aws/aws-cdk/issues/28304",
    ),
    KnownCause(
        name="key-unusable",
        cause="the key is disabled, scheduled for deletion, or may not be used",
        pattern=(
            r"(?i)KMSKeyNotAccessible|KMS key .*(is not enabled|is disabled|pending deletion|"
            r"pending import)|KMSInvalidState|key/\S+ is (disabled|pending)"
        ),
        texts=(
            (
                "The specified KMS key [arn:aws:kms:us-east-1:1:key/1] does not exist, is not "
                "enabled or you do not have permissions to access it. (KMSKeyNotAccessibleFault)"
            ),
            "arn:aws:kms:us-east-1:1:key/1 is pending deletion. (KMSInvalidStateException)",
        ),
        hint=(
            "the key cannot be used: aws kms describe-key shows its state. Enable it or cancel "
            "its deletion; or allow the credentials kms:DescribeKey, kms:CreateGrant, "
            "kms:GenerateDataKey and kms:Decrypt"
        ),
        source="botocore rds, KMSKeyNotAccessibleFault; botocore kms, KMSInvalidStateException",
    ),
    KnownCause(
        name="database-deletion-slow",
        cause="the deletion of the cluster takes longer than CloudFormation waits",
        pattern=r"(?i)NotStabilized|not stabilize|exceeded attempts|timed? ?out",
        texts=(
            (
                'Resource handler returned message: "Resource did not stabilize" '
                "(HandlerErrorCode: NotStabilized)"
            ),
        ),
        hint=(
            "CloudFormation waits 90 minutes for the deletion of a cluster, including its final "
            "snapshot: run the same command again once the cluster is gone"
        ),
        source=f"{_HANDLERS}, HandlerConfig",
        types=("AWS::RDS::DBCluster",),
    ),
    KnownCause(
        name="secret-scheduled-for-deletion",
        cause="a secret of the same name is scheduled for deletion",
        pattern=r"already scheduled for deletion",
        texts=(
            (
                "You can't create this secret because a secret with this name is already "
                "scheduled for deletion."
            ),
        ),
        hint=(
            "a secret of that name is scheduled for deletion. Right after a replacement, run the "
            "same command again in a minute; else choose another --suffix, or delete it with aws "
            "secretsmanager delete-secret --force-delete-without-recovery"
        ),
        source="github.com/nasa/cumulus-orca/issues/114",
    ),
)
