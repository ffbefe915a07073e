"""Lists known causes of failures of a global database, whose regions depend on each other."""

from payment_templates.rollout.cause.known.known_cause import KnownCause

GLOBAL_DATABASES = (
    KnownCause(
        name="global-database-missing",
        cause="the global database that the cluster joins does not exist",
        pattern=r"GlobalClusterNotFoundFault|Global cluster \S+ not found",
        texts=(
            (
                "An error occurred (GlobalClusterNotFoundFault) when calling the CreateDBCluster "
                "operation: Global cluster payment-global-dev-001 not found."
            ),
        ),
        hint=(
            "the region in DatabaseHomeRegion creates the global database: deploy that one first, "
            "then this one"
        ),
        source="botocore rds, CreateDBCluster, GlobalClusterNotFoundFault",
    ),
    KnownCause(
        name="global-database-upgrade-order",
        cause="the other regions have an older engine version than the one that writes would get",
        pattern=r"(?i)global replica\(s\) are running lower version",
        texts=(
            (
                "Cannot upgrade DB cluster 'payment-aurora-cluster-dev-001-us-east-1' to engine "
                "version 15.18 as global replica(s) are running lower version. Please upgrade "
                "global replicas first before upgrading the primary member."
            ),
        ),
        hint=(
            "RDS upgrades the regions that follow first: pass the new DBEngineVersion to the other "
            "region's stack, then to this one; rollout to both regions keeps that order"
        ),
        source="github.com/hashicorp/terraform-provider-aws/issues/36107",
    ),
    KnownCause(
        name="global-database-member",
        cause="the cluster is a member of a global database, and RDS does not delete it",
        pattern=r"(?i)is a part of a global cluster, please remove it from ?global ?cluster first",
        texts=(
            (
                "This cluster is a part of a global cluster, please remove it from globalcluster "
                "first"
            ),
        ),
        hint=(
            "delete again; if it fails again, remove the cluster yourself: aws rds "
            "remove-from-global-cluster"
        ),
        source="github.com/hashicorp/terraform-provider-aws/issues/13126",
    ),
    KnownCause(
        name="global-database-not-empty",
        cause="another region is still a member of the global database",
        pattern=r"(?i)Global Cluster \S+ is not empty",
        texts=("Global Cluster arn:aws:rds::1:global-cluster:payment-global-dev-001 is not empty",),
        hint=(
            "delete the other region's stack first: destroy does that if it may delete both, while "
            "the region in DatabaseHomeRegion writes"
        ),
        source=(
            "github.com/hashicorp/terraform-provider-aws, internal/service/rds/global_cluster.go"
        ),
    ),
    KnownCause(
        name="global-database-last-instance",
        cause="the last instance of the region that writes cannot go while other regions follow",
        pattern=r"(?i)Cannot delete the last instance of the (master|primary) cluster",
        texts=(
            (
                "Cannot delete the last instance of the master cluster. Delete the replica cluster "
                "before deleting the last master cluster instance."
            ),
        ),
        hint=(
            "another region still follows this one: delete that region's stack first, or switch "
            "over to it if this region is to leave"
        ),
        source="github.com/rebuy-de/aws-nuke/issues/570",
    ),
)
